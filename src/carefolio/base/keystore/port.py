"""What a place for keys can do. It sees keys wrapped alone; whoever has it without the root key reads nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

Wrap = Callable[[int], bytes]
"""The wrapped new key of the owner with this number."""


class Unreadable(Exception):  # noqa: N818 - what it is: the caller says what can be done
    """The keys are not there, or are none."""


class Remembered(NamedTuple):
    """The newest checkpoint, kept where nobody reaches it who only reaches the data: tree size, root, signed note."""

    size: int
    root: bytes
    note: str


class KeyStore(Protocol):
    """Wrapped keys. Whatever a method has written is durable when it returns; any thread may call."""

    @property
    def shown(self) -> str:
        """Where it is, for people."""
        ...

    def make(self, platform: Mapping[str, bytes], first: tuple[int, bytes]) -> None:
        """Keep the platform's keys and the first owner's, unless there are keys already; several processes may try."""
        ...

    def platform(self, name: str) -> bytes | None:
        """A key of the platform."""
        ...

    def add(self, count: int, wrap: Wrap) -> list[int]:
        """Allot so many owner numbers, never given before, and keep their keys."""
        ...

    def wrapped(self, owner: int) -> bytes | None:
        """The key of an owner."""
        ...

    def owners(self) -> Iterable[int]:
        """All owner numbers that have a key."""
        ...

    def newest(self) -> int:
        """The highest owner number that was ever allotted here."""
        ...

    def remember(self, newest: Remembered, instead_of: bytes | None) -> None:
        """Keep the checkpoint, unless a larger one is kept whose root is not ``instead_of``."""
        ...

    def remembered(self) -> Remembered | None:
        """The checkpoint that was kept last."""
        ...

    def backup(self, target: Path) -> None:
        """A consistent copy as a keys file of its own."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...
