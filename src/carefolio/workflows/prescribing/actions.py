"""Prescribing's actions for doctors and patients, one an intention: all of them through the door.

What must happen once has one id: a prescription one made of its form's mark and of all that it says, its Task and its
signature ids of their own, and each handing out its number. Whoever comes second under it is told so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from carefolio.base import clock
from carefolio.base.failures import Category, Failure, absent, conflict, forbidden, malformed, stale, unprocessable
from carefolio.base.ids import derived_id, new_id
from carefolio.consent.principal import Role
from carefolio.notify.notices import NoticeKind
from carefolio.records import versions
from carefolio.records.changes import Change, Method
from carefolio.records.door import Door
from carefolio.records.entries import Caller
from carefolio.records.mandates import PRESCRIBING, Telling, Under
from carefolio.records.visits import Visit, visit_in
from carefolio.workflows.prescribing import names, rules, sending, signing, warnings, writing
from carefolio.workflows.prescribing.reading import (
    Seen,
    handed_of,
    here,
    human_name,
    is_ours,
    key_of,
    maybe,
    newest,
    of_ids,
    search,
    see,
    seen_of,
    with_medicines,
)
from carefolio.workflows.prescribing.rules import Act, Party, Prescription, Wanted
from carefolio.workflows.prescribing.warnings import Warned

Resource = dict[str, Any]

PHARMACY: Final = "http://terminology.hl7.org/CodeSystem/v3-RoleCode|PHARM"
"""What the directory calls a pharmacy."""
_MOVED: Final = "This was changed since you looked at it. Look at it again."


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found before prescribing. Not ``allergies_open``: no contract lets the doctor see the allergies; the
    same for what the patient takes. ``nameless``: of so many medicines that they take, nothing says which they are.
    """

    found: tuple[Warned, ...]
    allergies_open: bool
    medicines_open: bool
    nameless: int = 0


# ── the doctor ──


async def may_prescribe(door: Door, caller: Caller, patient: str) -> bool:
    """Whether the doctor may prescribe for ``Patient/id``: by a contract that lets them add, or by a visit."""
    principal = caller.principal
    if principal.role is not Role.DOCTOR or not principal.verified:
        return False
    if door.may_add(caller, patient, "MedicationRequest"):
        return True
    return any(one.patient.reference == patient for one in await visits_now(door, caller))


async def patient_of(door: Door, caller: Caller, patient: str) -> Party:
    """The patient, with their name as far as the doctor may know it; raises absent where they may not prescribe."""
    if not await may_prescribe(door, caller, patient):
        raise absent()
    found = await maybe(door, caller, "Patient", patient.partition("/")[2])
    if found is not None:
        return Party(patient, human_name(found))
    named_ = (one.patient.name for one in await visits_now(door, caller) if one.patient.reference == patient)
    return Party(patient, next(named_, ""))


async def visits_now(door: Door, caller: Caller) -> list[Visit]:
    """The doctor's visits a day before and after now."""
    now = clock.now()
    pairs = [
        ("actor", caller.principal.person),
        ("date", f"gt{clock.instant(now - 2 * rules.AROUND)}"),
        ("date", f"lt{clock.instant(now + 2 * rules.AROUND)}"),
    ]
    found = map(visit_in, await here(door, caller, "Appointment", pairs))
    me = caller.principal.person
    return [one for one in found if rules.lets_prescribe(one, now) and one.doctor.reference == me]


async def look(door: Door, caller: Caller, patient: str, medicine: str) -> Looked:
    """What there is to be warned of, as far as the doctor may see it."""
    await _refuse_prescriber(door, caller, patient)
    subject = ("patient", patient)
    allergies = await search(door, caller, "AllergyIntolerance", [subject])
    taken = await search(door, caller, "MedicationRequest", [subject, ("status", "active,on-hold")])
    taken += await search(door, caller, "MedicationStatement", [subject, ("status", "active,intended,on-hold")])
    taken = await with_medicines(door, caller, [one for one in taken if warnings.runs(one)])
    return Looked(
        found=warnings.warnings(writing.medicine_of(medicine), allergies, taken),
        nameless=sum(not warnings.is_named(one["medicationCodeableConcept"]) for one in taken),
        allergies_open=door.may_see(caller, patient, "AllergyIntolerance"),
        medicines_open=door.may_see(caller, patient, "MedicationRequest"),
    )


