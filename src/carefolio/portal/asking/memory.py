"""What a session remembers: patients whose code was typed in it, and emergencies that its doctor has open.

Sessions are sealed. A name stands here for as long as the list of records may be seen after the code was typed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from carefolio.base import clock
from carefolio.ledger.entry import Kind
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.records.emergency import Reason
from carefolio.records.inquiry import LISTED_FOR
from carefolio.records.trail import Asked

MOST_KEPT = 20
_FOUND = "asking.found"
_OPEN = "asking.emergencies"
_LISTS = "asking.lists"
_STEPS_READ = 200
"""So many of a doctor's newest steps are looked through for emergencies of the last hour."""


@dataclass(frozen=True, slots=True)
class Known:
    """A patient as the doctor knows them; ``code`` and ``until`` (µs UTC, of the list of records) are empty and 0 where
    no code was typed in this session.
    """

    id: str
    name: str
    code: str = ""
    until: int = 0

    @property
    def reference(self) -> str:
        """``Patient/id``."""
        return f"Patient/{self.id}"

    @property
    def is_listed(self) -> bool:
        """Whether the day has not passed for which typing the code shows the list of records."""
        return self.until > clock.now()


@dataclass(frozen=True, slots=True)
class Emergency:
    """A chart that is open in an emergency, until a moment in µs UTC."""

    patient: str
    name: str
    until: int

    @property
    def minutes(self) -> int:
        """How many minutes are left, 1 at least."""
        return max(1, -(-(self.until - clock.now()) // clock.MINUTE))


def remember(request: HttpRequest, id_: str, name: str, code: str) -> None:
    """Somebody's code was typed now."""
    kept: dict[str, Any] = request.session.get(_FOUND, {})
    kept.pop(id_, None)
    newest = [*kept.items(), (id_, [name, code, clock.now() + LISTED_FOR])][-MOST_KEPT:]
    request.session[_FOUND] = dict(newest)


def found(request: HttpRequest) -> list[Known]:
    """Patients whose code was typed, the newest first."""
    return [Known(id_, *kept) for id_, kept in reversed(request.session.get(_FOUND, {}).items())]


def opening(request: HttpRequest) -> None:
    """An emergency is about to be opened. If we crash after the door has opened it and before ``opened``, the next page
    reads in the trail that it is.
    """
    request.session.pop(_OPEN, None)
    request.session.save()


def opened(request: HttpRequest, patient: Known, until: int) -> None:
    """The door has opened it."""
    others = [one for one in emergencies(request) if one.patient != patient.id]
    _keep(request, [*others, Emergency(patient.id, patient.name, until)])


def emergencies(request: HttpRequest) -> list[Emergency]:
    """Which charts this doctor has open now, by emergencies. A new session reads it in the doctor's own trail, once."""
    if _OPEN not in request.session:
        names = {one.id: one.name for one in found(request)}
        _keep(request, list(_in_trail(visitor_of(request), names)))
    kept = [Emergency(*one) for one in request.session[_OPEN]]
    return [one for one in kept if one.until > clock.now()]


def _keep(request: HttpRequest, some: list[Emergency]) -> None:
    request.session[_OPEN] = [[one.patient, one.name, one.until] for one in some]


def open_for(visitor: Visitor, patient: str, reason: Reason) -> int | None:
    """Until when the trail says that a chart is open to this doctor for this very reason; None where it is not."""
    told = {"system": reason.system, "code": reason.code, "text": reason.text}
    for content in _still_open(visitor):
        if content["records"][0] == patient and content["reason"] == told:
            return int(content["until"])
    return None


def _in_trail(visitor: Visitor, names: dict[str, str]) -> Iterator[Emergency]:
    seen: set[str] = set()
    for content in _still_open(visitor):
        id_ = content["records"][0].partition("/")[2]
        if id_ not in seen:
            seen.add(id_)
            yield Emergency(id_, names.get(id_, ""), content["until"])


def _still_open(visitor: Visitor) -> Iterator[dict[str, Any]]:
    """What the doctor's own trail says of emergencies that have not ended, the newest first."""
    for step in visitor.trail(Asked(agent=visitor.person, count=_STEPS_READ)):
        content = step.entry.content
        if step.entry.kind is Kind.BREAK_GLASS and content.get("until", 0) > clock.now():
            yield content


def note_list(request: HttpRequest, patient: str, kinds: dict[str, int], hospitals: list[str]) -> None:
    """What the list of a chart has shown: the request's form offers it without asking for the list once more."""
    lists: dict[str, Any] = request.session.get(_LISTS, {})
    if lists.get(patient) != [kinds, hospitals]:
        lists.pop(patient, None)
        request.session[_LISTS] = dict([*lists.items(), (patient, [kinds, hospitals])][-MOST_KEPT:])


def noted_list(request: HttpRequest, patient: str) -> tuple[dict[str, int] | None, list[str]]:
    """The same again; None: the list was not seen."""
    kinds, hospitals = request.session.get(_LISTS, {}).get(patient, [None, []])
    return kinds, hospitals


def drop_list(request: HttpRequest, patient: str) -> None:
    """The list cannot be seen any more."""
    lists: dict[str, Any] = request.session.get(_LISTS, {})
    if lists.pop(patient, None) is not None:
        request.session[_LISTS] = lists
