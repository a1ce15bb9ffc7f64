"""A prescription with all that belongs to it, as far as the caller may see it: signature, way, what was handed out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from carefolio.base import clock
from carefolio.base.failures import Category, Failure, absent
from carefolio.base.keys import PLATFORM
from carefolio.fhir.json import parse
from carefolio.fhir.kinds import literal
from carefolio.records import versions
from carefolio.records.door import Door, Handling
from carefolio.records.entries import Caller
from carefolio.records.force import is_kept
from carefolio.records.read import Found
from carefolio.workflows.prescribing import names, rules, signing
from carefolio.workflows.prescribing.rules import Handed, Left, Party, Prescription, Standing
from carefolio.workflows.prescribing.sending import Resource, Way, way_of
from carefolio.workflows.prescribing.signing import Signed

Pairs = list[tuple[str, str]]
_Look = Callable[[Door, Caller, str, str], Awaitable[Resource]]
_MANY = "500"
_IDS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Seen:
    """A prescription, what its signature is worth, where it is, what was handed out of it, in that order."""

    prescription: Prescription
    signed: Signed
    way: Way | None
    handed: tuple[Handed, ...]
    standing: Standing
    allergies: tuple[Resource, ...] = field(default=())

    @property
    def left(self) -> Left:
        """What may still be handed out."""
        return rules.left(self.prescription, self.handed)

    @property
    def at(self) -> Party:
        """The pharmacy that has it now; nobody where none has."""
        return self.way.pharmacy if self.way and self.way.is_open else Party()


async def see(door: Door, caller: Caller, id_: str) -> Seen:
    """One prescription; raises absent for one that the caller may not see, or that was not signed here."""
    prescription = rules.prescription_of(await newest(door, caller, "MedicationRequest", id_))
    if not is_ours(prescription.body):
        raise absent()
    found = await of_ids(door, caller, "MedicationDispense", names.dispense_ids(id_))
    handed = handed_of(id_, found.values())
    way = await _maybe_ours(door, caller, "Task", names.way_id(prescription.id))
    provenance = await _maybe_ours(door, caller, "Provenance", names.signature_id(prescription.id))
    return seen_of(door, prescription, provenance, way, handed)


def seen_of(
    door: Door,
    prescription: Prescription,
    provenance: Resource | None,
    task: Resource | None,
    handed: tuple[Handed, ...],
) -> Seen:
    """What the records say together."""
    way = way_of(task) if task else None
    signed = signing.verify(prescription.body, provenance, key_of(door, prescription.doctor.reference).public_key())
    stands = rules.standing(prescription, handed, way.status if way else "", clock.now())
    return Seen(prescription, signed, way, handed, stands)


def key_of(door: Door, doctor: str) -> Ed25519PrivateKey:
    """The custodial key of ``Practitioner/id``."""
    return door.keyring.of(PLATFORM).signer(doctor)


def is_ours(request: Resource) -> bool:
    """Whether it was signed here: what hospitals sent of their own prescriptions goes its own ways."""
    return any(
        coding.get("system") == rules.CATEGORY and coding.get("code") == rules.SIGNED
        for category in request.get("category", [])
        for coding in category.get("coding", [])
    )


def handed_of(id_: str, dispenses: Iterable[Resource]) -> tuple[Handed, ...]:
    """What was handed out of a prescription, in order; a record that only claims to be of it is passed over."""
    numbered = [(names.number_of(id_, str(one.get("id", ""))), one) for one in dispenses]
    return tuple(rules.handed_of(one, number) for number, one in sorted(numbered, key=lambda pair: pair[0]) if number)


async def newest(door: Door, caller: Caller, type_: str, id_: str) -> Resource:
    """The newest version of a record; raises absent."""
    return parse((await door.read(caller.token, caller.request, type_, id_)).body)


async def newest_ours(door: Door, caller: Caller, type_: str, id_: str) -> Resource:
    """The same of what was written here, by the rules of a workflow; raises absent for all else."""
    found = await door.read(caller.token, caller.request, type_, id_)
    if not is_kept(found):
        raise absent()
    return parse(found.body)


async def maybe(door: Door, caller: Caller, type_: str, id_: str) -> Resource | None:
    """The newest version without its long attachments (``Door.outlined``): a patient's picture and a contract's papers
    are asked for by nobody here. None where there is none that the caller may see.
    """
    return await _maybe(door, _outlined, caller, type_, id_)


async def _outlined(door: Door, caller: Caller, type_: str, id_: str) -> Resource:
    return parse((await door.outlined(caller, type_, id_)).body)


async def _maybe_ours(door: Door, caller: Caller, type_: str, id_: str) -> Resource | None:
    return await _maybe(door, newest_ours, caller, type_, id_)


async def _maybe(door: Door, look: _Look, caller: Caller, type_: str, id_: str) -> Resource | None:
    """What is found; None where that is nothing. Where there is no such record at all, nobody was refused."""
    if not versions.newest(door.parts.database, type_, id_):
        return None
    try:
        return await look(door, caller, type_, id_)
    except Failure as failure:
        if failure.category in (Category.ABSENT, Category.GONE):
            return None
        raise


async def of_ids(door: Door, caller: Caller, type_: str, ids: Sequence[str]) -> dict[str, Resource]:
    """What was written here under these ids, by the rules of a workflow, as far as the caller may see it."""
    return {id_: parse(one.body) for id_, one in (await _of_ids(door, caller, type_, ids)).items() if is_kept(one)}


async def _of_ids(door: Door, caller: Caller, type_: str, ids: Sequence[str]) -> dict[str, Found]:
    found: dict[str, Found] = {}
    for start in range(0, len(ids), _IDS_AT_ONCE):
        pairs = [("_id", ",".join(ids[start : start + _IDS_AT_ONCE]))]
        found |= {one.row.id: one for one in await _found(door, caller, type_, pairs)}
    return found


async def search(door: Door, caller: Caller, type_: str, pairs: Pairs) -> list[Resource]:
    """What a search finds among what the caller may see."""
    return [parse(one.body) for one in await _found(door, caller, type_, pairs)]


async def here(door: Door, caller: Caller, type_: str, pairs: Pairs) -> list[Found]:
    """The same of what was written here, by the rules of a workflow."""
    return [one for one in await _found(door, caller, type_, pairs) if is_kept(one)]


async def _found(door: Door, caller: Caller, type_: str, pairs: Pairs) -> list[Found]:
    _, findings = await door.search(caller, type_, [*pairs, ("_count", _MANY)], Handling(outlined=True))
    return findings.matches


async def with_medicines(door: Door, caller: Caller, taken: Sequence[Resource]) -> list[Resource]:
    """What somebody takes, each with its medicine as a concept, also where it only refers to a Medication: one in it,
    one that the caller may see, or else the words of the reference. An empty concept where nothing says which it is.
    """
    ids = [id_ for one in taken if (id_ := _medication_of(one))]
    stored = await _of_ids(door, caller, "Medication", sorted(set(ids)))
    found = {id_: parse(one.body) for id_, one in stored.items()}
    return [one | {"medicationCodeableConcept": _concept_of(one, found)} for one in taken]


def _medication_of(taken: Resource) -> str:
    type_, _slash, id_ = literal(taken.get("medicationReference")).partition("/")
    return id_ if type_ == "Medication" else ""


def _concept_of(taken: Resource, found: Mapping[str, Resource]) -> Resource:
    reference = taken.get("medicationReference", {})
    inside = {f"#{one.get('id', '')}": one for one in taken.get("contained", [])}
    medication = inside.get(reference.get("reference", "")) or found.get(_medication_of(taken)) or {}
    display = {"text": reference["display"]} if reference.get("display") else {}
    return taken.get("medicationCodeableConcept") or _medicine_in(medication) or display


def _medicine_in(medication: Resource) -> Resource:
    """A Medication as one concept: its own and those of what is in it."""
    parts = [one.get("itemCodeableConcept", {}) for one in medication.get("ingredient", [])]
    concepts = [one for one in (medication.get("code", {}), *parts) if one]
    texts = [one["text"] for one in concepts if one.get("text")]
    codings = [coding for one in concepts for coding in one.get("coding", [])]
    return ({"text": " / ".join(texts)} if texts else {}) | ({"coding": codings} if codings else {})


def human_name(resource: Resource) -> str:
    """What a person is called; empty where that is not said."""
    usual = sorted(resource.get("name", []), key=lambda name: name.get("use") not in ("official", "usual"))
    texts = (one.get("text") or " ".join([*one.get("given", []), one.get("family", "")]).strip() for one in usual)
    return next((text for text in texts if text), "")
