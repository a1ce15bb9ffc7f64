"""What every store of blobs can do, and in which words it fails. ``tests/contract`` holds each of them to it.

A blob is written once under a name that nobody used before, and never changed. What is in it is sealed already; a store
sees names and lengths.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple, Protocol

from carefolio.base.failures import Failure, broken, conflict, unavailable
from carefolio.base.logs import where

LOG = logging.getLogger("carefolio.blobs")
PIECE = 1 << 20
"""Blobs are read in pieces of so many bytes at the most."""
RETRY_SECONDS = 5
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A blob to be kept: its size in bytes, its SHA-256, and its content, which may be asked for more than once."""

    name: str
    size: int
    digest: bytes
    pieces: Callable[[], Iterable[bytes]]


class Stored(NamedTuple):
    """A blob that is kept: its size in bytes, and when it was written, µs UTC."""

    name: str
    size: int
    written: int


class Blobs(Protocol):
    """One store. Each method raises UNAVAILABLE when the store does not answer; nothing was done then."""

    @property
    def place(self) -> str:
        """Where it is, for people: a folder or an s3:// address."""
        ...

    def put(self, upload: Upload) -> None:
        """Keep it; durable and whole when this returns. A name that is taken by other content is a CONFLICT."""
        ...

    def get(self, name: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from ``start`` up to ``end``, in pieces; BROKEN when there is no such blob."""
        ...

    def size(self, name: str) -> int | None:
        """How many bytes it has; None when there is no such blob."""
        ...

    def delete(self, name: str) -> None:
        """Let go of it; nothing happens when it is gone already."""
        ...

    def list(self, prefix: str = "") -> Iterator[Stored]:
        """All blobs whose names begin so, in no order."""
        ...

    def tidy(self, before: int) -> int:
        """Throw away what uploads that began before this time (µs UTC) and never ended left; how many that were."""
        ...

    def look(self) -> None:
        """Raise BROKEN with a sentence for the operator when the store cannot be used."""
        ...


def checked(name: str) -> str:
    """The name, which has to be one that is safe as a file and as a key of S3."""
    if not _NAME.fullmatch(name):
        raise broken("A stored attachment has no name that can be; run 'carefolio ledger verify'.")
    return name


def refuse_other(blobs: Blobs, upload: Upload) -> None:
    """The name is taken. By the same content: an earlier try of ours went through, and all is well."""
    if digest_of(blobs, upload.name) != upload.digest:
        raise conflict("There is another attachment under this name; it stays as it is.")


def digest_of(blobs: Blobs, name: str) -> bytes:
    """SHA-256 of what is kept."""
    found = sha256()
    for piece in blobs.get(name):
        found.update(piece)
    return found.digest()


def lost() -> Failure:
    """A blob that a record names is not there."""
    return broken("A stored attachment is missing; run 'carefolio ledger verify'.")


def away(problem: BaseException) -> Failure:
    """The store does not answer, or not in time; what it said stays in the log, without names."""
    LOG.error("the store of attachments does not answer: %s", where(problem))
    return unavailable("Attachments cannot be kept or read just now; try again.", RETRY_SECONDS)
