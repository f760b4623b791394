"""The address of a page of results: the search, filters and order that it says, and the same with one thing changed. Pure."""

from collections.abc import Callable, Iterable
from functools import cached_property
from urllib.parse import quote_plus

from werkzeug.datastructures import MultiDict

LONGEST, MOST = 80, 40  # of a value, and of values: nobody makes a page of links longer than the page


class Address:
    """What an address says under the names that its page knows; everything else is not repeated."""

    def __init__(self, path: str, pairs: Iterable[tuple[str, str]]):
        self.path = path
        self.pairs = list(pairs)

    @classmethod
    def read(
        cls,
        path: str,
        args: MultiDict[str, str],
        names: Iterable[str],
        knows: Callable[[str, str], bool] = lambda name, value: True,
    ) -> "Address":
        """What `args` say under these `names`, as far as the page `knows` it."""
        known = set(names)
        said = [pair for pair in args.items(multi=True) if pair[0] in known and pair[1] and knows(*pair)]
        return cls(path, [pair for pair in said if len(pair[1]) <= LONGEST][:MOST])

    def with_(self, **changes: str | None) -> str:
        """The address with other values; None leaves a name out. `from_` is called `from`."""
        new = {name.rstrip("_"): value for name, value in changes.items()}
        parts = []
        for name, _, written in self._written:
            if name not in new:
                parts.append(written)
            elif value := new.pop(name):
                parts.append(_write(name, value))
        return self._to([*parts, *(_write(name, value) for name, value in new.items() if value)])

    def without(self, name: str, value: str | None = None) -> str:
        """The address without one value of a name, or without all of them."""
        return self._to(each[2] for each in self._written if each[0] != name or value not in (None, each[1]))

    def without_all(self, names: Iterable[str]) -> str:
        gone = set(names)
        return self._to(written for name, _, written in self._written if name not in gone)

    def hidden(self, names: Iterable[str]) -> list[tuple[str, str]]:
        """What a form with fields of these names has to say besides."""
        own = set(names)
        return [pair for pair in self.pairs if pair[0] not in own]

    @cached_property
    def _written(self) -> list[tuple[str, str, str]]:
        """Each pair as it stands in an address: a page has twenty links that differ in one of them."""
        return [(name, value, _write(name, value)) for name, value in self.pairs]

    def _to(self, parts: Iterable[str]) -> str:
        query = "&".join(parts)
        return f"{self.path}?{query}" if query else self.path


def _write(name: str, value: str) -> str:
    return f"{quote_plus(name)}={quote_plus(value)}"
