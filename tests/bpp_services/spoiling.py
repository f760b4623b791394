"""Messages as plain data, and how to spoil them."""

import copy
import json
import re
from typing import Any

import msgspec

MISSING = object()
_STEP = re.compile(r"\.?([A-Za-z_]+)|\[(\d+)\]")


def plain(part) -> dict:
    return json.loads(msgspec.json.encode(part))


def spoiled(message: dict, path: str, value: Any) -> dict:
    """A copy with `value` at `path` ("order.items[0].id"); MISSING takes the place out."""
    message = copy.deepcopy(message)
    steps = [name or int(index) for name, index in _STEP.findall(path)]
    place: Any = message
    for step in steps[:-1]:
        place = place[step]
    if value is MISSING:
        del place[steps[-1]]
    else:
        place[steps[-1]] = value
    return message


def places(value: Any, path: str = "") -> list[str]:
    """Every path into a message."""
    found = [path] if path else []
    if isinstance(value, dict):
        for key, each in value.items():
            found += places(each, f"{path}.{key}" if path else key)
    if isinstance(value, list):
        for index, each in enumerate(value):
            found += places(each, f"{path}[{index}]")
    return found


def at(message: dict, place: str) -> Any:
    """What stands at a place."""
    value = message
    for part in place.replace("]", "").replace("[", ".").split("."):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value
