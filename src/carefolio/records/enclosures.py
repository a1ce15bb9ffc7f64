"""Enclosures: long attachments, which leave the body for blobs and are put back where they were when it is read.

What stands in ``data`` or ``valueBase64Binary`` and is longer than ``LONGEST_INSIDE`` is cut out of the record's JSON.
A body that was cut begins with ``_MARK``, which no JSON begins with; then, on one line, the places with the blobs'
names and digests; then the rest, which is JSON with empty texts: the *outline*. It is stored so, under the seal, and
leaves this floor only when it is whole again.

1. ``enclose`` cuts, and draws a new name for each blob.
2. ``send`` keeps the blobs: they are durable before the transaction of the row that names them begins. If we crash, or
   the transaction does not happen, they are orphans, which ``orphans`` sweeps.
3. ``whole`` puts them back.

Whether a new version still holds the same texts is known without asking for them (``recognised``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from hashlib import sha256
from io import BytesIO
from itertools import zip_longest
from typing import Any, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag

from carefolio.base.failures import broken
from carefolio.base.ids import new_id
from carefolio.base.keys import OwnerKey
from carefolio.blobs.port import Blobs, Upload
from carefolio.blobs.sealing import seal, sealed_size, unseal
from carefolio.fhir.json import parse

Resource = dict[str, Any]
LONGEST_INSIDE = 64 * 1024
"""Bytes of base64 that stay in a body."""
UNMARKED = "0"
"""Begins the names of blobs that no sweep takes."""
_MARK = b"\x01"
_OPENING = re.compile(rb'"(?:data|valueBase64Binary)":"')
_BACKSLASH = 0x5C
_NAME = re.compile(r"[0-9a-f]+_([0-9]+)_([A-Za-z]+)_([A-Za-z0-9.-]+)_([0-9]+)_[0-9a-f-]+")
"""Mark, owner, type, id, version, and what makes it the only one of its name; an id of FHIR's holds no ``_``."""


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """Where in the outline a text was, its length in bytes, and the blob that it is in with its SHA-256."""

    at: int
    length: int
    name: str
    digest: bytes


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[Kept]).decode


class Version(NamedTuple):
    """A blob's record, from its name."""

    owner: int
    type: str
    id: str
    version: int


