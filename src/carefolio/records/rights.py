"""Who may write what. Pure: the answers follow from the caller and from facts of the record alone."""

from __future__ import annotations

from typing import Any, Final

from carefolio.base import clock
from carefolio.base.failures import Failure, forbidden, unprocessable
from carefolio.consent.principal import Principal, Role, permits_scope
from carefolio.fhir.kinds import DIRECTORY
from carefolio.store.rows import Flag, Row

Resource = dict[str, Any]

NEVER_WRITTEN = frozenset({"AuditEvent"})
KEPT_BY_DOCTORS = frozenset({"Schedule", "Slot"})
"""Directory types that a doctor keeps; the others come from hospitals and admins."""
_ENDING = ("Consent", "u")
"""A pharmacist ends a contract that serves their pharmacy."""
KEPT_BY_WORKFLOWS = frozenset({"Appointment", "ChargeItem", "Invoice", "MedicationDispense", "PaymentNotice"})
"""Visits, what was handed out, bills, payments: what becomes of them the rules of a workflow say, to both sides."""
RATING: Final = "https://carefolio.org/fhir/Questionnaire/visit-rating"
"""The questionnaire of what a patient says of a visit: counted once, so changed by the rules of reviewing alone."""
_OWN_PAGES = "Visits, messages, prescriptions, bills and ratings are written on their own pages, not as records."
_PEOPLE = frozenset({Role.DOCTOR, Role.PATIENT})
_WRITERS = frozenset({Role.HOSPITAL, Role.DOCTOR, Role.PATIENT, Role.ADMIN})


def refuse_role(principal: Principal, type_: str, interaction: str, *, mandated: bool = False) -> None:
    """Raise what can be said without looking at anything stored: this role or token may never do that (403). Under a
    mandate that covers it, the role is no obstacle.
    """
    if type_ in NEVER_WRITTEN:
        raise forbidden("The ledger writes audit events; nobody else does.")
    if not permits_scope(principal, interaction, type_):
        raise forbidden("The scope of this token does not allow that.")
    if not mandated:
        _refuse_role(principal, type_, interaction)


def _refuse_role(principal: Principal, type_: str, interaction: str) -> None:
    if principal.role is Role.PHARMACIST and principal.verified and (type_, interaction) == _ENDING:
        return  # what of it they may is the contracts' own rule
    if principal.role not in _WRITERS:
        raise forbidden(f"A {principal.role.value} does not write records.")
    if principal.role is Role.DOCTOR and not principal.verified:
        raise forbidden("An admin has to verify this doctor's licence first.")
    if type_ in DIRECTORY:
        _refuse_directory(principal, type_)
    elif principal.role is Role.ADMIN:
        raise forbidden("An admin keeps the directory and never writes in a chart.")
    if type_ == "Patient" and interaction == "c" and principal.role is Role.DOCTOR:
        raise forbidden("A Patient is written by a hospital or by the person; ask for access to the chart instead.")


def _refuse_directory(principal: Principal, type_: str) -> None:
    if principal.role is Role.PATIENT or (principal.role is Role.DOCTOR and type_ not in KEPT_BY_DOCTORS):
        raise forbidden(f"A {principal.role.value} does not write {type_} records.")


def refuse_kept(principal: Principal, flags: int, *contents: Resource) -> None:
    """Raise when somebody writes by themselves, under no mandate, what a workflow keeps (403): nobody marks their own
    bill as paid, nor that of somebody who works for them. ``flags``: of what stands there. A hospital's own visits and
    bills are the hospital's.
    """
    if flags & Flag.KEPT:
        raise forbidden(_OWN_PAGES)
    if principal.role in _PEOPLE and any(_is_kept(content) for content in contents):
        raise forbidden(_OWN_PAGES)


def _is_kept(content: Resource) -> bool:
    type_ = content.get("resourceType")
    return type_ in KEPT_BY_WORKFLOWS or (type_ == "QuestionnaireResponse" and content.get("questionnaire") == RATING)


def written_at(content: Resource, updated: int) -> int:
    """The moment (µs UTC) that a record counts as written at: of a rating the month's beginning, since whoever it is
    about could tell from the second who was there.
    """
    if content.get("questionnaire") != RATING:
        return updated
    return clock.micros(clock.moment(updated).replace(day=1, hour=0, minute=0, second=0, microsecond=0))


def may_change(principal: Principal, row: Row) -> bool:
    """Whether the caller may update or delete what stands there (contracts have rules of their own)."""
    if row.flags & Flag.KEPT:
        return False
    if row.type == "Patient" and principal.chart == row.owner:
        return True
    if row.type in DIRECTORY and principal.role is Role.ADMIN:
        return True
    return _sent(principal, row)


def _sent(principal: Principal, row: Row) -> bool:
    """Whether the caller, or the hospital whose systems they are, wrote it first."""
    if row.author == principal.account:
        return True
    return principal.role is Role.HOSPITAL and principal.hospital != 0 and row.hospital == principal.hospital


def refuse_scope(principal: Principal, type_: str, interaction: str, owner: int) -> None:
    """Raise when the token's scopes let this through elsewhere, but not in this chart (403); the record can be seen."""
    if not permits_scope(principal, interaction, type_, owner):
        raise forbidden("The scope of this token does not allow that.")


def refuse_other_identifiers(principal: Principal, row: Row, old: Resource, new: Resource, path: str) -> None:
    """Raise when a person changes by what hospitals name their chart: it would lead others' records into it (422)."""
    is_person = row.type == "Patient" and principal.chart == row.owner
    if is_person and not _sent(principal, row) and old.get("identifier") != new.get("identifier"):
        raise unprocessable(
            "Identifiers stay as the hospital gave them: send them as they stand, and ask the hospital to change them.",
            path,
        )


def no_such_chart(path: str) -> Failure:
    """The one answer to a chart that is absent and to one in which the caller may not write (422)."""
    return unprocessable("There is no such patient here to whose chart you may add.", path, "not-found")


def not_yours() -> Failure:
    """The record can be seen, but somebody else wrote it (403)."""
    return forbidden("Only who wrote this record, or their hospital, may change or delete it.")
