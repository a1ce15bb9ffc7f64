"""What people and hospitals are called on a page: the directory, looked up when a record names somebody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from carefolio.base.failures import Failure
from carefolio.consent.principal import Role
from carefolio.fhir.kinds import literal
from carefolio.identity.accounts import Account
from carefolio.portal.visitor import Visitor
from carefolio.portal.words.elements import each, human_name, text
from carefolio.portal.words.told import Audience, Reader
from carefolio.records.directory import directory_record
from carefolio.records.parts import Parts
from carefolio.records.read import Found

_NAMED = ("Organization/", "Practitioner/", "PractitionerRole/", "Location/", "HealthcareService/")


@dataclass(slots=True)
class Names(Mapping[str, str]):
    """Names by ``Type/id``, each looked up once a page; the directory belongs to no patient."""

    parts: Parts
    known: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, reference: str) -> str:
        if reference not in self.known:
            self.known[reference] = self._found(reference)
        if not self.known[reference]:
            raise KeyError(reference)
        return self.known[reference]

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)

    def _found(self, reference: str) -> str:
        if not reference.startswith(_NAMED):
            return ""
        try:
            record = directory_record(self.parts, reference)
        except Failure:
            return ""
        return human_name(record) or self.get(literal(record.get("practitioner")), "")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote a record: the hospital, and the person where it was not its systems. Texts may be empty."""

    hospital: str = ""
    person: str = ""
    reference: str = ""
    """The hospital as ``Organization/id``."""
    mine: bool = False
    """The visitor wrote it."""

    @property
    def told(self) -> str:
        """The hospital, else the person."""
        return self.hospital or self.person


@dataclass(slots=True)
class Senders:
    """Who wrote records, each looked up once a page."""

    parts: Parts
    visitor: Visitor
    names: Names
    _known: dict[tuple[int, int], Sender] = field(default_factory=dict)

    def of(self, found: Found) -> Sender:
        """The sender of this record."""
        key = found.row.author, found.row.hospital
        if key not in self._known:
            self._known[key] = self._sender(*key)
        return self._known[key]

    def _sender(self, author: int, hospital: int) -> Sender:
        account = self.parts.accounts.of_number(self.parts.database, author) if author else None
        person = "" if account is None or account.role == Role.HOSPITAL else account.name
        mine = (
            account is not None and self.visitor.account is not None and account.number == self.visitor.account.number
        )
        reference = self._hospital(account, hospital)
        name = self.names.get(reference, "") if reference else ""
        return Sender(name, person, reference, mine)

    def _hospital(self, account: Account | None, number: int) -> str:
        """The hospital for which it was written: the author's, or the one whose shelf has this number."""
        if not number:
            return ""
        if account is not None and account.hospital == number:
            return account.organization
        of_role = self.parts.accounts.of_role(self.parts.database, Role.HOSPITAL)
        return next((one.organization for one in of_role if one.hospital == number), "")


def reader_of(visitor: Visitor, names: Mapping[str, str]) -> Reader:
    """How this visitor is told of records: the patient in plain sentences, doctors densely, on their own clock."""
    audience: Audience = "patient" if visitor.role is Role.PATIENT else "doctor"
    return Reader(str(visitor.locale), visitor.zone.key, audience, names, visitor.units)


def phones(parts: Parts, organization: str) -> list[str]:
    """By which numbers a hospital can be reached, as it says itself."""
    record = directory_record(parts, organization) if organization else {}
    return [text(one, "value") for one in each(record, "telecom") if text(one, "system") in ("phone", "email")]
