"""Reviewing's actions, all through the door. The doctor's numbers are worked out later (``tasks``)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from carefolio.base import clock
from carefolio.base.failures import Category, Failure, absent, stale, unprocessable
from carefolio.base.ids import derived_id
from carefolio.consent.principal import Role
from carefolio.fhir.json import parse
from carefolio.records.carried import TALLY
from carefolio.records.changes import Change, Method
from carefolio.records.directory import post_of
from carefolio.records.door import Door, Handling
from carefolio.records.entries import Caller
from carefolio.records.force import first_author, is_kept
from carefolio.records.mandates import REVIEWING, Under
from carefolio.records.read import Found
from carefolio.records.visits import Visit, visit_in
from carefolio.workflows.reviewing import rules
from carefolio.workflows.reviewing.rules import Rating, Tally

Resource = dict[str, Any]
_TRIES = 8
_MOST = "200"
_MONTH = len("2030-05")


class Seen(NamedTuple):
    """A visit, and what the patient said of it."""

    visit: Visit
    rating: Rating | None


async def seen(door: Door, caller: Caller, visit_id: str) -> Seen:
    """A visit that was made here and the caller was at, with their rating; raises absent for all others."""
    visit = visit_in(await door.see(caller, "Appointment", visit_id))
    if not visit.ours or visit.patient.reference != caller.principal.person:
        raise absent()
    standing = await _standing(door, caller, visit_id)
    return Seen(visit, rules.rating_of(standing) if standing else None)


async def rate(door: Door, caller: Caller, visit_id: str, rating: Rating) -> None:
    """Say how the visit was, or say it otherwise."""
    month = clock.instant(clock.now())[:_MONTH]
    await _say(door, caller, visit_id, replace(rating, month=month))


async def take_back(door: Door, caller: Caller, visit_id: str) -> None:
    """Say nothing of it any more."""
    await _say(door, caller, visit_id, None)


async def said_of(door: Door, caller: Caller) -> list[Rating]:
    """What patients said of the doctor who asks, the newest month first, nobody's name with it."""
    pairs = [("subject", caller.principal.person), ("_count", _MOST)]
    _query, found = await door.search(caller, "QuestionnaireResponse", pairs, Handling())
    said = (one for one in found.matches if _is_patients(door, one))
    ratings = [rating for one in said if (rating := rules.rating_of(parse(one.body)))]
    # Within a month they stand in an order that tells nothing of who came when.
    return sorted(ratings, key=lambda one: (one.month, one.score, one.words), reverse=True)


def _is_patients(door: Door, found: Found) -> bool:
    """Whether a patient said it, by the rules of rating; what a hospital sends is a record, and no rating of ours."""
    author = first_author(door.parts, found)
    return author is not None and author.role == Role.PATIENT and is_kept(found)


def tally(door: Door, doctor: str) -> Tally:
    """How many ratings of ``Practitioner/id`` everybody may know of, and their sum."""
    return rules.tally_of(post_of(door.parts, doctor, TALLY)[1])


async def _say(door: Door, caller: Caller, visit_id: str, rating: Rating | None) -> None:
    """One write, in place of what was there; whoever presses twice at once is late with one, and finds the other."""
    for _ in range(_TRIES):
        try:
            return await _write(door, caller, visit_id, rating)
        except Failure as late:
            if late.category is not Category.STALE:
                raise
    raise stale("This rating is being changed just now. Try again in a minute.")


async def _write(door: Door, caller: Caller, visit_id: str, rating: Rating | None) -> None:
    visit, old = await seen(door, caller, visit_id)
    rules.refuse(visit, caller.principal.person, rating)
    reference, _post = post_of(door.parts, visit.doctor.reference, TALLY)
    if old == rating:
        return
    if not reference:
        raise unprocessable("This doctor has no profile here, so there is nothing to rate.")
    name, standing = _name(door, visit_id), await _standing(door, caller, visit_id)
    version = int(standing["meta"]["versionId"]) if standing else 0
    said = rules.response_of(rating, visit.doctor.reference, name)
    change = Change(Method.UPDATE, "QuestionnaireResponse", name, said, if_match=version or None, beside=reference)
    unmoved = (("Appointment", visit.id, visit.version), ("QuestionnaireResponse", name, version))
    await door.write(caller, [change], under=Under(REVIEWING, unmoved=unmoved))


async def _standing(door: Door, caller: Caller, visit_id: str) -> Resource:
    pairs = [("_id", _name(door, visit_id))]
    _query, found = await door.search(caller, "QuestionnaireResponse", pairs, Handling())
    return next((parse(one.body) for one in found.matches if is_kept(one)), {})


def _name(door: Door, visit_id: str) -> str:
    """Made with a key: a doctor who knows the visit cannot make it, and so not tell whose rating is whose."""
    return derived_id(door.keyring.blind.digest(f"rating={visit_id}"))
