"""Files of FHIR JSON: bundles, single resources and NDJSON, gzip too, read entry by entry.

An entry is handed out as the bytes of its resource: whoever wants it parses it, so that a bundle of any size never
stands in memory as a tree. Nothing here raises for what is wrong with one entry; that shows when it is parsed.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

import msgspec

from carefolio.base.failures import malformed
from carefolio.fhir.json import parse
from carefolio.records.importing.pieces import bundle_pieces

MEBIBYTE = 1024 * 1024
WHOLE = 12 * MEBIBYTE
"""A JSON document up to this size is taken apart in memory, a larger one while it is read."""
LARGEST = 32 * MEBIBYTE
"""A resource is no larger than this."""
_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LINES = (".ndjson", ".jsonl")
_SUFFIXES = (".json", *_LINES)


class Entry(NamedTuple):
    """One resource as it was sent. ``url`` is its fullUrl; ``type`` and ``id`` are empty where it does not say."""

    place: str
    url: str
    type: str
    id: str
    raw: bytes | msgspec.Raw

    @property
    def name(self) -> str:
        """What its sender calls it: the fullUrl, else type and id; empty when it has neither."""
        return self.url or (f"{self.type}/{self.id}" if self.type and self.id else "")


class _Head(msgspec.Struct):
    """What is to be known of a resource before it is parsed."""

    resourceType: Any = ""  # noqa: N815 - FHIR's name
    id: Any = ""


class _Envelope(msgspec.Struct):
    """A Bundle's entry."""

    fullUrl: Any = ""  # noqa: N815 - FHIR's name
    resource: msgspec.Raw = msgspec.Raw()


class _Document(msgspec.Struct):
    """A resource that may be a Bundle."""

    resourceType: Any = ""  # noqa: N815 - FHIR's name
    entry: msgspec.Raw = msgspec.Raw()


_head = msgspec.json.Decoder(_Head).decode
_envelope = msgspec.json.Decoder(_Envelope).decode
_document = msgspec.json.Decoder(_Document).decode
_items = msgspec.json.Decoder(list[msgspec.Raw]).decode
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def find_files(paths: Sequence[Path]) -> list[Path]:
    """The files among and below ``paths``, each once, in a fixed order. A path that is not there raises a Failure."""
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise malformed(f"There is no file or folder {path}.")
        for file in sorted(filter(_is_fhir, path.rglob("*"))) if path.is_dir() else [path]:
            found[file] = None
    return list(found)


def _is_fhir(path: Path) -> bool:
    return path.name.removesuffix(".gz").endswith(_SUFFIXES) and not path.name.startswith(".") and path.is_file()


def entries_of(path: Path) -> Iterator[Entry]:
    """The file's entries in their order. A file that cannot be read to its end raises a Failure when it gets there."""
    try:
        with _opened(path) as stream:
            if path.name.removesuffix(".gz").endswith(_LINES):
                yield from _of_lines(_lines(stream))
            else:
                yield from _of_document(stream)
    except (EOFError, OSError, zlib.error) as problem:
        raise malformed(f"The file cannot be read: {str(problem) or type(problem).__name__}.") from None


def _opened(path: Path) -> IO[bytes]:
    """The file's content; whether it is packed is told by its first bytes, not by its name."""
    with path.open("rb") as file:
        packed = file.read(len(_GZIP)) == _GZIP
    return cast("IO[bytes]", gzip.open(path)) if packed else path.open("rb")


def _of_document(stream: IO[bytes]) -> Iterator[Entry]:
    start = stream.read(WHOLE)
    more = stream.read(1)
    if more:
        yield from _of_pieces(bundle_pieces(_chunks(start, more, stream), LARGEST))
        return
    try:
        yield from _of_resource(start, "")
    except _UNREADABLE:
        lines = start.strip().splitlines()
        if len(lines) < 2 or not all(line.startswith(b"{") and line.endswith(b"}") for line in lines[:2]):  # noqa: PLR2004 - one line is no list
            parse(start)
            raise malformed("The Bundle's entry is no list.", "Bundle.entry") from None
        yield from _of_lines(lines)


def _chunks(start: bytes, more: bytes, rest: IO[bytes]) -> Iterator[bytes]:
    """All of the stream whose beginning was read already."""
    for place in range(0, len(start), MEBIBYTE):
        yield start[place : place + MEBIBYTE]
    while more:
        yield more
        more = rest.read(MEBIBYTE)


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    while line := stream.readline(LARGEST):
        if len(line) == LARGEST:
            raise malformed(f"One resource is larger than {LARGEST // MEBIBYTE} MB.")
        yield line


def _of_lines(lines: Iterable[bytes]) -> Iterator[Entry]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            place = f"line {number}"
            try:
                yield from _of_resource(line, place)
            except _UNREADABLE:
                yield Entry(place, "", "", "", line)


def _of_resource(raw: bytes, place: str) -> Iterator[Entry]:
    """A single resource, or the entries of the Bundle that it is."""
    raw = raw.removeprefix(_BYTE_ORDER_MARK)
    document = _document(raw)
    if document.resourceType != "Bundle":
        yield _resource(raw, "", place)
        return
    pieces = _items(document.entry) if document.entry else []
    yield from _of_pieces(pieces, f"{place}, " if place else "")


def _of_pieces(pieces: Iterable[bytes | msgspec.Raw], before: str = "") -> Iterator[Entry]:
    for number, piece in enumerate(pieces):
        place = f"{before}entry[{number}]"
        try:
            envelope = _envelope(piece)
        except _UNREADABLE:
            yield Entry(place, "", "", "", piece)
            continue
        url = envelope.fullUrl if isinstance(envelope.fullUrl, str) else ""
        yield _resource(envelope.resource, url, place)


def _resource(raw: bytes | msgspec.Raw, url: str, place: str) -> Entry:
    try:
        head = _head(raw)
    except _UNREADABLE:
        return Entry(place, url, "", "", raw)
    type_ = head.resourceType if isinstance(head.resourceType, str) else ""
    return Entry(place, url, type_, head.id if isinstance(head.id, str) else "", raw)


def read_entry(entry: Entry) -> dict[str, Any]:
    """The entry's resource; raises a Failure that says why it cannot be read."""
    raw = bytes(entry.raw)
    if not raw.strip() or raw.strip() == b"null":
        raise malformed("The entry has no resource.")
    return parse(raw)


def label(entry: Entry) -> str:
    """How the report names the entry."""
    return entry.name or entry.place
