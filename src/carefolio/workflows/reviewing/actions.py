"""Reviewing's actions: all through the door, the rating and the doctor's numbers in one write."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from carefolio.base import clock
from carefolio.base.failures import Category, Failure, absent, stale, unprocessable
from carefolio.base.ids import derived_id
from carefolio.fhir.json import parse
from carefolio.records.carried import TALLY
from carefolio.records.changes import Change, Method
from carefolio.records.directory import post_of
from carefolio.records.door import Door, Handling
from carefolio.records.entries import Caller
from carefolio.records.mandates import REVIEWING, Under
from carefolio.records.visits import Visit, visit_of
from carefolio.workflows.reviewing import rules
from carefolio.workflows.reviewing.rules import Rating, Tally

Resource = dict[str, Any]
_TRIES = 50
_MOST = "200"
_MONTH = len("2030-05")


class Seen(NamedTuple):
    """A visit, and what the patient said of it."""

    visit: Visit
    rating: Rating | None


async def seen(door: Door, caller: Caller, visit_id: str) -> Seen:
    """A visit that the caller was at, with their rating; raises absent for all others."""
    visit = visit_of(parse((await door.see(caller, "Appointment", visit_id)).body))
    if visit.patient.reference != caller.principal.person:
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
    ratings = [rating for one in found.matches if (rating := rules.rating_of(parse(one.body)))]
    # Within a month they stand in an order that tells nothing of who came when.
    return sorted(ratings, key=lambda one: (one.month, one.score, one.words), reverse=True)


def tally(door: Door, doctor: str) -> Tally:
    """How many ratings ``Practitioner/id`` has, and their sum: everybody may know."""
    return rules.tally_of(post_of(door.parts, doctor, TALLY)[1])


async def _say(door: Door, caller: Caller, visit_id: str, rating: Rating | None) -> None:
    """One write: the rating, and the doctor's numbers with it in place of what was there. Whoever was first among many
    moves the numbers' version, and the others count again. If we crash before it, nothing was said; after it, all.
    """
    for _ in range(_TRIES):
        try:
            return await _write(door, caller, visit_id, rating)
        except Failure as late:
            if late.category is not Category.STALE:
                raise
    raise stale("Many people rate this doctor just now. Try again in a minute.")


async def _write(door: Door, caller: Caller, visit_id: str, rating: Rating | None) -> None:
    visit, old = await seen(door, caller, visit_id)
    rules.refuse(visit, caller.principal.person, rating)
    reference, post = post_of(door.parts, visit.doctor.reference, TALLY)
    if old == rating:
        return
    if not reference:
        raise unprocessable("This doctor has no profile here, so there is nothing to rate.")
    name, standing = _name(door, visit_id), await _standing(door, caller, visit_id)
    version = int(standing["meta"]["versionId"]) if standing else 0
    numbers = rules.with_tally(post, rules.tally_of(post).instead(old, rating))
    moving = int(post["meta"]["versionId"])
    said = rules.response_of(rating, visit.doctor.reference, name)
    changes = [
        Change(Method.UPDATE, "QuestionnaireResponse", name, said, if_match=version or None, beside=reference),
        Change(Method.UPDATE, "PractitionerRole", post["id"], numbers, if_match=moving),
    ]
    unmoved = (("Appointment", visit.id, visit.version), ("QuestionnaireResponse", name, version))
    await door.write(caller, changes, under=Under(REVIEWING, unmoved=unmoved))


async def _standing(door: Door, caller: Caller, visit_id: str) -> Resource:
    pairs = [("_id", _name(door, visit_id))]
    _query, found = await door.search(caller, "QuestionnaireResponse", pairs, Handling())
    return parse(found.matches[0].body) if found.matches else {}


def _name(door: Door, visit_id: str) -> str:
    """Made with a key: a doctor who knows the visit cannot make it, and so not tell whose rating is whose."""
    return derived_id(door.keyring.blind.digest(f"rating={visit_id}"))
