"""Pictures and documents that people send: what they are by their content, how large, and without what cameras add.

Nothing is decoded: the sizes stand in the first bytes of each format, and what says where and by whom a picture was
taken stands in parts of its own, which are left out. A JPEG keeps which way up it is.
"""

from __future__ import annotations

import re
import struct
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

JPEG, PNG, WEBP, PDF, TEXT = "image/jpeg", "image/png", "image/webp", "application/pdf", "text/plain"
PICTURES: Final = frozenset({JPEG, PNG, WEBP})
LARGEST: Final = 5 * 1024 * 1024
"""Bytes of a file."""
MOST_PIXELS: Final = 50_000_000
"""More than any telephone's camera takes; a picture of few bytes can claim billions."""
_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_STANDALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_TABLES: Final = frozenset({0xC4, 0xCC, 0xDB, 0xDC, 0xDD})
"""By which scans are read: Huffman's and arithmetic tables, quantisation, lines, intervals of restart."""
_COLOURS: Final = MappingProxyType({0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"})
"""What applications wrote and colours need, each with how it begins. All else of theirs is left out, comments too."""
_EXIF: Final = 0xE1
_AFTER_SCAN: Final = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
"""The next marker behind coded data, in which 0xFF is followed by 0, or stands for a restart."""
_ORIENTATION: Final = 0x0112
_UPRIGHT, _MOST_TURNED = 1, 8
_PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs"}
)
_WEBP_KEPT: Final = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04
_CHUNK: Final = 8


class NotReadable(ValueError):  # noqa: N818 - a kind of value that was refused
    """It is not what it begins like, or larger than it may be."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture without what cameras add; sizes in pixels."""

    content_type: str
    width: int
    height: int
    data: bytes

    def attachment(self, title: str) -> dict[str, Any]:
        """As FHIR has it."""
        return attachment(self.content_type, self.data, title)


def attachment(content_type: str, data: bytes, title: str) -> dict[str, Any]:
    """A file as FHIR has it."""
    return {"contentType": content_type, "data": b64encode(data).decode(), "title": title, "size": len(data)}


def sniffed(data: bytes) -> str:
    """What a file is, by what it begins with; "" for what is none of what may be sent."""
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(_PNG_SIGNATURE):
        return PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data.startswith(b"%PDF-"):
        return PDF
    return TEXT if _is_text(data) else ""


def _is_text(data: bytes) -> bool:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    return bool(text.strip()) and all(sign.isprintable() or sign in "\t\r\n\f\ufeff" for sign in text)


def picture(data: bytes) -> Picture:
    """The picture; raises NotReadable for what is none, or one too large."""
    kind = sniffed(data)
    if kind not in PICTURES or len(data) > LARGEST:
        raise NotReadable
    try:
        width, height, stripped = _READERS[kind](data)
    except (IndexError, struct.error):
        raise NotReadable from None
    if not (width and height) or width * height > MOST_PIXELS:
        raise NotReadable
    return Picture(kind, width, height, stripped)


# ── JPEG (ITU T.81, annex B) ──


def _jpeg(data: bytes) -> tuple[int, int, bytes]:
    """Up to the end of the image: a second one behind it, of a moving picture or for a smaller screen, is another."""
    size, kept, turned = (0, 0), [b"\xff\xd8"], _UPRIGHT
    for marker, start, end in _segments(data):
        if marker in _FRAMES:
            if any(size):
                raise NotReadable
            height, width = struct.unpack(">HH", data[start + 5 : start + 9])
            size = width, height
        if marker == _EXIF:
            turned = _turned(data[start + 4 : end]) or turned
        if _is_kept(marker, data[start + 4 : end]):
            kept.append(data[start:end])
    if turned != _UPRIGHT:
        kept.insert(1, _exif(turned))
    return *size, b"".join([*kept, b"\xff\xd9"])


def _is_kept(marker: int, content: bytes) -> bool:
    begins = _COLOURS.get(marker)
    shows = marker == _SOS or marker in _FRAMES or marker in _TABLES
    return shows or (begins is not None and content.startswith(begins))


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Each marker with where its segment begins and ends, a scan's with its coded data, up to the end of the image;
    what was cut off in a scan ends there.
    """
    at, scanned = 2, False
    while at < len(data) or not scanned:
        if data[at] != 0xFF:  # noqa: PLR2004 - every marker begins so
            raise NotReadable
        marker = data[at + 1]
        if marker == 0xFF:  # noqa: PLR2004 - filled up before a marker
            at += 1
            continue
        if marker == _EOI and scanned:
            return
        if marker in _STANDALONE or marker == _EOI:
            raise NotReadable
        end = at + 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
        if marker == _SOS:
            found = _AFTER_SCAN.search(data, end)
            end, scanned = found.start() if found else len(data), True
        if end > len(data):
            raise NotReadable
        yield marker, at, end
        at = end


def _turned(app1: bytes) -> int:
    """Which way up, 1 to 8, of an EXIF part (TIFF 6.0); 0 for none."""
    if not app1.startswith(b"Exif\0\0"):
        return 0
    tiff = app1[6:]
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 0
    at: int = struct.unpack(order + "I", tiff[4:8])[0]
    count: int = struct.unpack(order + "H", tiff[at : at + 2])[0]
    for place in range(at + 2, at + 2 + 12 * min(count, 100), 12):
        tag, value = struct.unpack(order + "H6xH", tiff[place : place + 10])
        if tag == _ORIENTATION:
            return int(value) if _UPRIGHT <= value <= _MOST_TURNED else 0
    return 0


def _exif(turned: int) -> bytes:
    """An EXIF part that says which way up, and nothing else."""
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, turned, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(tiff) + 8) + b"Exif\0\0" + tiff


# ── PNG (ISO/IEC 15948) ──


def _png(data: bytes) -> tuple[int, int, bytes]:
    at, kept, size = len(_PNG_SIGNATURE), [_PNG_SIGNATURE], (0, 0)
    while True:
        length, name = struct.unpack(">I4s", data[at : at + 8])
        end = at + 12 + length
        if end > len(data):
            raise NotReadable
        if name == b"IHDR":
            size = struct.unpack(">II", data[at + 8 : at + 16])
        if name in _PNG_KEPT:
            kept.append(data[at:end])
        if name == b"IEND":
            return *size, b"".join(kept)
        at = end


# ── WebP (RFC 9649) ──


def _webp(data: bytes) -> tuple[int, int, bytes]:
    at, kept, size = 12, list[bytes](), (0, 0)
    while at + _CHUNK <= len(data):
        name, length = struct.unpack("<4sI", data[at : at + _CHUNK])
        end = at + _CHUNK + length + length % 2
        if at + _CHUNK + length > len(data):
            raise NotReadable
        chunk = data[at:end]
        size = size if any(size) else _webp_size(name, chunk[_CHUNK:])
        if name == b"VP8X":
            chunk = chunk[:_CHUNK] + bytes([chunk[_CHUNK] & ~(_EXIF_FLAG | _XMP_FLAG)]) + chunk[_CHUNK + 1 :]
        if name in _WEBP_KEPT:
            kept.append(chunk)
        at = end
    body = b"WEBP" + b"".join(kept)
    return *size, b"RIFF" + struct.pack("<I", len(body)) + body


def _webp_size(name: bytes, content: bytes) -> tuple[int, int]:
    if name == b"VP8X":
        return int.from_bytes(content[4:7], "little") + 1, int.from_bytes(content[7:10], "little") + 1
    if name == b"VP8 ":
        width, height = struct.unpack("<HH", content[6:10])
        return width & 0x3FFF, height & 0x3FFF
    if name == b"VP8L":
        bits = struct.unpack("<I", content[1:5])[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return 0, 0


_READERS: Final[Mapping[str, Callable[[bytes], tuple[int, int, bytes]]]] = MappingProxyType(
    {JPEG: _jpeg, PNG: _png, WEBP: _webp}
)
