"""Our SQL as PostgreSQL reads it. What can be said in a way that both stores understand is said so where it stands;
this is the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

CACHED = 4_096
LISTABLE = frozenset({"text", "int8", "int4", "int2", "bytea", "bool"})
"""The types of which lists travel as one argument."""
_INSERT = re.compile(r"(INSERT INTO \w+ \([\w, ]+\)) VALUES \((\?(?:, \?)*)\)( ON CONFLICT DO NOTHING)?")
_WORDS = (
    ("CROSS JOIN record r ON", "JOIN record r ON"),  # SQLite's word for a fixed order of joins
    ("group_concat(d.rid)", "string_agg(d.rid::text, ',')"),
)


@lru_cache(CACHED)
def translated(sql: str) -> str:
    """The statement with numbered marks, and PostgreSQL's own words where they differ."""
    for theirs, ours in _WORDS:
        sql = sql.replace(theirs, ours)
    first, *others = sql.split("?")
    return first + "".join([f"${number}{part}" for number, part in enumerate(others, 1)])


def listed(sql: str, types: Sequence[str]) -> str | None:
    """The INSERT of one row as an INSERT of many, in their order, with a list for each of its marks, which have these
    types; None for another statement.
    """
    found = _INSERT.fullmatch(sql)
    if found is None or not LISTABLE.issuperset(types):
        return None
    head, _, tail = found.groups()
    return f"{head} SELECT * FROM unnest({lists(types)}){tail or ''}"  # noqa: S608 - a statement of ours


def lists(types: Sequence[str]) -> str:
    """Marks for lists of these types."""
    return ", ".join(f"CAST(? AS {name}[])" for name in types)
