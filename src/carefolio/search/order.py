"""In which order records are answered, and where in it a page ended.

The row number ends every order, so that no two records stand in the same place and a page can go on after the
last record of the one before, whatever was added or taken away meanwhile. Without ``_sort`` the newest
clinical date comes first. Names and birth dates are sorted after decrypting; a record without one comes last
either way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import msgspec

from carefolio.base.failures import malformed
from carefolio.fhir.json import Resource
from carefolio.search.extraction import spans, texts
from carefolio.search.query import Query, SortKey
from carefolio.search.sql import TRUE, Sql, any_of
from carefolio.search.texts import words
from carefolio.store.rows import Row

Value = int | str | None

_CURSOR = msgspec.json.Decoder(list[Value])

_COLUMNS: Mapping[str, str] = MappingProxyType({"_id": "id", "_lastUpdated": "updated", "date": "low"})
_ROW_NUMBER = "rid"
_DEFAULT = (SortKey("date", descending=True),)


def _family(type_: str, resource: Resource) -> Value:
    names = (" ".join(words(text)) for text in texts(type_, "family", resource))
    return next(names, None)


def _birthdate(type_: str, resource: Resource) -> Value:
    return next((span.low for span in spans(type_, "birthdate", resource)), None)


_READ: Mapping[str, Callable[[str, Resource], Value]] = MappingProxyType({"family": _family, "birthdate": _birthdate})


@dataclass(frozen=True, slots=True)
class Order:
    """The keys of one search, the row number's direction being that of the last of them."""

    type: str
    keys: tuple[SortKey, ...]

    @property
    def read(self) -> bool:
        """Whether the records themselves have to be read to sort them."""
        return any(key.name in _READ for key in self.keys)

    @property
    def newest(self) -> bool:
        """Whether it is that of the index: by clinical date alone, in either direction."""
        return [key.name for key in self.keys] == ["date"]

    @property
    def tag(self) -> str:
        """What a cursor has to belong to."""
        return ",".join([self.type, *(f"{'-' * key.descending}{key.name}" for key in self.keys)])

    def columns(self, alias: str = "r") -> list[tuple[str, bool]]:
        """(column, descending) in SQL; the order of the index where it cannot be done in SQL."""
        keys = _DEFAULT if self.read else self.keys
        named = [(f"{alias}.{_COLUMNS[key.name]}", key.descending) for key in keys]
        return [*named, (f"{alias}.{_ROW_NUMBER}", keys[-1].descending)]

    def sql(self, alias: str = "r") -> str:
        """ORDER BY without the words."""
        return ", ".join(f"{column} DESC" if descending else column for column, descending in self.columns(alias))

    def after(self, values: Sequence[Value], alias: str = "r") -> Sql:
        """The row comes after the one with these values."""
        columns = self.columns(alias)
        if len({descending for _, descending in columns}) == 1:
            names = ", ".join(column for column, _ in columns)
            sign = "<" if columns[0][1] else ">"
            return Sql(f"({names}) {sign} ({', '.join('?' * len(columns))})", tuple(values))
        steps = []
        for place, (column, descending) in enumerate(columns):
            same = "".join(f"{before} = ? AND " for before, _ in columns[:place])
            sign = "<" if descending else ">"
            steps.append(Sql(f"({same}{column} {sign} ?)", tuple(values[: place + 1])))
        return any_of(steps)

    def values(self, row: Row, resource: Resource | None = None) -> list[Value]:
        """Where a row stands. ``resource`` is needed where the order is ``read``."""
        found: list[Value] = []
        for key in self.keys:
            if key.name in _READ:
                found.append(None if resource is None else _READ[key.name](self.type, resource))
            else:
                found.append(getattr(row, _COLUMNS[key.name]))
        return [*found, row.rid]

    def compare(self, one: Sequence[Value], other: Sequence[Value]) -> int:
        """Negative when ``one`` comes before ``other``, positive when after, 0 for the same place."""
        directions = [*(key.descending for key in self.keys), self.keys[-1].descending]
        for mine, theirs, descending in zip(one, other, directions, strict=True):
            if mine != theirs:
                return _compare(mine, theirs, descending=descending)
        return 0


def _compare(mine: Value, theirs: Value, *, descending: bool) -> int:
    if mine is None or theirs is None:
        return 1 if mine is None else -1
    before = mine < theirs  # type: ignore[operator]
    return -1 if before is not descending else 1


def order_of(query: Query) -> Order:
    """The order that a search asks for."""
    return Order(query.type, query.sort or _DEFAULT)


def write_cursor(order: Order, values: Sequence[Value]) -> bytes:
    """Where a page ended. It may hold a name: the door seals it before anybody sees it."""
    return msgspec.json.encode([order.tag, *values])


def read_cursor(order: Order, cursor: bytes | None) -> list[Value] | None:
    """The values of a cursor, None without one; one of another search raises a Failure (MALFORMED)."""
    if cursor is None:
        return None
    try:
        tag, *values = _CURSOR.decode(cursor)
    except (msgspec.DecodeError, ValueError):
        tag, values = "", []
    if tag != order.tag or len(values) != len(order.keys) + 1:
        raise malformed("The page asked for does not belong to this search; start again from its first page.")
    return values


def start(order: Order, cursor: bytes | None, alias: str = "r") -> Sql:
    """The row comes after the cursor; TRUE without one."""
    values = read_cursor(order, cursor)
    return TRUE if values is None else order.after(values, alias)
