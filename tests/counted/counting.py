"""Which lines of the product ran, in any process of a test run, for the price of a store into memory a statement.

``make test`` begins a count, starts what is to be counted with its folder in ``COUNTED`` and this one in ``PYTHONPATH``
(``sitecustomize.py``), and has coverage.py report on it, which knows which lines are statements:

    python tests/counted/counting.py begin     # nothing ran yet
    python tests/counted/counting.py narrow    # what all ran is not counted any more: it runs an eighth faster
    python tests/counted/counting.py keep      # what ran is in .coverage, for ``coverage json``

A tracer, as coverage.py's own, makes Python 3.11 several times as slow, wherever it is: in the product, in Django, in
the tests. Here each module of the product is compiled with marks (``marks.py``). They are bytes of one file that all
processes have in their memory: what is killed loses none, and nothing is left to do when a process ends.
"""

from __future__ import annotations

import builtins
import ctypes
import marshal
import mmap
import os
import struct
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

PACKAGE, FOLDER, OPEN = "carefolio", "COUNTED", "__marks_of__"
COMPILED, WHOLE = "compiled", "whole"
SOURCE = Path(__file__).resolve().parents[2] / "src" / PACKAGE
_STAMP = struct.Struct("<qq")


class Loader(SourceFileLoader):
    """Compiles a module with marks, once for all processes; ``kept``: where that stays."""

    kept: Path

    def get_code(self, fullname: str) -> CodeType:
        path = Path(self.path)
        now = path.stat()
        stamp = _STAMP.pack(now.st_mtime_ns, now.st_size)
        kept = self.kept / f"{fullname}.{sys.implementation.cache_tag}"
        held = kept.read_bytes() if kept.exists() else b""
        if held.startswith(stamp):
            code: CodeType = marshal.loads(held[_STAMP.size :])[0]  # noqa: S302 - by whoever was here first, as below
            return code
        made = import_module("marks").marked(path.read_bytes(), self.path, _place(path))
        own = kept.with_suffix(f".{os.getpid()}")
        own.write_bytes(stamp + marshal.dumps((*made, _place(path))))
        own.replace(kept)
        return made[0]


class Finder:
    """Finds the product's modules where Python finds them, and has all but the ``whole`` ones loaded with marks."""

    def __init__(self, whole: frozenset[str]) -> None:
        self._whole = whole

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] != PACKAGE:
            return None
        found = PathFinder.find_spec(fullname, path, target)
        loader = found.loader if found is not None else None
        if type(loader) is not SourceFileLoader or not loader.path.startswith(str(SOURCE)):
            return found
        if _place(Path(loader.path)) not in self._whole:
            found.loader = Loader(loader.name, loader.path)
        return found


def install() -> None:
    """From now on the modules of the product that this process loads mark what runs."""
    folder = Path(os.environ[FOLDER])
    index = marshal.loads((folder / "index").read_bytes())  # noqa: S302 - by ``begin``
    with (folder / "marks").open("r+b") as file:
        held = mmap.mmap(file.fileno(), 0)
    # With its end it would close a file whose number may be another's by then (tests/forking.py): it has none.
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(held))
    marks = memoryview(held)

    def row(place: str) -> memoryview:
        begin, end = index[place]
        return marks[begin:end]

    setattr(builtins, OPEN, row)
    Loader.kept = folder / COMPILED
    sys.meta_path.insert(0, Finder(_whole(folder)))  # type: ignore[arg-type]


def begin(folder: Path) -> None:
    """Nothing ran yet."""
    (folder / COMPILED).mkdir(parents=True, exist_ok=True)
    (folder / WHOLE).unlink(missing_ok=True)
    index, end = {}, 0
    for path in sorted(SOURCE.rglob("*.py")):
        start, end = end, end + path.read_bytes().count(b"\n") + 2
        index[_place(path)] = (start, end)
    (folder / "index").write_bytes(marshal.dumps(index))
    (folder / "marks").write_bytes(bytes(end))


def narrow(folder: Path) -> None:
    """From now on only what did not run whole so far is counted."""
    counted = {place: set(lines) for place, lines in ran(folder).items()}
    made = [marshal.loads(kept.read_bytes()[_STAMP.size :]) for kept in (folder / COMPILED).iterdir()]  # noqa: S302 - ours
    whole = [place for _code, lines, place in made if lines <= counted.get(place, set())]
    (folder / WHOLE).write_bytes(marshal.dumps(whole))


def _whole(folder: Path) -> frozenset[str]:
    path = folder / WHOLE
    return frozenset(marshal.loads(path.read_bytes()) if path.exists() else ())  # noqa: S302 - by ``narrow``


def ran(folder: Path) -> dict[str, list[int]]:
    """By module: the lines that ran."""
    marks, index = ((folder / name).read_bytes() for name in ("marks", "index"))
    rows = {place: marks[start:end] for place, (start, end) in marshal.loads(index).items()}  # noqa: S302 - as above
    return {place: [line for line, mark in enumerate(row) if mark] for place, row in rows.items()}


def keep(folder: Path) -> None:
    """What ran, as coverage.py's data."""
    found = {str(SOURCE / place): lines for place, lines in ran(folder).items()}
    data = import_module("coverage").CoverageData()
    data.erase()
    data.add_lines(found)
    data.touch_files(found)
    data.write()


def _place(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


if __name__ == "__main__":
    {"begin": begin, "narrow": narrow, "keep": keep}[sys.argv[1]](Path(os.environ[FOLDER]))
