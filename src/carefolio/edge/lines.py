"""Who waits: one line a client, and the clients take turns. Pure: no clock, no event loop."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Lines(Generic[T]):
    """Lines by client. The client at the beginning of the ring is served next; then it stands at the end."""

    def __init__(self) -> None:
        self._lines: OrderedDict[str, deque[T]] = OrderedDict()
        self.waiting = 0
        """How many wait in all lines together."""

    def length(self, client: str) -> int:
        """How many of this client's wait."""
        line = self._lines.get(client)
        return 0 if line is None else len(line)

    def longest(self) -> str:
        """The client with the most waiting; of several the one that was served longest ago."""
        return max(self._lines, key=lambda client: len(self._lines[client]))

    def join(self, client: str, item: T) -> None:
        """Stand at the end of the client's line."""
        self._lines.setdefault(client, deque()).append(item)
        self.waiting += 1

    def next(self, may: Callable[[str], bool]) -> tuple[str, T] | None:
        """The first in the line of the client whose turn it is, among those that ``may`` come in."""
        client = next(filter(may, self._lines), None)
        if client is None:
            return None
        line = self._lines[client]
        item = line.popleft()
        self._lines.move_to_end(client)
        self._left(client, line)
        return client, item

    def turn_away(self, client: str) -> T:
        """Take out the client's newest, who has waited for the shortest time."""
        line = self._lines[client]
        item = line.pop()
        self._left(client, line)
        return item

    def leave(self, client: str, item: T) -> None:
        """Take out one that does not wait any more; nothing happens for one that is out already."""
        line = self._lines.get(client)
        if line is not None and item in line:
            line.remove(item)
            self._left(client, line)

    def _left(self, client: str, line: deque[T]) -> None:
        self.waiting -= 1
        if not line:
            del self._lines[client]
