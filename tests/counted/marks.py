"""A module's code with a mark before each of its statements: ``__marks__[17] = 1`` before what stands in line 17."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from types import CodeType

OPEN, ROW = "__marks_of__", "__marks__"
"""What a module calls with its place to get its row of marks, and what it calls that row."""


class Marks(ast.NodeTransformer):
    """Puts them in. The line of a handler or of a case is marked once it is taken."""

    def __init__(self, place: str) -> None:
        self._place = place
        self.lines: set[int] = set()

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for name in ("body", "orelse", "finalbody"):
            held = getattr(node, name, None)
            if isinstance(held, list) and held:
                setattr(node, name, [*self._marked(node, name, held)])
        return node

    def _marked(self, node: ast.AST, name: str, held: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
        first = _first(node, held) if name == "body" else 0
        yield from held[:first]
        if isinstance(node, ast.Module):
            yield from ast.parse(f"{ROW} = {OPEN}({self._place!r})").body
        yield from (self._mark(one.lineno) for one in held[:first])
        if name == "body" and isinstance(node, ast.ExceptHandler | ast.match_case):
            yield self._mark(node.pattern.lineno if isinstance(node, ast.match_case) else node.lineno)
        for statement in held[first:]:
            above = [one.lineno for one in getattr(statement, "decorator_list", ())]
            yield from map(self._mark, [*above, statement.lineno])
            yield statement

    def _mark(self, line: int) -> ast.stmt:
        self.lines.add(line)
        row = ast.Subscript(ast.Name(ROW, ast.Load()), ast.Constant(line), ast.Store())
        made = ast.Assign([row], ast.Constant(1), lineno=line, end_lineno=line, col_offset=0, end_col_offset=0)
        return ast.fix_missing_locations(made)


def _first(node: ast.AST, held: Sequence[ast.stmt]) -> int:
    """How much has to stand first: what a module, class or function is for, and what a module takes of the future."""
    kept = 0
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        kept = int(ast.get_docstring(node, clean=False) is not None)
    while isinstance(node, ast.Module) and kept < len(held) and _of_the_future(held[kept]):
        kept += 1
    return kept


def _of_the_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def marked(source: bytes, path: str, place: str) -> tuple[CodeType, frozenset[int]]:
    """Compiled, and the lines that have a mark; ``place`` names the module's row."""
    marks = Marks(place)
    tree = ast.fix_missing_locations(marks.visit(ast.parse(source, path)))
    return compile(tree, path, "exec", dont_inherit=True), frozenset(marks.lines)
