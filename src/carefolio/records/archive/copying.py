"""Copies that can be trusted: a folder with one file and a manifest that holds its SHA-256, both on disk when told.

A copy is written under another name, synchronised, and renamed: if we crash before the manifest is there, the folder is
no backup and is refused; if after it, everything it names is there.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from base64 import b64encode
from contextlib import closing
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from carefolio import __version__
from carefolio.base import clock
from carefolio.base.failures import broken, conflict

MANIFEST = "manifest.json"
_BLOCK = 1 << 20
_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies beside the data in its backup, or does not."""

    accounts: str = ""
    """SHA-256 of the sign-ins; empty in a backup of an installation without any, or of the keys."""
    attachments: int = 0
    """How many long attachments are in it."""
    blobs: str = ""
    """SHA-256 of the list of these; empty when they are not in it."""
    bucket: str = ""
    """Where they are then."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is: ``what`` (data or keys), of which store, when (FHIR instant), by which version of the software,
    its ``file`` with size in bytes and SHA-256, and the ledger's size and root (base64) at that moment.
    """

    what: str
    store: str
    made: str
    software: str
    file: str
    bytes: int
    sha256: str
    entries: int
    root: str
    accounts: str = ""
    attachments: int = 0
    blobs: str = ""
    bucket: str = ""
    """These as in Beside."""


_ALONE = Beside()


def make_folder(target: Path) -> None:
    """A new folder for one backup, for this user alone; refuses one that holds something."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise conflict(f"{target} is there already and not empty; name a folder that is new.")
    target.mkdir(parents=True, exist_ok=True, mode=_PRIVATE_FOLDER)
    target.chmod(_PRIVATE_FOLDER)


def seal(file: Path, what: str, store: str, head: tuple[int, bytes], beside: Beside = _ALONE) -> Manifest:
    """The last step of a backup whose ``file`` was checked: from here on it is one. ``head`` is the ledger's size and
    root.
    """
    synchronise(file)
    manifest = Manifest(
        what=what,
        store=store,
        made=clock.instant(clock.now()),
        software=__version__,
        file=file.name,
        bytes=file.stat().st_size,
        sha256=digest(file),
        entries=head[0],
        root=b64encode(head[1]).decode(),
        **asdict(beside),
    )
    text = json.dumps(asdict(manifest), indent=1) + "\n"
    write_durably(file.with_name(MANIFEST), text.encode())
    return manifest


def read_manifest(source: Path, what: str) -> Manifest:
    """The manifest of a backup whose file is what it says; raises a Failure for anything else."""
    path = source / MANIFEST
    if not path.is_file():
        raise broken(f"{source} is no backup: it holds no {MANIFEST}.")
    try:
        manifest = Manifest(**json.loads(path.read_text()))
    except (ValueError, TypeError):
        raise broken(f"{path} cannot be read; take another backup.") from None
    if manifest.what != what:
        command = "carefolio keys restore" if manifest.what == "keys" else "carefolio restore"
        raise broken(f"{source} is a backup of the {manifest.what}: put it back with '{command}'.")
    file = source / manifest.file
    if not file.is_file() or file.stat().st_size != manifest.bytes or digest(file) != manifest.sha256:
        raise broken(f"{file} is not what was saved: it was changed or is not whole. Take another backup.")
    return manifest


def check_database(path: Path) -> None:
    """Raise unless SQLite finds every page of the file in order."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as problem:
        found = str(problem)
    if found != "ok":
        raise broken(f"The copy {path} is damaged ({found}); the disk may be failing.")


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    hashed = sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            hashed.update(block)
    return hashed.hexdigest()


def synchronise(path: Path) -> None:
    """The file and its name are on the disk when this returns."""
    for each in (path, path.parent):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_durably(path: Path, content: bytes) -> None:
    """A small file, whole or not there, and never readable by anybody else."""
    partial = path.with_name(path.name + ".partial")
    with new_private(partial) as file:
        file.write(content)
    synchronise(partial)
    partial.rename(path)
    synchronise(path)


def copy_durably(source: Path, target: Path) -> Path:
    """A copy of a database beside ``target``, found in order, that the caller puts in place; answers its path."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=_PRIVATE_FOLDER)
    partial = target.with_name(target.name + ".partial")
    with source.open("rb") as original, new_private(partial) as copy:
        shutil.copyfileobj(original, copy, _BLOCK)
    synchronise(partial)
    check_database(partial)
    return partial


def new_private(path: Path) -> BinaryIO:
    """A new file that is private from its first byte on; one that a crash left under this name is thrown away."""
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE), "wb")


def place(partial: Path, target: Path) -> None:
    """Put a prepared copy where it belongs."""
    partial.rename(target)
    synchronise(target)


def set_aside(path: Path, stamp: str) -> Path:
    """Rename a database that nobody has open, with what belongs to it; raises when somebody has."""
    try:
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
            mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    except sqlite3.OperationalError:
        mode = "in use"
    if mode != "delete":
        raise conflict(f"{path} is in use; stop the server first.")
    aside = path.with_name(f"{path.name}.replaced-{stamp}")
    path.rename(aside)
    return aside
