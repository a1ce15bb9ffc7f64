"""Enclosures: long attachments, which leave the body for blobs and are put back where they were when it is read.

What stands in ``data`` or ``valueBase64Binary`` and is longer than ``LONGEST_INSIDE`` is cut out of the record's JSON.
A body that was cut begins with ``_MARK``, which no JSON begins with; then, on one line, the places with the blobs'
names and digests; then the rest, which is JSON with empty texts: the *outline*. It is stored so, under the seal, and
leaves this floor only when it is whole again.

1. ``enclose`` cuts, and draws a new name for each blob.
2. ``send`` keeps the blobs: they are durable before the transaction of the row that names them begins. If we crash, or
   the transaction does not happen, they are orphans, which ``orphans`` sweeps.
3. ``whole`` puts them back.

Whether a new version still holds the same texts is known without asking for them (``recognised``). It then names the
blobs that are there (``Held``), and no store is asked: nobody's contract waits for one in order to end. Such a version
may be made by who has the texts themselves, or from what ``named`` gives, where signs stand for them.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from hashlib import sha256
from io import BytesIO
from itertools import zip_longest
from typing import Any, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from msgspec.structs import replace

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
    """Where in the outline a text was, its length in bytes, and the blob that it is in with its SHA-256; ``bound`` is
    what the blob is bound to where an earlier version had it first, else empty.
    """

    at: int
    length: int
    name: str
    digest: bytes
    bound: bytes = b""

    def bound_at(self, place: bytes, number: int) -> bytes:
        """What the blob is bound to, named in the body at this place: type, id, version, owner, which of the body's
        texts it is, and its own name.
        """
        return self.bound or b"%b/%d/%b" % (place, number, self.name.encode())

    @property
    def sign(self) -> bytes:
        """What stands for the text where a resource is changed without it: base64, as an element like that has to be,
        and no longer than stays in a body.
        """
        return b64encode(self.name.encode())


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


@dataclass(frozen=True)
class Held:
    """What was cut out of the version that another takes the place of; ``signed``: signs stand for it in that one."""

    kept: tuple[Kept, ...] = ()
    signed: bool = False

    @cached_property
    def signs(self) -> Mapping[bytes, Kept]:
        """What stands for texts, each with its blob. A contract may have hundreds: each is looked for at once."""
        return {one.sign: one for one in self.kept} if self.signed else {}

    def find(self, key: OwnerKey, text: memoryview, number: int) -> Kept | None:
        """The blob that this sign names, or that this text with its number is in already. Each is compared with one
        alone: with all, whoever sends many would keep the processor busy.
        """
        if self.signed:
            return self.signs.get(bytes(text))
        same = self.kept[number : number + 1]
        return next((one for one in same if _is_in(one, key, one.bound, text)), None)


NOTHING = Held()


def enclose(
    body: bytes, key: OwnerKey, mark: str, place: bytes, held: Held = NOTHING
) -> tuple[bytes, tuple[Enclosure, ...]]:
    """The body as it is to be stored, and what was cut out of it to be kept. ``place`` is that of the sealed body;
    ``mark`` begins the blobs' names. What is ``held`` already is named where it is.
    """
    spans = list(_cuts(body, held.signs)) if len(body) > LONGEST_INSIDE or held.signs else []
    if not spans:
        return body, ()
    text, rest = memoryview(body), bytearray()
    kept, cut, end = list[Kept](), list[Enclosure](), 0
    for number, (start, stop) in enumerate(spans):
        rest += text[end:start]
        end = stop
        there = held.find(key, text[start:stop], number)
        if there is None:
            made = Kept(len(rest), stop - start, _name(mark, place), b"")
            one = Enclosure(made.name, key, made.bound_at(place, number), text[start:stop])
            kept.append(replace(made, digest=one.digest))
            cut.append(one)
        else:
            kept.append(replace(there, at=len(rest)))
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


def held_in(stored: bytes, place: bytes, *, signed: bool) -> Held:
    """The same, for the version that takes the place of the one that is stored at ``place``."""
    found = (replace(one, bound=one.bound_at(place, number)) for number, one in enumerate(kept_in(stored)))
    return Held(tuple(found), signed)


def named(stored: bytes) -> bytes:
    """The JSON with a sign for each text that was cut out, to be changed without the texts."""
    return _filled(stored, lambda one: one.sign)


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
        bound = one.bound_at(place, number)
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
    known = {
        one.name: partial(_is_kept, one, key, one.bound_at(place, number)) for number, one in enumerate(kept_in(stored))
    }
    old = parse(_filled(stored, lambda one: one.name.encode()))
    return {name: _beside(value, new.get(name), known) for name, value in old.items()}


def _filled(stored: bytes, text: Callable[[Kept], bytes]) -> bytes:
    """The JSON with such texts in the places of those that were cut out."""
    rest, filled, end = outline(stored), bytearray(), 0
    for one in kept_in(stored):
        filled += rest[end : one.at] + text(one)
        end = one.at
    return bytes(filled + rest[end:])


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
    return isinstance(text, str) and _is_in(kept, key, bound, memoryview(text.encode()))


def _is_in(kept: Kept, key: OwnerKey, bound: bytes, text: memoryview) -> bool:
    return len(text) == kept.length and Enclosure(kept.name, key, bound, text).digest == kept.digest


def version_in(name: str) -> Version | None:
    """Whose a blob is, by its name; None for a name that we did not make."""
    found = _NAME.fullmatch(name)
    return Version(int(found[1]), found[2], found[3], int(found[4])) if found else None


def _cuts(body: bytes, signs: Mapping[bytes, Kept]) -> Iterator[tuple[int, int]]:
    """Where the long texts, and the signs of such, begin and end. In compact JSON an unescaped quotation mark before a
    name opens it, so this finds elements only. A text that ends in an escaped one is no base64, and stays.
    """
    at = 0
    while found := _OPENING.search(body, at):
        start, at = found.end(), body.index(b'"', found.end())
        is_long = at - start > LONGEST_INSIDE and body[at - 1] != _BACKSLASH
        if is_long or (signs and body[start:at] in signs):
            yield start, at


def _name(mark: str, place: bytes) -> str:
    type_, id_, version, owner = place.decode().split("/")
    return "_".join((mark, owner, type_, id_, version, new_id()))
