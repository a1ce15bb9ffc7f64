"""Content codings (RFC 9110, 8.4): gzip (RFC 1952) and zstd (RFC 8878, with RFC 9659's bound on its window).

Chosen by ``Accept-Encoding``, packed whole or in pieces, unpacked a bounded piece at a time.
"""

from __future__ import annotations

import re
import sys
import zlib
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


class Coding(StrEnum):
    """How a body is packed; its name as HTTP writes it."""

    ZSTD = "zstd"
    GZIP = "gzip"


GZIP_LEVEL, ZSTD_LEVEL = 1, 1
"""Measured on our answers: docs/decisions/compression.md."""
GZIP_BEST, ZSTD_BEST = 9, 19
"""For what is packed once and kept."""
WORTH = 1_024
"""Bytes: what is shorter fits one packet as it is."""
_GZIP_WINDOW = 31
"""zlib's largest window (15) and gzip's own head and end (16)."""
_ZSTD_WINDOW = 23
"""8 MiB: no more is to be asked of a reader, and none asks more of us."""
MEMBERS = 1_000
"""So many gzip members or zstd frames are read from one body; each may be empty and costs time all the same."""
_ALIASES = {"x-gzip": "gzip"}
_WEIGHT = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")
_MANY = 1_024
"""Header values whose reading is remembered; clients send the same ones over and over."""


class Unreadable(ValueError):  # noqa: N818 - it says what the body is
    """What was to be unpacked is not what it says it is, or breaks off."""


class Packer(Protocol):
    """Packs a body that comes in pieces."""

    def pack(self, piece: bytes) -> bytes:
        """What can be sent by now, possibly nothing."""
        ...

    def end(self) -> bytes:
        """The rest."""
        ...


@lru_cache(_MANY)
def chosen(accepted: str) -> Coding | None:
    """The coding to answer with, by the ``Accept-Encoding`` (RFC 9110, 12.5.3); None: as it is. Of equally welcome
    ones zstd. A weight that is none refuses its coding.
    """
    weights = _weights(accepted)
    others = weights.get("*", 0.0)
    offered = [(weights.get(coding, others), coding) for coding in Coding]
    best, coding = max(offered, key=lambda one: one[0])
    plain = weights.get("identity", 0.0)
    return coding if best > 0 and best >= plain else None


def named(value: str) -> Coding | None:
    """The coding that a ``Content-Encoding`` names, None for a body as it is; raises KeyError for any other."""
    name = value.strip().lower()
    if name in ("", "identity"):
        return None
    name = _ALIASES.get(name, name)
    if name not in list(Coding):
        raise KeyError(name)
    return Coding(name)


def packed(coding: Coding, body: bytes, *, best: bool = False) -> bytes:
    """The whole body packed; ``best``: as small as it gets, however long that takes."""
    if coding is Coding.ZSTD:
        return zstd.compress(body, ZSTD_BEST if best else ZSTD_LEVEL)
    packer = zlib.compressobj(GZIP_BEST if best else GZIP_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
    return packer.compress(body) + packer.flush()


def packer(coding: Coding) -> Packer:
    """For a body in pieces."""
    return _Zstd() if coding is Coding.ZSTD else _Gzip()


class _Gzip:
    def __init__(self) -> None:
        packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
        self.pack, self.end = packer.compress, packer.flush


class _Zstd:
    def __init__(self) -> None:
        packer = zstd.ZstdCompressor(ZSTD_LEVEL)
        self.pack, self.end = packer.compress, packer.flush


class Unpacker:
    """Unpacks what is fed to it, no more at a time than is asked for. Raises Unreadable."""

    def __init__(self, coding: Coding) -> None:
        self._coding = coding
        self._members = 0
        self._rest = b""
        self._open: _Opener | None = None

    def feed(self, data: bytes) -> None:
        """More of what is packed; to be called when ``take`` gives nothing."""
        self._rest += data

    def take(self, most: int) -> bytes:
        """Up to ``most`` bytes; nothing when all that was fed is out."""
        while self._rest or (self._open is not None and self._open.has_more):
            if self._open is None:
                self._begin()
                continue
            piece, self._rest = self._open.read(self._rest, most)
            if self._open.ended:
                self._open = None
            if piece:
                return piece
        return b""

    def end(self) -> None:
        """Nothing more comes; raises Unreadable when something is missing."""
        if self._open is not None or not self._members:
            raise Unreadable

    def _begin(self) -> None:
        self._members += 1
        if self._members > MEMBERS:
            raise Unreadable
        self._open = _ZstdFrame() if self._coding is Coding.ZSTD else _GzipMember()


class _Opener(Protocol):
    has_more: bool
    ended: bool

    def read(self, data: bytes, most: int) -> tuple[bytes, bytes]:
        """A piece, and what was not looked at yet."""
        ...


class _GzipMember:
    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP_WINDOW)
        self.has_more = False
        self.ended = False

    def read(self, data: bytes, most: int) -> tuple[bytes, bytes]:
        try:
            piece = self._member.decompress(data, most)
        except zlib.error:
            raise Unreadable from None
        self.ended = self._member.eof
        self.has_more = len(piece) == most and not self.ended
        return piece, self._member.unused_data if self.ended else self._member.unconsumed_tail


class _ZstdFrame:
    def __init__(self) -> None:
        self._frame = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW})
        self.has_more = False
        self.ended = False

    def read(self, data: bytes, most: int) -> tuple[bytes, bytes]:
        try:
            piece = self._frame.decompress(data, most)
        except zstd.ZstdError:
            raise Unreadable from None
        self.ended = self._frame.eof
        self.has_more = not self.ended and not self._frame.needs_input
        return piece, self._frame.unused_data if self.ended else b""


def _weights(accepted: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        name = name.strip()
        if name:
            found[_ALIASES.get(name, name)] = _weight(parameter)
    return found


def _weight(parameter: str) -> float:
    if not parameter.strip():
        return 1.0
    key, _, value = parameter.partition("=")
    value = value.strip()
    return float(value) if key.strip() == "q" and _WEIGHT.fullmatch(value) else 0.0
