"""Our SQL as PostgreSQL reads it. What can be said in a way that both stores understand is said so where it stands;
this is the rest.
"""

from __future__ import annotations

from functools import lru_cache

CACHED = 4_096
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
