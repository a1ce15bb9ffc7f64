"""Pieces of SQL with their arguments, joined by logic that folds what is known to be true or false."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple

_BRANCHES = 64
_MARKED = 8
"""Longer lists travel as one JSON argument: the statement stays the same and is prepared once."""


class Sql(NamedTuple):
    """A piece of a statement and the arguments of its marks, in order."""

    text: str
    args: tuple[Any, ...] = ()


TRUE = Sql("TRUE")
FALSE = Sql("FALSE")
"""Known by identity: no other piece is ever one of these two."""


def all_of(parts: Iterable[Sql]) -> Sql:
    """AND: TRUE when there is nothing to hold."""
    return _joined("AND", parts, neutral=TRUE, decisive=FALSE)


def any_of(parts: Iterable[Sql]) -> Sql:
    """OR: FALSE when there is nothing that could hold."""
    return _joined("OR", parts, neutral=FALSE, decisive=TRUE)


def none_of(part: Sql) -> Sql:
    """NOT. No column that is tested here is ever NULL, so this is the whole complement."""
    if part is TRUE or part is FALSE:
        return FALSE if part is TRUE else TRUE
    return Sql(f"NOT {part.text}", part.args)


def _joined(word: str, parts: Iterable[Sql], *, neutral: Sql, decisive: Sql) -> Sql:
    left = [part for part in parts if part is not neutral]
    if any(part is decisive for part in left):
        return decisive
    return _tree(word, left) if left else neutral


def _tree(word: str, parts: Sequence[Sql]) -> Sql:
    """Long lists as a tree: SQLite limits how deep an expression is, and a doctor may hold many contracts."""
    if len(parts) == 1:
        return parts[0]
    if len(parts) > _BRANCHES:
        middle = len(parts) // 2
        return _tree(word, (_tree(word, parts[:middle]), _tree(word, parts[middle:])))
    texts, args = zip(*parts, strict=True)
    return Sql(f"({f' {word} '.join(texts)})", tuple(chain.from_iterable(args)))


def one_of(column: str, values: Iterable[int | str]) -> Sql:
    """``column`` is one of the values (all of one kind)."""
    wanted = tuple(sorted(set(values)))
    if not wanted:
        return FALSE
    if len(wanted) == 1:
        return Sql(f"{column} = ?", wanted)
    if len(wanted) <= _MARKED:
        return Sql(f"{column} IN ({', '.join('?' * len(wanted))})", wanted)
    value = "CAST(value AS BIGINT)" if isinstance(wanted[0], int) else "value"
    return Sql(f"{column} IN (SELECT {value} FROM json_each(?))", (json.dumps(wanted),))
