"""What a browser may say, and how much of it. Pure.

| kind | says |
|---|---|
| `here` | I am here, and what of me can be seen and heard; also that I still am |
| `offer`, `answer` | how I would send and take media (SDP, RFC 8866, in the words of WebRTC) |
| `candidate` | an address at which I may be reached (RFC 8839) |
| `bye` | I hang up |

What is in them is passed on as it is and looked at by nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

import msgspec

LONGEST: Final = 16 * 1024
"""Bytes of a message."""
T = TypeVar("T")
Kind = Literal["offer", "answer", "candidate", "bye", "here"]


class Wrong(Exception):  # noqa: N818 - what was said is wrong; whether that is an error is for the socket to say
    """This is nothing that a browser of ours says."""


class Message(msgspec.Struct, forbid_unknown_fields=True):
    """One message."""

    kind: Kind
    data: dict[str, Any] = {}


class Entry(msgspec.Struct, forbid_unknown_fields=True):
    """The first thing that is said."""

    ticket: str


def read(text: str | bytes | None) -> Message:
    """What was said; raises Wrong."""
    return _decoded(text, Message)


def read_entry(text: str | bytes | None) -> str:
    """The ticket in the first message; raises Wrong."""
    return _decoded(text, Entry).ticket


def told(stage: str) -> str:
    """What the server itself says: how far the room is."""
    return msgspec.json.encode({"kind": "stage", "data": stage}).decode()


def _decoded(text: str | bytes | None, type_: type[T]) -> T:
    if not isinstance(text, str) or len(text.encode("utf-8", "surrogatepass")) > LONGEST:
        raise Wrong
    try:
        return msgspec.json.decode(text, type=type_)
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
        raise Wrong from None


@dataclass(slots=True)
class Pace:
    """How fast somebody may speak: ``burst`` messages at once, then ``a_second``, ``most`` in all."""

    burst: float = 120.0
    a_second: float = 5.0
    most: int = 20_000
    _left: float = 120.0
    _since: float = 0.0

    def __post_init__(self) -> None:
        self._left = self.burst

    def allows(self, now: float) -> bool:
        """Whether one more may be said at ``now`` (seconds); counts it."""
        self._left = min(self.burst, self._left + (now - self._since) * self.a_second) if self._since else self.burst
        self._since = now
        self._left -= 1
        self.most -= 1
        return self._left >= 0 and self.most >= 0
