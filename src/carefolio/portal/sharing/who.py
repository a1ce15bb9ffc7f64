"""Whom a contract is with: name, what they work in, for which hospital, and whether we checked them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carefolio.identity import verifications
from carefolio.identity.accounts import Account
from carefolio.identity.verifications import Outcome
from carefolio.portal.chart.names import Names
from carefolio.records.directory import directory_record
from carefolio.records.door import Door
from carefolio.workflows.registration.profiles import profile_of
from carefolio.workflows.registration.rules import HospitalType, kind_of
from carefolio.workflows.sharing.describe import Contract, Party

_HOSPITAL = "Organization/"
_EVERYBODY: Final[Mapping[HospitalType | None, Promise]] = {
    HospitalType.HOSPITAL: gettext_lazy("Hospital: everybody there who treats you"),
    HospitalType.CLINIC: gettext_lazy("Clinic: everybody there who treats you"),
    HospitalType.LABORATORY: gettext_lazy("Laboratory: everybody there who treats you"),
    HospitalType.PHARMACY: gettext_lazy("Pharmacy: the pharmacists there"),
    None: gettext_lazy("Everybody there who treats you"),
}


@dataclass(frozen=True, slots=True)
class Who:
    """A doctor or a hospital. ``since``: when we checked them, µs UTC, 0 where that is not known; ``kind``: of a
    hospital, where the directory says it.
    """

    reference: str
    name: str
    speciality: str = ""
    hospital: str = ""
    verified: bool = False
    since: int = 0
    kind: HospitalType | None = None

    @property
    def is_hospital(self) -> bool:
        """Everybody who works there."""
        return self.reference.startswith(_HOSPITAL)

    @property
    def detail(self) -> str:
        """What they work in, and where."""
        if self.is_hospital:
            return str(_EVERYBODY[self.kind])
        return ", ".join(part for part in (self.speciality, self.hospital) if part)


def who(door: Door, names: Names, party: Party) -> Who:
    """Somebody whom a contract names, as the directory knows them."""
    name = names.get(party.reference) or party.name or _("Somebody")
    if party.is_hospital:
        found = door.parts.accounts.of_hospital(door.parts.database, party.reference)
        kind = kind_of(directory_record(door.parts, party.reference))
        return Who(party.reference, name, verified=found is not None, kind=kind)
    account = door.parts.accounts.of_person(door.parts.database, party.reference)
    if account is None:
        return Who(party.reference, name)
    return Who(
        party.reference,
        name,
        profile_of(door, account).speciality_name,
        names.get(account.organization, ""),
        account.verified and not account.suspended,
        _checked(door, account),
    )


def whom(door: Door, names: Names, contract: Contract) -> list[Who]:
    """Everybody whom a contract names."""
    return [who(door, names, party) for party in contract.actors]


def names_of(people: list[Who]) -> str:
    """Their names in a row."""
    names = [one.name for one in people]
    if len(names) <= 1:
        return "".join(names) or _("Nobody")
    return _("{first} and {last}").format(first=", ".join(names[:-1]), last=names[-1])


def _checked(door: Door, account: Account) -> int:
    if not account.verified:
        return 0
    steps = verifications.steps(door.parts.database, door.parts.keyring, account.number)
    return next((one.time for one in reversed(steps) if one.outcome is Outcome.VERIFIED), 0)
