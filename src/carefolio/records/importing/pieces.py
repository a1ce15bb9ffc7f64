"""A Bundle that is too large to be held in memory, taken apart while it is read.

Only strings and brackets are looked at: they tell where each entry begins and ends. Each piece is parsed by itself
later, which finds whatever else is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from carefolio.base.failures import malformed

_MEBIBYTE = 1024 * 1024
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\]"]', re.DOTALL)
_UNFINISHED = b'"'
_ENTRY = b'"entry"'
_ENTRY_LIST = 2
_ENTRY_ITEM = 3


def bundle_pieces(chunks: Iterable[bytes], largest: int) -> Iterator[bytes]:
    """The items of the top-level ``entry`` list, each as JSON of at most ``largest`` bytes. Raises a Failure."""
    splitter = _Splitter()
    for data in chunks:
        found = splitter.feed(data)
        if max(map(len, [splitter.kept, *found])) > largest:
            raise malformed(f"One entry is larger than {largest // _MEBIBYTE} MB.")
        yield from found
    if splitter.depth:
        raise malformed("The JSON ends too early: a bracket or a quotation mark is still open.")
    if not splitter.seen:
        raise malformed("A file of this size has to be a Bundle with a list of entries, or NDJSON.")


class _Splitter:
    """Where in the Bundle we are between two chunks."""

    def __init__(self) -> None:
        self.kept = b""
        self.depth = 0
        self.seen = False
        self._key = b""
        self._inside = False
        self._scanned = 0
        self._begin = -1

    def feed(self, data: bytes) -> list[bytes]:
        """Take one more chunk, give the items that end in it. What is kept starts at an item or an unfinished token."""
        text = self.kept + data
        found: list[bytes] = []
        position = self._scanned
        for match in _TOKEN.finditer(text, position):
            token = match[0]
            if token == _UNFINISHED:  # the string goes on in the next chunk
                position = match.start()
                break
            position = match.end()
            if token in b"{[":
                self._open(token, match.start())
            elif token in b"}]":
                if self._close():
                    found.append(text[self._begin : position])
                    self._begin = -1
            elif self.depth == 1:
                self._key = token
        cut = self._begin if self._begin >= 0 else position
        self.kept = text[cut:]
        self._scanned = position - cut
        self._begin = min(0, self._begin)
        return found

    def _open(self, token: bytes, at: int) -> None:
        self.depth += 1
        if self.depth == _ENTRY_LIST and token == b"[" and self._key == _ENTRY:
            self._inside = self.seen = True
        elif self.depth == _ENTRY_ITEM and self._inside:
            self._begin = at

    def _close(self) -> bool:
        """Whether an item of the list ended."""
        ended = self._inside and self.depth == _ENTRY_ITEM
        self.depth -= 1
        if self.depth == 1:
            self._inside = False
        return ended