async def prescribe(door: Door, caller: Caller, wanted: Wanted, once: str = "") -> str:
    """Sign a prescription; answers its id. ``once`` is the mark that the form brought: under it the same is signed
    once, whatever is sent twice or comes at once; something else under it is another prescription, never passed over.
    """
    rules.refuse_wanted(wanted, wanted.day_of(clock.now()))
    looked = await look(door, caller, wanted.patient.reference, wanted.medicine)
    if warnings.needs_reason(looked.found) and not wanted.because.strip():
        raise malformed("The patient is allergic to this or to something like it. Say why you prescribe it.")
    id_ = _id_of(door, caller, wanted, once) if once else new_id()
    if versions.newest(door.parts.database, "MedicationRequest", id_):
        return id_
    now = clock.instant(clock.now())
    doctor = Party(caller.principal.person, _name(door, caller))
    request = writing.request_of(id_, wanted, doctor, now)
    jws = signing.sign(request, key_of(door, doctor.reference))
    signature = signing.provenance(request, 1, jws, now)
    changes = [put(request), put(signature | {"id": names.signature_id(id_)})]
    vacant = (("MedicationRequest", id_, 0), ("Provenance", names.signature_id(id_), 0))
    told = Telling(wanted.patient.reference, NoticeKind.PRESCRIBED, about(rules.prescription_of(request)))
    try:
        await door.write(caller, changes, under=Under(PRESCRIBING, unmoved=vacant, tell=(told,)))
    except Failure as failure:
        if failure.category is not Category.STALE:
            raise
    return id_


def _id_of(door: Door, caller: Caller, wanted: Wanted, once: str) -> str:
    """The id of just this prescription under this mark: what is signed is part of its name."""
    return derived_id(door.keyring.blind.digest(f"prescription/{caller.principal.person}/{once}/{wanted!r}"))


async def cancel(door: Door, caller: Caller, id_: str, version: int) -> None:
    """The doctor takes a prescription back of which nothing was ever handed out."""
    prescription = rules.prescription_of(await newest(door, caller, "MedicationRequest", id_))
    if not is_ours(prescription.body) or prescription.doctor.reference != caller.principal.person:
        raise forbidden("Only the doctor who prescribed this can cancel it.")
    if prescription.status == "cancelled":
        return
    if prescription.version != version:
        raise stale(_MOVED)
    change = put(prescription.body | {"status": "cancelled"}, if_match=version)
    told = Telling(prescription.patient.reference, NoticeKind.PRESCRIPTION_CANCELLED, about(prescription))
    vacant = (("MedicationDispense", names.dispense_id(id_, 1), 0),)
    try:
        await door.write(caller, [change], under=Under(PRESCRIBING, unmoved=vacant, tell=(told,)))
    except Failure as failure:
        if failure.category is Category.STALE:
            raise conflict("A pharmacy handed out some of it already, so it cannot be cancelled.") from None
        raise


async def written(door: Door, caller: Caller) -> list[Seen]:
    """The doctor's own prescriptions, the newest first, as far as they see what became of them."""
    return await _all(door, caller, by=caller.principal.person)


async def _refuse_prescriber(door: Door, caller: Caller, patient: str) -> None:
    if not await may_prescribe(door, caller, patient):
        raise forbidden("You prescribe for patients who gave you access to add records, or at a visit.")


# ── the patient ──


async def mine(door: Door, caller: Caller) -> list[Seen]:
    """The patient's prescriptions that were signed here, the newest first."""
    return await _all(door, caller, ("patient", caller.principal.person))


async def without_pharmacy(door: Door, caller: Caller) -> list[Seen]:
    """Those of the patient's prescriptions that no pharmacy has and one could hand out, the newest first."""
    found = await _all(door, caller, ("patient", caller.principal.person), ("status", "active"))
    return [one for one in found if one.standing is rules.Standing.READY and one.signed.holds]


async def pharmacies(door: Door, caller: Caller, words: str = "") -> list[Party]:
    """Pharmacies at which somebody can open what is sent there, by the beginning of their name."""
    attended = _attended(door)
    return [one for one in await _listed(door, caller, words) if one.reference in attended]


async def _listed(door: Door, caller: Caller, words: str = "") -> list[Party]:
    """All pharmacies in the directory, by the beginning of their name."""
    pairs = [("type", PHARMACY), *([("name", words.strip())] if words.strip() else [])]
    found = await search(door, caller, "Organization", pairs)
    here = [Party(f"Organization/{one['id']}", str(one.get("name", ""))) for one in found if one.get("active", True)]
    return sorted(here, key=lambda one: one.name.casefold())


