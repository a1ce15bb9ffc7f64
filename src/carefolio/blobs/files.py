"""Blobs as files, in two levels of folders, for this user alone.

A file is written under another name in ``partial``, synchronised, then linked to its own name, which fails when that
is taken. If we crash before the link there is a file in ``partial`` that ``tidy`` throws away; if after it, the blob is
there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from carefolio.base.clock import SECOND
from carefolio.base.failures import broken
from carefolio.base.ids import new_id
from carefolio.blobs.port import PIECE, Stored, Upload, away, checked, lost, refuse_other

PARTIAL = "partial"
_FOLDERS = "[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]"
_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600
_NANOSECONDS = 1_000_000_000 // SECOND


class Files:
    """The store in one folder, which is there: one that is gone is a disk that is gone, and is not made anew."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def place(self) -> str:
        """The folder."""
        return str(self.folder)

    def make(self) -> None:
        """The folder, where there is none yet."""
        for each in (self.folder, self.folder / PARTIAL):
            each.mkdir(parents=True, exist_ok=True, mode=_PRIVATE_FOLDER)

    def path(self, name: str) -> Path:
        """Where a blob is: spread by its name's digest, so that no folder grows without end."""
        spread = sha256(checked(name).encode()).hexdigest()
        return self.folder / spread[:2] / spread[2:4] / name

    def put(self, upload: Upload) -> None:
        """Write, synchronise, link, synchronise the folder."""
        path, partial = self.path(upload.name), self.folder / PARTIAL / new_id()
        try:
            with _answering():
                _write(partial, upload)
                self.make_way(path.parent)
                path.hardlink_to(partial)
                _synchronise(path.parent)
        except FileExistsError:
            refuse_other(self, upload)
        finally:
            with suppress(OSError):  # one that cannot be removed now is removed by tidy
                partial.unlink(missing_ok=True)

    def get(self, name: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The file's bytes, read as they are asked for."""
        with _answering():
            try:
                file = self.path(name).open("rb")
            except FileNotFoundError:
                self._refuse_absent()
                raise lost() from None
            with file:
                left = (os.fstat(file.fileno()).st_size if end is None else end) - start
                file.seek(start)
                while left > 0 and (piece := file.read(min(left, PIECE))):
                    left -= len(piece)
                    yield piece

    def size(self, name: str) -> int | None:
        """The file's size."""
        with _answering():
            try:
                return self.path(name).stat().st_size
            except FileNotFoundError:
                self._refuse_absent()
                return None

    def delete(self, name: str) -> None:
        """Remove the file."""
        with _answering():
            self._refuse_absent()
            self.path(name).unlink(missing_ok=True)

    def list(self, prefix: str = "") -> Iterator[Stored]:
        """All files, folder by folder."""
        with _answering():
            self._refuse_absent()
            for folder in self.folder.glob(_FOLDERS):
                for path in folder.iterdir():
                    if path.name.startswith(prefix) and (found := _stat(path)) is not None:
                        yield Stored(path.name, found.st_size, found.st_mtime_ns // _NANOSECONDS)

    def tidy(self, before: int) -> int:
        """Remove old files in ``partial``."""
        with _answering():
            old = [
                path for path in (self.folder / PARTIAL).iterdir() if path.stat().st_mtime_ns // _NANOSECONDS < before
            ]
            for path in old:
                path.unlink(missing_ok=True)
        return len(old)

    def look(self) -> None:
        """The folder is there and can be written to."""
        if not self.folder.is_dir() or not os.access(self.folder, os.R_OK | os.W_OK | os.X_OK):
            raise broken(f"There is no folder {self.folder} that attachments could be kept in.")

    def _refuse_absent(self) -> None:
        """Nothing is missing in a store that is not there itself."""
        self.folder.stat()

    def make_way(self, folder: Path) -> None:
        """A folder for blobs; its name and that of the one above it are on the disk."""
        if folder.is_dir():
            return
        for each in (folder.parent, folder):
            each.mkdir(exist_ok=True, mode=_PRIVATE_FOLDER)
            _synchronise(each.parent)


def _stat(path: Path) -> os.stat_result | None:
    """Nothing for a file that somebody has deleted since it was listed."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _write(partial: Path, upload: Upload) -> None:
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
    with os.fdopen(handle, "wb") as file:
        for piece in upload.pieces():
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def _synchronise(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _answering() -> Iterator[None]:
    """A disk that does not do what it is told, as a failure; that a name is taken is no such thing."""
    try:
        yield
    except FileExistsError:
        raise
    except OSError as problem:
        raise away(problem) from None
