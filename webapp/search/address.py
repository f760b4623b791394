"""The address of a page of results: the search, filters and order that it says, and the same with one thing changed. Pure."""

from collections.abc import Iterable
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

LONGEST, MOST = 80, 40  # of a value, and of values: nobody makes a page of links longer than the page


class Address:
    """What an address says under the names that its page knows; everything else is not repeated."""

    def __init__(self, path: str, pairs: Iterable[tuple[str, str]]):
        self.path = path
        self.pairs = list(pairs)

    @classmethod
    def read(cls, path: str, args: MultiDict[str, str], names: Iterable[str]) -> "Address":
        known = set(names)
        said = [pair for pair in args.items(multi=True) if pair[0] in known and pair[1]]
        return cls(path, [pair for pair in said if len(pair[1]) <= LONGEST][:MOST])

    def with_(self, **changes: str | None) -> str:
        """The address with other values; None leaves a name out. `from_` is called `from`."""
        new = {name.rstrip("_"): value for name, value in changes.items()}
        pairs = [(name, new.get(name, value)) for name, value in self.pairs]
        added = new.keys() - {name for name, _ in pairs}
        return self._written([*pairs, *((name, new[name]) for name in new if name in added)])

    def without(self, name: str, value: str | None = None) -> str:
        """The address without one value of a name, or without all of them."""
        return self._written(pair for pair in self.pairs if pair[0] != name or value not in (None, pair[1]))

    def without_all(self, names: Iterable[str]) -> str:
        gone = set(names)
        return self._written(pair for pair in self.pairs if pair[0] not in gone)

    def hidden(self, names: Iterable[str]) -> list[tuple[str, str]]:
        """What a form with fields of these names has to say besides."""
        own = set(names)
        return [pair for pair in self.pairs if pair[0] not in own]

    def _written(self, pairs: Iterable[tuple[str, str | None]]) -> str:
        query = urlencode([(name, value) for name, value in pairs if value])
        return f"{self.path}?{query}" if query else self.path
