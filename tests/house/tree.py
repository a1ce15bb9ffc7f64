"""The repository's files as they are: found by walking and .gitignore, so that no git is needed to test."""

from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "carefolio"
DOCS = ROOT / "docs"


def ignored(path: Path, patterns: tuple[str, ...], root: Path = ROOT) -> bool:
    """Whether one of .gitignore's names leaves this file or folder out."""
    at_top = "/" + path.relative_to(root).as_posix()
    return any(at_top == p if p.startswith("/") else fnmatch(path.name, p) for p in patterns)


def patterns(text: str) -> tuple[str, ...]:
    return (".git", *(line for line in text.splitlines() if line and not line.startswith("#")))


def walk(folder: Path, leave_out: tuple[str, ...], root: Path = ROOT) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if ignored(path, leave_out, root):
            continue
        if path.is_dir():
            yield from walk(path, leave_out, root)
        else:
            yield path


@cache
def files() -> tuple[Path, ...]:
    """Every file that is or will be tracked."""
    return tuple(walk(ROOT, patterns((ROOT / ".gitignore").read_text(encoding="utf-8"))))


def python_files(*folders: str) -> list[Path]:
    tops = tuple(ROOT / folder for folder in folders)
    return [path for path in files() if path.suffix == ".py" and any(top in path.parents for top in tops)]


@cache
def text(path: Path) -> str:
    """The file's text; '' for what is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def packages() -> list[Path]:
    """Every folder of the source that holds Python, from the top."""
    return sorted({path.parent for path in python_files("src")})


DJANGOS = frozenset({"templates", "static", "migrations"})
"""Folders that Django wants inside each of the portal's; the map names them once for all."""


def folders() -> list[Path]:
    """Every folder of the source, those that hold only data too; of Django's, which stand in many, none."""
    above = {parent for path in files() for parent in path.parents if SOURCE in parent.parents}
    portal = SOURCE / "portal"
    return sorted(one for one in above if portal not in one.parents or not DJANGOS & set(one.relative_to(portal).parts))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
