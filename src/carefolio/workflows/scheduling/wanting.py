"""What somebody wants of a visit, and why they cannot have it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from carefolio.base.failures import Category, Failure, Issue
from carefolio.records.visits import Visit
from carefolio.workflows.scheduling.rules import Time

_GONE: Final = "This time is not free any more. Choose another one."


class NotFree(Failure):
    """Somebody else has the time, or it is none of the doctor's; ``near`` are free ones."""

    def __init__(self, near: Sequence[Time]) -> None:
        super().__init__(Category.CONFLICT, Issue("conflict", _GONE))
        self.near = tuple(near)


class Overlaps(Failure):
    """The patient has other visits at this time, and did not say that they know."""

    def __init__(self, others: Iterable[Visit]) -> None:
        super().__init__(Category.CONFLICT, Issue("conflict", "You have another visit at this time."))
        self.others = tuple(others)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A visit to be: with ``Practitioner/id``, from ``start`` (µs UTC) on, ``zone`` the clock of whoever asks.
    ``knowing``: they know that they have another visit then.
    """

    doctor: str
    start: int
    mode: str
    comment: str = ""
    zone: str = ""
    knowing: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody wants of a visit that they looked at in this version."""

    id: str
    version: int
    why: str = ""


def slot_of(visit: Visit) -> str:
    """The id of the Slot that it has."""
    return visit.slot.partition("/")[2]