async def send(door: Door, caller: Caller, id_: str, pharmacy: str, way: int = 0) -> None:
    """Send it to a pharmacy, in the place of the one that has it now: a contract and a Task, together or not at all.
    ``way`` is the version of the Task that the patient looked at, 0 where there was none.
    """
    seen = await see(door, caller, id_)
    rules.refuse(Act.SEND, seen.standing)
    if not seen.signed.holds:
        raise conflict("The signature of this prescription does not hold. Ask your doctor for a new one.")
    if seen.at.reference == pharmacy:
        return
    _refuse_moved(seen, way)
    to = await _pharmacy(door, caller, pharmacy)
    now, contract_id = clock.instant(clock.now()), new_id()
    contract = sending.contract(seen.prescription, to, seen.handed, now)
    task = sending.task(seen.prescription, to, contract_id, now)
    changes = [
        *await _over(door, caller, seen),
        put(contract | {"id": contract_id}),
        put(task, if_match=way or None),
    ]
    vacant = () if way else (("Task", task["id"], 0),)
    told = Telling(pharmacy, NoticeKind.PRESCRIPTION_SENT, about(seen.prescription))
    await _settle(door, caller, changes, Under(PRESCRIBING, unmoved=vacant, tell=(told,)))


async def take_back(door: Door, caller: Caller, id_: str, way: int) -> None:
    """Take it away from the pharmacy that has it; what it could see ends with it."""
    seen = await see(door, caller, id_)
    if seen.way is None or not seen.way.is_open:
        return
    _refuse_moved(seen, way)
    task = put(sending.turned(seen.way, "cancelled", clock.instant(clock.now())), if_match=way)
    await _settle(door, caller, [*await _over(door, caller, seen), task], Under(PRESCRIBING))


def _refuse_moved(seen: Seen, way: int) -> None:
    if way != (seen.way.version if seen.way else 0):
        raise stale(_MOVED)


async def _pharmacy(door: Door, caller: Caller, reference: str) -> Party:
    """The organisation, if it is a pharmacy at which somebody can open what is sent there."""
    found = next((one for one in await _listed(door, caller) if one.reference == reference), None)
    if found is None:
        raise unprocessable("There is no such pharmacy here. Choose another one.")
    if reference not in _attended(door):
        raise unprocessable("This pharmacy cannot open prescriptions at the moment. Choose another one.")
    return found


def _attended(door: Door) -> frozenset[str]:
    """Where pharmacists work who are verified and not shut out: only they are told and see what was sent."""
    return door.parts.accounts.workplaces(door.parts.database, Role.PHARMACIST.value)


async def _over(door: Door, caller: Caller, seen: Seen) -> list[Change]:
    """The end of the contract by which a pharmacy has it now; nothing where there is none in force."""
    return await contract_over(door, caller, seen.way.contract) if seen.way else []


async def contract_over(door: Door, caller: Caller, reference: str) -> list[Change]:
    """The end of a contract that is in force."""
    found = await maybe(door, caller, "Consent", reference.partition("/")[2]) if reference else None
    if found is None or found.get("status") != "active":
        return []
    return [replace(put(sending.ended(found), if_match=int(found["meta"]["versionId"])), signed=True)]


# ── how ──


async def _all(door: Door, caller: Caller, *more: tuple[str, str], by: str = "") -> list[Seen]:
    """Prescriptions with what belongs to them, the newest first; ``by``: those of one doctor."""
    pairs = [*more, ("category", f"{rules.CATEGORY}|{rules.SIGNED}"), ("_sort", "-_lastUpdated")]
    requests = await search(door, caller, "MedicationRequest", pairs)
    found = [one for one in map(rules.prescription_of, requests) if by in ("", one.doctor.reference)]
    found.sort(key=lambda one: one.written, reverse=True)
    provenances = await of_ids(door, caller, "Provenance", [names.signature_id(one.id) for one in found])
    tasks = await of_ids(door, caller, "Task", [names.way_id(one.id) for one in found])
    dispenses = await of_ids(
        door, caller, "MedicationDispense", [id_ for one in found for id_ in names.dispense_ids(one.id)]
    )
    return [
        seen_of(
            door,
            one,
            provenances.get(names.signature_id(one.id)),
            tasks.get(names.way_id(one.id)),
            handed_of(one.id, dispenses.values()),
        )
        for one in found
    ]


async def _settle(door: Door, caller: Caller, changes: Sequence[Change], under: Under) -> None:
    try:
        await door.write(caller, changes, under=under)
    except Failure as failure:
        raise stale(_MOVED) if failure.category is Category.STALE else failure from None


def put(resource: Resource, if_match: int | None = None) -> Change:
    """A record as it is to stand under its id."""
    kept = {name: value for name, value in resource.items() if name != "meta"}
    return Change(Method.UPDATE, resource["resourceType"], resource["id"], kept, if_match=if_match)


def about(prescription: Prescription) -> dict[str, Any]:
    """What notices say of a prescription: whose, by whom, which."""
    return {
        "patient": named(prescription.patient),
        "doctor": named(prescription.doctor),
        "prescription": prescription.reference,
    }


def named(who: Party) -> dict[str, str]:
    """Somebody, as notices name them."""
    return {"reference": who.reference, "name": who.name}


def _name(door: Door, caller: Caller) -> str:
    account = door.parts.accounts.of_person(door.parts.database, caller.principal.person)
    return account.name if account else ""
