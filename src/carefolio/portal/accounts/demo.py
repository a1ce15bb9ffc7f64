"""The demo's people on the sign-in page: who they are, their password and their code of this moment."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from carefolio.base.failures import Failure
from carefolio.consent.principal import Role
from carefolio.portal.accounts.console import PASSWORD, code_of
from carefolio.portal.accounts.models import SignIn
from carefolio.portal.reach import Reach

_SHOWN_OF_A_ROLE = 3
_ROLES = (Role.PATIENT, Role.DOCTOR, Role.PHARMACIST, Role.ADMIN, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to try the product as."""

    name: str
    role: Role
    email: str
    password: str
    code: str

    @property
    def role_name(self) -> str:
        """What they are here for, in words."""
        names = {
            Role.PATIENT: _("patient"),
            Role.DOCTOR: _("doctor"),
            Role.PHARMACIST: _("pharmacist"),
            Role.ADMIN: _("admin"),
            Role.AUDITOR: _("auditor"),
        }
        return names[self.role]


def people(reach: Reach) -> list[DemoPerson]:
    """A few of each role; nobody where this is no demo."""
    if not reach.demo:
        return []
    accounts, database = reach.door.parts.accounts, reach.door.parts.database
    made = set(SignIn.objects.filter(demo=True).values_list("account", flat=True))
    found: list[DemoPerson] = []
    for role in _ROLES:
        known = (one for one in accounts.of_role(database, role) if one.number in made and not one.suspended)
        for one in islice(known, _SHOWN_OF_A_ROLE):
            found.append(DemoPerson(one.name, role, one.email or "", PASSWORD, _code(one.email or "")))
    return found


def _code(email: str) -> str:
    try:
        return code_of(email)
    except Failure:
        return ""
