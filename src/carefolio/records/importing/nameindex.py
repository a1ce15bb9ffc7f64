"""The names that an input brings, eight bytes each, however many there are.

A name that comes more than once with different content would make two new versions at each run. So for such names the
content that comes last is remembered too: a record that has it already is left alone.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from heapq import merge

from carefolio.fhir import tables

_TYPES = tuple(sorted(tables.types()))
_NUMBERS = {name: number for number, name in enumerate(_TYPES)}
_LOW = 0xFF
"""The bits of a key that hold the type's number; the others are the first 56 of the name."""
CHUNK = 65_536
"""So many names are packed together."""


class NameIndex:
    """Filled while all files are looked through, then asked."""

    def __init__(self, chunk: int = CHUNK) -> None:
        self._chunk = chunk
        self._open: list[int] = []
        self._chunks: list[array[int]] = []
        self._keys: array[int] = array("Q")
        self._repeated: array[int] = array("Q")
        self._last: array[int] = array("Q")

    def add(self, name: bytes, type_: str) -> None:
        """Remember a name; one of a type that R4 does not have is not remembered."""
        number = _NUMBERS.get(type_)
        if number is not None:
            self._open.append(_high(name) | number)
            if len(self._open) == self._chunk:
                self.pack()

    def pack(self) -> int:
        """Pack what was added since the last time; the number of packs there are."""
        if self._open:
            self._chunks.append(array("Q", sorted(self._open)))
            self._open = []
        return len(self._chunks)

    def finish(self) -> None:
        """All names are there."""
        self.pack()
        self._keys = array("Q", merge(*self._chunks))
        before = -1
        for key in self._keys:
            high = key & ~_LOW
            if high == before and (not self._repeated or self._repeated[-1] != high):
                self._repeated.append(high)
            before = high
        self._last = array("Q", bytes(len(self._repeated) * self._repeated.itemsize))

    def type_of(self, name: bytes) -> str | None:
        """The type of the entry with this name, None when no entry has it."""
        high = _high(name)
        place = bisect_left(self._keys, high)
        if place < len(self._keys) and self._keys[place] & ~_LOW == high:
            return _TYPES[self._keys[place] & _LOW]
        return None

    def packs_repeat(self, packs: range) -> bool:
        """Whether these packs have a name that comes more than once."""
        return any(self._repeats(key & ~_LOW) is not None for number in packs for key in self._chunks[number])

    def is_repeated(self, name: bytes) -> bool:
        """Whether this name comes more than once."""
        return self._repeats(_high(name)) is not None

    def note_content(self, name: bytes, content: bytes) -> None:
        """The content that a repeated name has here; what is noted last counts."""
        place = self._repeats(_high(name))
        if place is not None:
            self._last[place] = _high(content)

    def is_last(self, name: bytes, content: bytes) -> bool:
        """Whether this is what a repeated name ends with in this input."""
        place = self._repeats(_high(name))
        return place is not None and self._last[place] == _high(content)

    def _repeats(self, high: int) -> int | None:
        if not self._repeated:
            return None
        place = bisect_left(self._repeated, high)
        return place if place < len(self._repeated) and self._repeated[place] == high else None


def _high(digest: bytes) -> int:
    return int.from_bytes(digest[:8], "big") & ~_LOW
