"""A zip that leaves while it is made: no more than one file of it is in memory at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_OWNER_READS = 0o600 << 16
_PIECE = 256 * 1024


class _Sink:
    """Takes what the zip writes until it is sent; it cannot go back, as a connection cannot."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        """Keep it."""
        self._pieces.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """There is nothing behind it that could be told."""

    def take(self) -> bytes:
        """What has come together."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        self.size = 0
        return taken


def zipped(files: Iterable[tuple[str, Iterable[bytes]]], made: datetime) -> Iterator[bytes]:
    """The zip's bytes, in pieces. ``files``: names with their content, itself in pieces; each is asked for in turn."""
    sink = _Sink()
    moment = (made.year, made.month, made.day, made.hour, made.minute, made.second)
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:  # type: ignore[call-overload]  # a stream that only goes on
        for name, content in files:
            entry = ZipInfo(name, moment)
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, _OWNER_READS
            with archive.open(entry, "w", force_zip64=True) as member:
                for piece in content:
                    member.write(piece)
                    if sink.size > _PIECE:
                        yield sink.take()
            yield sink.take()
    yield sink.take()
