"""The example messages, by folder and number; they are copies of the project's examples and nobody edits them."""

import json
import re
from pathlib import Path

FOLDER = Path(__file__).parent / "examples"


def names(folder: str, number: str = "") -> list[str]:
    """The files of a folder in the order of their journey, as "flight/01_search.json"; of one number only, if given."""
    return sorted(f"{folder}/{path.name}" for path in (FOLDER / folder).glob(f"{number}*.json"))


def body(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def load(name: str):
    return json.loads(body(name))


def numbered(folder: str, number: int) -> str:
    """The one file of a folder that begins with the number."""
    (name,) = names(folder, f"{number:02d}_")
    return name


def is_answer(name: str) -> bool:
    return load(name)["context"]["action"].startswith("on_")


def action_of(name: str) -> str:
    """The action, without the on_ of an answer."""
    return load(name)["context"]["action"].removeprefix("on_")


_TICKET = re.compile(r"\d{13}")


def comparable(message, orders: dict[str, str]):
    """The message without what may differ: order ids (`orders` maps ours to the example's), ticket numbers, the places
    of images, quote ids, and parts of a second."""
    if isinstance(message, dict):
        return {key: _comparable(key, value, orders) for key, value in message.items()}
    if isinstance(message, list):
        return [comparable(each, orders) for each in message]
    return message


def _comparable(key: str, value, orders: dict[str, str]):
    if key == "images":
        return [each["size_type"] for each in value]
    if key == "quote":
        value = value | {"id": "derived from the content"}
    if not isinstance(value, str):
        return comparable(value, orders)
    if key == "value" and _TICKET.fullmatch(value):
        return value[:3] + " and a number of its own"
    value = re.sub(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d{3}Z$", r"\1Z", value)
    for ours, theirs in orders.items():
        value = value.replace(ours, theirs)
    return value


def differences(wanted, got, path: str = "$") -> list[str]:
    """Where two JSON values differ, one sentence a place."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        found = []
        for key in sorted(wanted.keys() | got.keys()):
            if key not in got:
                found.append(f"{path}.{key} is missing")
            elif key not in wanted:
                found.append(f"{path}.{key} is too much")
            else:
                found += differences(wanted[key], got[key], f"{path}.{key}")
        return found
    if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        return [
            each
            for index, pair in enumerate(zip(wanted, got, strict=True))
            for each in differences(*pair, path=f"{path}[{index}]")
        ]
    return [] if wanted == got else [f"{path} is {got!r}, not {wanted!r}"]
