"""The pharmacy's desk: what patients sent, handing out, taking back what was returned, refusing. All through the door.

Nothing is handed out twice: a prescription has one Task, whose version moves with each step, and each handing out has a
number of its own under which nothing may stand yet. Of many at the same moment one is first; the others are told so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from carefolio.base import clock
from carefolio.base.failures import Category, Failure, absent, conflict, forbidden, malformed, stale
from carefolio.base.sentences import sentence
from carefolio.consent.principal import Role
from carefolio.fhir.json import parse
from carefolio.notify.notices import NoticeKind
from carefolio.records.changes import Change
from carefolio.records.door import Door
from carefolio.records.entries import Caller
from carefolio.records.mandates import PRESCRIBING, Telling, Under
from carefolio.workflows.prescribing import names, rules, sending
from carefolio.workflows.prescribing.actions import about, contract_over, named, put
from carefolio.workflows.prescribing.reading import (
    Seen,
    handed_of,
    here,
    is_ours,
    newest_ours,
    of_ids,
    search,
    see,
)
from carefolio.workflows.prescribing.rules import Act, Handed, Party, Standing
from carefolio.workflows.prescribing.sending import Way, way_of
from carefolio.workflows.prescribing.warnings import counts

_TASKS: Final = ("code", f"{sending.TASK_CODE}|{sending.FULFIL}")
_QUICKER: Final = "Somebody was quicker, or the patient took it back. Look at it again."
_MOST_DONE = 50


@dataclass(frozen=True, slots=True)
class Received:
    """One line of the desk: a Task, the medicine as far as this pharmacy may see it, what it handed out by it, and
    whether the doctor cancelled it while it was here.
    """

    way: Way
    handed: tuple[Handed, ...] = ()
    medicine: str = ""
    cancelled: bool = False


async def received(door: Door, caller: Caller) -> tuple[list[Received], list[Received]]:
    """What patients sent to this pharmacy: what waits, the oldest first, and what is done, the newest first. The
    prescriptions that it still has are read, and that is written down like any reading: one that the doctor cancelled
    waits for nobody, though its Task stays as it was.
    """
    _refuse_stranger(caller)
    found = [
        way_of(parse(one.body))
        for one in await here(
            door, caller, "Task", [("owner", caller.principal.organization), _TASKS, ("_sort", "-_lastUpdated")]
        )
    ]
    lines = await _read(door, caller, [one for one in found if _is_here(caller, one)])
    waiting = [one for one in lines if one.way.is_open and not one.cancelled]
    done = [one for one in lines if not one.way.is_open or one.cancelled][:_MOST_DONE]
    ids = [id_ for one in done for id_ in names.dispense_ids(one.way.prescription)]
    dispenses = (await of_ids(door, caller, "MedicationDispense", ids)).values()
    return (
        sorted(waiting, key=lambda one: one.way.sent),
        [replace(one, handed=handed_of(one.way.prescription, dispenses)) for one in done],
    )


async def _read(door: Door, caller: Caller, sent: list[Way]) -> list[Received]:
    """Lines in the order given; what the pharmacy still has with what its prescription says now."""
    asked = await of_ids(door, caller, "MedicationRequest", [one.prescription for one in sent if one.is_open])
    told = {id_: rules.prescription_of(one) for id_, one in asked.items() if is_ours(one)}
    return [
        Received(one, medicine=its.medicine, cancelled=its.is_cancelled)
        if (its := told.get(one.prescription))
        else Received(one)
        for one in sent
    ]


async def open_one(door: Door, caller: Caller, id_: str) -> Seen:
    """One prescription that is at this pharmacy, with the patient's allergies; raises absent for any other."""
    _refuse_stranger(caller)
    seen = await see(door, caller, id_)
    if seen.way is None or not seen.way.is_open or not _is_here(caller, seen.way):
        raise absent()
    allergies = await search(door, caller, "AllergyIntolerance", [("patient", seen.prescription.patient.reference)])
    return replace(seen, allergies=tuple(one for one in allergies if counts(one)))


async def dispense(door: Door, caller: Caller, id_: str, amount: Decimal, way: int) -> Seen:
    """Hand out so much; ``way`` is the version of the Task that the pharmacist looked at."""
    seen = await open_one(door, caller, id_)
    rules.refuse(Act.DISPENSE, seen.standing)
    if not seen.signed.holds:
        raise conflict("The signature does not hold, so nothing can be handed out.")
    task = _looked_at(seen, way)
    rules.refuse_gap(seen.handed)
    rules.refuse_amount(amount, seen.left)
    prescription, now = seen.prescription, clock.instant(clock.now())
    number = len(seen.handed) + 1
    made = sending.handed_out(prescription, number, amount, _by(door, caller, task), now)
    done = amount == seen.left.all
    changes = [put(made), put(sending.turned(task, "completed" if done else "in-progress", now), if_match=way)]
    if done:
        changes += await contract_over(door, caller, task.contract)
    under = Under(
        PRESCRIBING,
        unmoved=(
            ("MedicationRequest", prescription.id, prescription.version),
            ("MedicationDispense", made["id"], 0),
        ),
        tell=(_told_of_handing_out(seen, amount),),
    )
    await _settle(door, caller, changes, under)
    return seen


