"""What an import did: figures, what was rejected, what was stored with a remark. Small, however much was imported."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

_CHUNK = 2_000
_LEVEL = 1


class Finding(NamedTuple):
    """One entry (by the name its sender gave it, else by its place) and a sentence on it."""

    file: str
    entry: str
    reason: str


_decode = msgspec.json.Decoder(list[Finding]).decode


class Findings:
    """A list that grows by a few bytes an item: full chunks are kept compressed."""

    def __init__(self) -> None:
        self._full: list[bytes] = []
        self._open: list[Finding] = []

    def add(self, finding: Finding) -> None:
        """Put one more at the end."""
        self._open.append(finding)
        if len(self._open) == _CHUNK:
            self._full.append(zlib.compress(msgspec.json.encode(self._open), _LEVEL))
            self._open = []

    def __len__(self) -> int:
        return len(self._full) * _CHUNK + len(self._open)

    def __iter__(self) -> Iterator[Finding]:
        for chunk in self._full:
            yield from _decode(zlib.decompress(chunk))
        yield from self._open


@dataclass(slots=True)
class Progress:
    """How far an import is. ``entries_total`` is known once all files were looked through."""

    files: int = 0
    files_total: int = 0
    entries: int = 0
    entries_total: int = 0


@dataclass(slots=True)
class ImportReport:
    """The figures of one run: ``entries`` = ``created`` + ``updated`` + ``unchanged`` + rejected entries."""

    files: int = 0
    entries: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: Findings = field(default_factory=Findings)
    reported: Findings = field(default_factory=Findings)

    def count(self, outcome: str) -> None:
        """One more entry that was ``created``, ``updated`` or ``unchanged``."""
        match outcome:
            case "created":
                self.created += 1
            case "updated":
                self.updated += 1
            case _:
                self.unchanged += 1

    def figures(self) -> dict[str, int]:
        """The counts alone."""
        return {
            "files": self.files,
            "entries": self.entries,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
        }

    def as_json(self) -> dict[str, Any]:
        """The command's JSON answer."""
        return {
            **self.figures(),
            "rejected": [finding._asdict() for finding in self.rejected],
            "reported": [finding._asdict() for finding in self.reported],
        }
