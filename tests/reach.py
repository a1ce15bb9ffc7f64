"""Whether a test comes near a store: by what its module, and those of its fixtures, take from the tests' other modules.

All ways to an installation or to a database lead through ``tests/stores.py``, which chooses the store. What takes
nothing from it, nor from whoever does, is the same test on every store: it runs once.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from inspect import getfile
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CHOOSES = HERE / "stores.py"


def comes_near(item: pytest.Item) -> bool:
    """Whether this test may open a store that is chosen."""
    fixtures = item._fixtureinfo.name2fixturedefs.values()  # type: ignore[attr-defined]
    files = {Path(getfile(one.func)) for defined in fixtures for one in defined}
    return any(CHOOSES in taken_by(path) for path in (item.path, *files) if path.is_relative_to(HERE))


@cache
def taken_by(path: Path) -> frozenset[Path]:
    """The module's own file, and those of the tests' modules that it takes something from, whatever lies between."""
    found, waiting = set(), [path]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += _imported(one)
    return frozenset(found)


@cache
def _imported(path: Path) -> tuple[Path, ...]:
    nodes = ast.walk(ast.parse(path.read_bytes()))
    names = {name for node in nodes for name in _names(node) if name.split(".")[0] == HERE.name}
    files = (HERE.parent.joinpath(*name.split(".")).with_suffix(".py") for name in names)
    return tuple(file for file in files if file.exists())


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (one.name for one in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module
        yield from (f"{node.module}.{one.name}" for one in node.names)
