"""Complaints put together for whoever reads the test's failure: each sort once, with how often and an example."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

import pytest

_VARIES = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+|/records/\w+/|(?<=href=\")[^\"]*\"?|(?<=value=\")[^\"]*\"?")


def told(complaints: Iterable[tuple[object, str]]) -> None:
    """Fail if there is any: ``(where, what)``, a sort in a line each."""
    sorts: dict[str, list[tuple[object, str]]] = defaultdict(list)
    for where, what in complaints:
        sorts[_VARIES.sub("#", what)].append((where, what))
    if sorts:
        lines = [f"{one[0][1]}\n    {len(one)}: {one[0][0]}" for one in sorts.values()]
        pytest.fail("\n".join(lines), pytrace=False)