async def handed_here(door: Door, caller: Caller, id_: str, number: int) -> Handed:
    """What this pharmacy handed out; raises where that was another one."""
    _refuse_stranger(caller)
    found = await newest_ours(door, caller, "MedicationDispense", names.dispense_id(id_, number))
    handed = rules.handed_of(found, number)
    if handed.pharmacy.reference != caller.principal.organization:
        raise forbidden("Another pharmacy handed this out.")
    return handed


async def take_return(door: Door, caller: Caller, id_: str, number: int, why: str) -> None:
    """What this pharmacy handed out came back: it counts as not handed out, and the patient and the doctor are told.
    The patient may send the rest anywhere.
    """
    handed = await handed_here(door, caller, id_, number)
    if handed.returned:
        return
    reason = _reason(why)
    changed = put(sending.given_back(handed, reason), if_match=handed.version)
    await _settle(door, caller, [changed], Under(PRESCRIBING, tell=_told_of_return(handed, id_, reason)))


async def refuse(door: Door, caller: Caller, id_: str, why: str, way: int) -> None:
    """Not to hand it out, and why; the patient and the doctor are told, and what could be seen is closed."""
    seen = await open_one(door, caller, id_)
    if seen.standing is not Standing.USED_UP:
        rules.refuse(Act.REFUSE, seen.standing)
    task, reason = _looked_at(seen, way), _reason(why)
    turned = put(sending.turned(task, "rejected", clock.instant(clock.now()), reason), if_match=way)
    said = _about(seen) | {"reason": reason}
    people = (seen.prescription.patient.reference, seen.prescription.doctor.reference)
    told = tuple(Telling(one, NoticeKind.PRESCRIPTION_REFUSED, said) for one in people)
    changes = [turned, *await contract_over(door, caller, task.contract)]
    await _settle(door, caller, changes, Under(PRESCRIBING, tell=told))


# ── how ──


def _refuse_stranger(caller: Caller) -> None:
    principal = caller.principal
    if principal.role is not Role.PHARMACIST or not principal.verified or not principal.organization:
        raise forbidden("This is for pharmacists whose licence was checked, at the pharmacy where they work.")


def _is_here(caller: Caller, way: Way) -> bool:
    """Whether it was sent to the caller's pharmacy, by the one Task that counts."""
    is_way = way.body.get("id") == names.way_id(way.prescription)
    return is_way and way.pharmacy.reference == caller.principal.organization


def _looked_at(seen: Seen, version: int) -> Way:
    if seen.way is None or seen.way.version != version:
        raise stale(_QUICKER)
    return seen.way


def _reason(why: str) -> str:
    if not why.strip():
        raise malformed("Say why, for the patient and the doctor.")
    if len(why) > rules.LONGEST_TEXT:
        raise malformed(sentence("A reason has {most} letters at the most.", most=rules.LONGEST_TEXT))
    return why.strip()


def _by(door: Door, caller: Caller, task: Way) -> tuple[Party, Party]:
    account = door.parts.accounts.of_person(door.parts.database, caller.principal.person)
    return Party(caller.principal.person, account.name if account else ""), task.pharmacy


def _told_of_handing_out(seen: Seen, amount: Decimal) -> Telling:
    """The patient, with how much it was and how much is left: of two parts each is then told as what it is."""
    unit = seen.prescription.unit
    supplies = {
        name: {"value": str(value), "unit": unit}
        for name, value in (("handed", amount), ("left", seen.left.all - amount))
    }
    to = seen.prescription.patient.reference
    return Telling(to, NoticeKind.PRESCRIPTION_DISPENSED, _about(seen) | supplies)


def _told_of_return(handed: Handed, id_: str, reason: str) -> tuple[Telling, ...]:
    """The patient, and the doctor where the handing out names them: the prescription may be closed to the pharmacy."""
    patient, doctor = rules.party(handed.body.get("subject")), sending.prescriber_of(handed)
    about = {
        "patient": named(patient),
        "doctor": named(doctor),
        "pharmacy": named(handed.pharmacy),
        "prescription": f"MedicationRequest/{id_}",
        "reason": reason,
    }
    people = (one.reference for one in (patient, doctor) if one.reference)
    return tuple(Telling(one, NoticeKind.PRESCRIPTION_RETURNED, about) for one in people)


def _about(seen: Seen) -> dict[str, Any]:
    return about(seen.prescription) | {"pharmacy": named(seen.at)}


async def _settle(door: Door, caller: Caller, changes: list[Change], under: Under) -> None:
    try:
        await door.write(caller, changes, under=under)
    except Failure as failure:
        raise stale(_QUICKER) if failure.category is Category.STALE else failure from None
