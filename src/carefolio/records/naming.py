"""Which chart or shelf is meant: by id, by patient code, by an identifier that a hospital knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qsl

from carefolio.base.ids import normal_code
from carefolio.base.keys import Keyring
from carefolio.consent.principal import Principal, Role
from carefolio.fhir.references import split
from carefolio.search.texts import token_text
from carefolio.store import owners
from carefolio.store.owners import Owner
from carefolio.store.records import Lister, Reader
from carefolio.store.rows import State

CODE_SYSTEM = "https://carefolio.org/fhir/NamingSystem/patient-code"
"""The system of patient codes where they are written as identifiers."""
LONGEST_CONDITIONAL = 16_384
"""Characters of a reference that is looked into for what it asks."""
_BY_IDENTIFIER = (
    "SELECT r.owner, max(CASE WHEN r.hospital = ? THEN 1 ELSE 0 END) AS own"
    " FROM lookup l JOIN record r ON r.rid = l.rid"
    " WHERE l.value = ? AND r.type = 'Patient' AND r.state = ? GROUP BY r.owner ORDER BY own DESC LIMIT 2"
)


class Source(Reader, Lister, Protocol):
    """A Database: it gives one row or all."""


@dataclass(frozen=True, slots=True)
class Naming:
    """Turns what a caller wrote into an owner, or None; the caller cannot tell why it is None."""

    database: Source
    keyring: Keyring

    def chart(self, principal: Principal, reference: str) -> Owner | None:
        """The chart that a literal or conditional reference to a Patient names for this caller."""
        parts = split(reference)
        if parts.kind == "literal":
            return owners.of_reference(self.database, f"Patient/{parts.id}")
        pairs = parse_qsl(parts.query or "") if len(reference) <= LONGEST_CONDITIONAL else []
        if len(pairs) != 1 or pairs[0][0] != "identifier":
            return None
        return self.identified(principal, pairs[0][1])

    def identified(self, principal: Principal, identifier: str) -> Owner | None:
        """The chart behind a patient code, or, for a hospital, behind ``system|value`` if that names just one: of the
        patients that this hospital sent, or else of all. What others call their patients takes nothing away from it.
        """
        system, bar, value = identifier.rpartition("|")
        code = normal_code(value)
        if code is not None and (not bar or system == CODE_SYSTEM):
            return self.coded(code)
        if principal.role is not Role.HOSPITAL:
            return None
        text = token_text("Patient.identifier", system if bar else None, value)
        found = self.database.read(_BY_IDENTIFIER, (principal.hospital, self.keyring.blind.value(text), State.LIVE))
        is_one = len(found) == 1 or (len(found) > 1 and found[0][1] > found[1][1])
        return owners.of_number(self.database, found[0][0]) if is_one else None

    def coded(self, code: str) -> Owner | None:
        """The chart with this patient code, given as it is stored."""
        return owners.of_code(self.database, self.keyring.blind.value(f"code={code}"))
