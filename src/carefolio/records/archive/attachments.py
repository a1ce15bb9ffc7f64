"""Long attachments in the data's backup, where they are files. What is in S3 is backed up by the bucket's own means.

Beside the copies lies ``blobs.sha256``, a line for each in the form that ``sha256sum --check`` reads; the manifest
holds that list's own SHA-256, so none can be changed, added or left out.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from carefolio.base.failures import Failure, broken
from carefolio.base.settings import Settings
from carefolio.blobs.files import Files
from carefolio.blobs.port import PIECE, Blobs
from carefolio.records.archive import copying
from carefolio.records.archive.copying import Beside, Manifest

FOLDER = "blobs"
LIST = "blobs.sha256"


def save(blobs: Blobs, target: Path, beside: Beside) -> Beside:
    """Copies in the backup's folder ``target``, taken while others write. To be taken after the data: whatever that
    names was there before it, and stays.
    """
    if not isinstance(blobs, Files):
        return replace(beside, bucket=blobs.place)
    copies, lines = Files(target / FOLDER), target / LIST
    copies.make()
    count = 0
    with copying.new_private(lines) as listed:
        for found in blobs.list():
            path = copies.path(found.name)
            copies.make_way(path.parent)
            digest = _copy(blobs.path(found.name), path)
            if digest:
                listed.write(f"{digest}  {path.relative_to(target)}\n".encode())
                count += 1
    _synchronise(copies.folder)
    copying.synchronise(lines)
    return replace(beside, attachments=count, blobs=copying.digest(lines))


def prepare(source: Path, manifest: Manifest, settings: Settings) -> Path | None:
    """Copies beside where the backup's attachments belong; None when it has none of its own. Raises when one is not
    what was saved, and when the settings keep attachments somewhere else than in files.
    """
    if not manifest.blobs:
        return None
    if settings.blobs_folder is None:
        raise broken(
            "This backup's attachments are files, and CAREFOLIO_BLOBS_URL names a bucket: restore without that setting,"
            " then copy the files into the bucket."
        )
    if settings.blobs_folder.is_mount():
        raise broken(
            f"{settings.blobs_folder} is a disk of its own; let CAREFOLIO_BLOBS_URL name a folder on that disk."
        )
    lines = source / LIST
    if not lines.is_file() or copying.digest(lines) != manifest.blobs:
        raise _changed(lines)
    saved, copies = (
        Files(source / FOLDER),
        Files(settings.blobs_folder.with_name(f"{settings.blobs_folder.name}.partial")),
    )
    shutil.rmtree(copies.folder, ignore_errors=True)
    copies.make()
    with lines.open() as listed:
        for line in listed:
            digest, _, path = line.rstrip("\n").partition("  ")
            name = Path(path).name
            copies.make_way(copies.path(name).parent)
            if _copy(saved.path(name), copies.path(name)) != digest:
                raise _changed(saved.path(name))
    _synchronise(copies.folder)
    return copies.folder


def place(copies: Path, folder: Path) -> None:
    """Put a prepared folder where it belongs, which is free."""
    copies.rename(folder)
    copying.synchronise(folder)


def _copy(source: Path, target: Path) -> str:
    """A private copy, on the disk when this returns; its SHA-256, or "" for a file that is gone: an orphan swept just
    now.
    """
    digest = sha256()
    try:
        with source.open("rb") as original, copying.new_private(target) as copy:
            while piece := original.read(PIECE):
                digest.update(piece)
                copy.write(piece)
            copy.flush()
            os.fsync(copy.fileno())
    except FileNotFoundError:
        return ""
    return digest.hexdigest()


def _synchronise(folder: Path) -> None:
    """The names in all its folders are on the disk."""
    for each in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        copying.synchronise(each)


def _changed(path: Path) -> Failure:
    return broken(f"{path} is not what was saved: it was changed or is not whole. Take another backup.")
