"""What people, charts, roles and decisions are called on these pages. A patient is never called by their name here."""

from __future__ import annotations

from types import MappingProxyType

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carefolio.consent.principal import Role
from carefolio.identity.accounts import Account
from carefolio.identity.verifications import Outcome as Decision
from carefolio.portal.visitor import Visitor
from carefolio.workflows.oversight.rules import Outcome

ROLES = MappingProxyType(
    {
        Role.PATIENT: gettext_lazy("Patient"),
        Role.DOCTOR: gettext_lazy("Doctor"),
        Role.PHARMACIST: gettext_lazy("Pharmacist"),
        Role.STAFF: gettext_lazy("Hospital staff"),
        Role.RESEARCHER: gettext_lazy("Researcher"),
        Role.AUDITOR: gettext_lazy("Auditor"),
        Role.ADMIN: gettext_lazy("Admin"),
        Role.HOSPITAL: gettext_lazy("Hospital system"),
    }
)
DECISIONS = MappingProxyType(
    {
        Decision.ASKED: gettext_lazy("Asked to be verified, or changed what they say"),
        Decision.VERIFIED: gettext_lazy("Verified"),
        Decision.REFUSED: gettext_lazy("Refused"),
        Decision.WITHDRAWN: gettext_lazy("Verification taken back"),
    }
)
OUTCOMES = MappingProxyType(
    {
        Outcome.JUSTIFIED: gettext_lazy("Justified"),
        Outcome.QUESTIONED: gettext_lazy("Questioned"),
        Outcome.ABUSE: gettext_lazy("Abuse"),
    }
)
TONES = MappingProxyType({Outcome.JUSTIFIED: "verified", Outcome.QUESTIONED: "due", Outcome.ABUSE: "error"})
"""The tag of each outcome."""
_SHORT = 6


def called(account: Account) -> str:
    """A person's name; of a patient the account's number, which says nothing of who they are."""
    if account.role == Role.PATIENT:
        return _("Patient, account {number}").format(number=account.number)
    return account.name


def chart_called(patient: str) -> str:
    """A pseudonym for the chart of ``Patient/id``: enough to tell two charts apart, nothing more."""
    return _("Patient …{end}").format(end=patient.partition("/")[2][-_SHORT:])


def role_of(account: Account) -> str:
    """The role in a word."""
    return str(ROLES[Role(account.role)])


def organization_called(visitor: Visitor, organization: str) -> str:
    """A hospital's name; nothing for none."""
    parts = visitor.reach.door.parts
    found = parts.accounts.of_hospital(parts.database, organization) if organization else None
    return found.name if found else ""


def colleague_called(visitor: Visitor, number: int) -> str:
    """Who decided something: an account's name, or the operator at the console."""
    parts = visitor.reach.door.parts
    found = parts.accounts.of_number(parts.database, number) if number else None
    return called(found) if found else _("The operator")
