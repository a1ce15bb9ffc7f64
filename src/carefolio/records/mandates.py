"""Mandates: what the rules of a workflow let somebody write although neither their role nor a contract does.

A participant of a workflow writes what its rules name, and nothing else: whoever books a visit also takes the doctor's
slot, a pharmacist writes what they dispensed. The table below is the whole list. The workflow that writes under a
mandate answers for that its rules allow the very record; the door looks at everything else as always: the token's
scopes, whose record it is, FHIR's rules, versions, and the ledger, where the mandate's name stands as the rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from carefolio.base.database import Transaction
from carefolio.consent.principal import Principal, Role
from carefolio.notify.notices import NoticeKind
from carefolio.records.versions import newest

_ONCE_VERIFIED = frozenset({Role.DOCTOR, Role.PHARMACIST})


@dataclass(frozen=True, slots=True)
class Mandate:
    """``may``: by role and resource type, the interactions (c, u) that it opens."""

    name: str
    may: Mapping[Role, Mapping[str, str]]

    def covers(self, principal: Principal, interaction: str, type_: str) -> bool:
        """Whether this caller may do this to records of this type under it. Doctors and pharmacists count once they
        are verified.
        """
        if principal.role in _ONCE_VERIFIED and not principal.verified:
            return False
        return interaction in self.may.get(principal.role, {}).get(type_, "")


@dataclass(frozen=True, slots=True)
class Telling:
    """Whom a workflow tells of what it wrote: ``to`` is a person's or an organisation's ``Type/id`` (all its
    pharmacists). With ``due`` (µs UTC) it is told then, unless the ``mark`` is forgotten before.
    """

    to: str
    kind: NoticeKind
    about: Mapping[str, Any]
    due: int = 0
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Under:
    """One write under a mandate. ``unmoved``: versions, as (type, id, version), that it was decided on and that have to
    be the newest still when it is put in place (0: there is none); else it fails as whoever came too late. ``tell`` and
    ``forget`` (marks of what was to be told later) become true with it.
    """

    mandate: Mandate
    unmoved: tuple[tuple[str, str, int], ...] = ()
    tell: tuple[Telling, ...] = ()
    forget: tuple[str, ...] = ()

    def stands(self, tx: Transaction) -> bool:
        """Whether everything that it was decided on is the newest still."""
        return all(newest(tx, type_, id_) == version for type_, id_, version in self.unmoved)


def _mandate(name: str, **may: Mapping[str, str]) -> Mandate:
    return Mandate(name, MappingProxyType({Role(role): MappingProxyType(dict(types)) for role, types in may.items()}))


SCHEDULING: Final = _mandate(
    "scheduling",
    patient={"Slot": "cu", "Appointment": "cu"},
    doctor={"Slot": "cu", "Appointment": "cu"},
)
"""Who books takes the slot; both sides of a visit move it or call it off."""
MESSAGING: Final = _mandate(
    "messaging",
    patient={"Communication": "c", "Task": "cu"},
    doctor={"Communication": "c", "Task": "cu"},
)
"""Both sides of a contract or a visit write to each other; a doctor asks for a document, the patient answers."""
CONSULTATION: Final = _mandate(
    "consultation",
    patient={"Appointment": "u"},
    doctor={
        "Appointment": "u",
        "Encounter": "cu",
        "Observation": "c",
        "Condition": "c",
        "AllergyIntolerance": "c",
        "Procedure": "c",
        "Media": "c",
        "ClinicalImpression": "c",
        "ServiceRequest": "c",
    },
)
"""The doctor of a visit writes down what it showed, in the chart of the patient who came."""
PRESCRIBING: Final = _mandate(
    "prescribing",
    patient={"Task": "cu"},
    doctor={"MedicationRequest": "cu", "Provenance": "c", "Task": "u"},
    pharmacist={"MedicationDispense": "cu", "Task": "u"},
)
"""The doctor of a visit or contract prescribes; the pharmacy that the patient chose dispenses and hands back."""
PAYING: Final = _mandate(
    "paying",
    patient={"ChargeItem": "c", "Invoice": "cu", "PaymentNotice": "cu"},
    doctor={"ChargeItem": "c", "Invoice": "cu", "PaymentNotice": "cu", "PractitionerRole": "u"},
)
"""The doctor says what a visit costs, in the directory; whoever pays when they book takes the bill at that fee
themselves. Both sides bring a payment about, the doctor pays back.
"""
REVIEWING: Final = _mandate(
    "reviewing",
    patient={"QuestionnaireResponse": "cu"},
    doctor={"PractitionerRole": "u"},
)
"""Who was at a visit says how it was; the answers stand with the doctor. Their number and sum the platform puts into
the directory, for the doctor.
"""
WRITERS_OWN: Final = frozenset(
    {
        "AllergyIntolerance",
        "ClinicalImpression",
        "Condition",
        "Media",
        "Observation",
        "PractitionerRole",
        "Procedure",
        "ServiceRequest",
    }
)
"""What stays its writer's, to correct or take back like all that they write: findings of a visit, a doctor's profile.
All else that a mandate opens is kept by its workflow: once written so, nobody changes it but by its rules.
"""
MANDATES: Final = (SCHEDULING, MESSAGING, CONSULTATION, PRESCRIBING, PAYING, REVIEWING)