@dataclass(frozen=True)
class Enclosure:
    """A text on its way out."""

    name: str
    key: OwnerKey
    place: bytes
    text: memoryview = field(repr=False)

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of the blob."""
        found = sha256()
        for piece in self._sealed():
            found.update(piece)
        return found.digest()

    def upload(self) -> Upload:
        """The blob. It is sealed anew each time it is asked for, to the same bytes: no copy of it is in memory."""
        return Upload(self.name, sealed_size(len(self.text)), self.digest, self._sealed)

    def _sealed(self) -> Iterator[bytes]:
        return seal(self.key.of_blob(self.place), self.place, self.text)


def enclose(body: bytes, key: OwnerKey, mark: str, place: bytes) -> tuple[bytes, tuple[Enclosure, ...]]:
    """The body as it is to be stored, and what was cut out of it. ``place`` is that of the sealed body; ``mark`` begins
    the blobs' names.
    """
    spans = list(_long(body)) if len(body) > LONGEST_INSIDE else []
    if not spans:
        return body, ()
    text, rest = memoryview(body), bytearray()
    kept, cut, end = list[Kept](), list[Enclosure](), 0
    for number, (start, stop) in enumerate(spans):
        rest += text[end:start]
        end = stop
        name = _name(mark, place)
        one = Enclosure(name, key, _bound(place, number, name), text[start:stop])
        kept.append(Kept(len(rest), stop - start, name, one.digest))
        cut.append(one)
    rest += text[end:]
    return b"".join((_MARK, _encode(kept), b"\n", rest)), tuple(cut)


def send(blobs: Blobs, cut: Iterable[Enclosure]) -> None:
    """Keep them; all are durable when this returns. Raises UNAVAILABLE when the store is away."""
    for one in cut:
        blobs.put(one.upload())


def is_whole(stored: bytes) -> bool:
    """Whether nothing was cut out of it."""
    return not stored.startswith(_MARK)


def outline(stored: bytes) -> bytes:
    """The JSON with empty texts where something was cut out: all that decisions, indexes and lists look at."""
    return stored if is_whole(stored) else stored[stored.index(b"\n") + 1 :]


def kept_in(stored: bytes) -> list[Kept]:
    """What was cut out of it."""
    return [] if is_whole(stored) else _decode(stored[len(_MARK) : stored.index(b"\n")])


def length(stored: bytes) -> int:
    """How many bytes the whole JSON has."""
    if is_whole(stored):
        return len(stored)
    return len(outline(stored)) + sum(one.length for one in kept_in(stored))


def whole(stored: bytes, blobs: Blobs, key: OwnerKey, place: bytes) -> bytes:
    """The JSON as it was before anything was cut out; raises UNAVAILABLE when the store is away."""
    if is_whole(stored):
        return stored
    rest, put, end = memoryview(outline(stored)), BytesIO(), 0
    for number, one in enumerate(kept_in(stored)):
        put.write(rest[end : one.at])
        end = one.at
        bound = _bound(place, number, one.name)
        try:
            for piece in unseal(key.of_blob(bound), bound, blobs.get(one.name)):
                put.write(piece)
        except InvalidTag:
            raise broken("A stored attachment cannot be opened; run 'carefolio ledger verify'.") from None
    put.write(rest[end:])
    return put.getvalue()


def recognised(stored: bytes, key: OwnerKey, place: bytes, new: Resource) -> Resource:
    """The record, with each text that was cut out of it where ``new`` has the very same in the same place; else there
    stands its blob's name, which is no base64. No store is asked: the same text would be sealed to the same blob.
    """
    rest, named, end = outline(stored), bytearray(), 0
    known = dict[str, Callable[[object], bool]]()
    for number, one in enumerate(kept_in(stored)):
        named += rest[end : one.at] + one.name.encode()
        end = one.at
        known[one.name] = partial(_is_kept, one, key, _bound(place, number, one.name))
    return {name: _beside(value, new.get(name), known) for name, value in parse(bytes(named + rest[end:])).items()}


def _beside(old: Any, new: Any, known: Mapping[str, Callable[[object], bool]]) -> Any:
    """A part of the old version, with the new one's texts where its own are named and they are the same."""
    if isinstance(old, str):
        return new if old in known and known[old](new) else old
    if isinstance(old, dict):
        there = new if isinstance(new, dict) else {}
        return {name: _beside(value, there.get(name), known) for name, value in old.items()}
    if isinstance(old, list):
        each = new if isinstance(new, list) else []
        return [_beside(value, other, known) for value, other in zip_longest(old, each[: len(old)])]
    return old


def _is_kept(kept: Kept, key: OwnerKey, bound: bytes, text: object) -> bool:
    """Whether this text is in that blob."""
    if not isinstance(text, str):
        return False
    one = Enclosure(kept.name, key, bound, memoryview(text.encode()))
    return len(one.text) == kept.length and one.digest == kept.digest


def version_in(name: str) -> Version | None:
    """Whose a blob is, by its name; None for a name that we did not make."""
    found = _NAME.fullmatch(name)
    return Version(int(found[1]), found[2], found[3], int(found[4])) if found else None


def _long(body: bytes) -> Iterator[tuple[int, int]]:
    """Where the long texts begin and end. In compact JSON an unescaped quotation mark before a name opens it, so this
    finds elements only. A text that ends in an escaped one is no base64, and stays.
    """
    at = 0
    while found := _OPENING.search(body, at):
        start, at = found.end(), body.index(b'"', found.end())
        if at - start > LONGEST_INSIDE and body[at - 1] != _BACKSLASH:
            yield start, at


def _name(mark: str, place: bytes) -> str:
    type_, id_, version, owner = place.decode().split("/")
    return "_".join((mark, owner, type_, id_, version, new_id()))


def _bound(place: bytes, number: int, name: str) -> bytes:
    """What a blob is bound to: type, id, version, owner, which of the body's texts it is, and its own name."""
    return b"%b/%d/%b" % (place, number, name.encode())
