"""Registration's actions, one an intention. Each is one transaction: the account, its records, its entries."""

from __future__ import annotations

from dataclasses import dataclass

from carefolio.base import clock
from carefolio.base.database import Transaction
from carefolio.base.failures import absent, conflict, malformed, unprocessable
from carefolio.base.ids import new_code, new_id
from carefolio.base.keys import PLATFORM
from carefolio.consent.principal import parse_scopes
from carefolio.identity import tokens
from carefolio.identity.accounts import Account, NewAccount
from carefolio.ledger.entry import Kind
from carefolio.records.door import Door
from carefolio.records.founding import Founding, Home, identified
from carefolio.workflows.registration import rules
from carefolio.workflows.registration.rules import NewHospital, NewPerson, PersonRole

LONGEST_TOKEN_MINUTES = 366 * 24 * 60
_CONSOLE = 0
"""The actor of what the operator does at the console: no account."""


@dataclass(frozen=True, slots=True)
class Hospital:
    """A hospital that was registered, with the token of its systems, which is shown this once."""

    organization: str
    token: str


@dataclass(frozen=True, slots=True)
class Person:
    """A person who was registered; ``code`` is a patient code or a doctor code."""

    account: str
    person: str
    code: str


def add_hospital(door: Door, new: NewHospital) -> Hospital:
    """Add an organisation that sends records: its shelf, its directory record, its systems' account and token."""
    rules.refuse_hospital(new)
    founding = Founding(door.parts, door.scribe)
    reference = f"Organization/{new_id()}"
    home = founding.shelf(reference)
    founding.add(home, rules.organization(new), reference.partition("/")[2], hospital=home.number)
    account = NewAccount(
        email=None,
        role="hospital",
        name=new.name.strip(),
        organization=reference,
        verified=True,
        shelf=home.number,
        hospital=home.number,
    )

    def work(tx: Transaction) -> str:
        if new.identifier and identified(tx, door.keyring, "Organization", new.identifier):
            raise conflict("There is an organisation with this identifier already.")
        founding.put(tx)
        number = door.parts.accounts.add(tx, account)
        token = tokens.issue(tx, number, tokens.NEVER, operator=True)
        _tell(door, tx, Kind.ACCOUNT_CREATED, {"account": number, "role": "hospital", "organization": reference})
        issued = {"account": number, "expires": None} | tokens.said(tx, token)
        _tell(door, tx, Kind.TOKEN_ISSUED, issued)
        return token

    return Hospital(reference, door.parts.database.write_now(work))


def add_person(door: Door, new: NewPerson) -> Person:
    """Add somebody who signs in: a new Patient with a chart or a new Practitioner, or one who is here already."""
    rules.refuse_person(new)
    founding = Founding(door.parts, door.scribe)
    employer = _hospital(door, new.hospital)
    if new.role is PersonRole.PATIENT:
        account, code = _patient(founding, new)
    else:
        account = _practitioner(founding, new, employer)
        code = account.code

    def work(tx: Transaction) -> None:
        if door.parts.accounts.of_email(tx, new.email) is not None:
            raise conflict(rules.taken_email())
        if door.parts.accounts.of_person(tx, account.person) is not None:
            raise conflict(f"{account.person} has an account already; a person has one.")
        founding.put(tx)
        number = door.parts.accounts.add(tx, account)
        content = {"account": number, "role": account.role, "who": account.person, "verified": account.verified}
        _tell(door, tx, Kind.ACCOUNT_CREATED, content)
        if account.chart:
            _tell(door, tx, Kind.ACCOUNT_LINKED, {"account": number, "who": account.person}, account.chart)

    door.parts.database.write_now(work)
    return Person(new.email.lower(), account.person, code)


def verify(door: Door, name: str, *, verified: bool = True) -> Account:
    """Note that the person's licence was looked at and holds, or take that back; true from the next request on."""

    def work(tx: Transaction) -> Account:
        account = find_account(door, tx, name)
        door.parts.accounts.change(tx, account.number, verified=verified)
        _tell(door, tx, Kind.VERIFICATION_CHANGED, {"account": account.number, "verified": verified})
        return account

    return door.parts.database.write_now(work)


def suspend(door: Door, name: str, *, suspended: bool = True) -> Account:
    """Shut an account out, or let it in again; its tokens stop, or hold again, with the next request."""

    def work(tx: Transaction) -> Account:
        account = find_account(door, tx, name)
        door.parts.accounts.change(tx, account.number, suspended=suspended)
        _tell(door, tx, Kind.ACCOUNT_SUSPENDED, {"account": account.number, "suspended": suspended})
        return account

    return door.parts.database.write_now(work)


def issue_token(door: Door, name: str, *, scope: str = "", minutes: int = 60) -> str:
    """A token from the operator's console; it counts as a second factor, and the ledger says where it came from."""
    if not 0 < minutes <= LONGEST_TOKEN_MINUTES:
        raise malformed(f"A token holds between 1 and {LONGEST_TOKEN_MINUTES} minutes.")
    if scope and not parse_scopes(scope):
        raise malformed("No scope in there is understood; one looks like user/Observation.rs or patient/*.read.")

    def work(tx: Transaction) -> str:
        account = find_account(door, tx, name)
        if account.suspended:
            raise conflict("This account is suspended; lift that first with 'carefolio account suspend --lift'.")
        expires = tx.now + minutes * clock.MINUTE
        token = tokens.issue(tx, account.number, expires, scope=scope, operator=True)
        content = {"account": account.number, "operator": True, "scope": scope, "expires": clock.instant(expires)}
        _tell(door, tx, Kind.TOKEN_ISSUED, content | tokens.said(tx, token))
        return token

    return door.parts.database.write_now(work)


def revoke_token(door: Door, token: str) -> None:
    """End one token; the next request that brings it is refused."""

    def work(tx: Transaction) -> None:
        number = tokens.holder(tx, token)
        if number is None:
            raise unprocessable("There is no such token, or it has been revoked already.")
        tokens.revoke(tx, token)
        _tell(door, tx, Kind.TOKEN_REVOKED, {"account": number, "tokens": 1})

    door.parts.database.write_now(work)


def revoke_tokens(door: Door, name: str) -> int:
    """End all tokens of an account; answers how many there were."""

    def work(tx: Transaction) -> int:
        account = find_account(door, tx, name)
        ended = tokens.revoke_all(tx, account.number)
        _tell(door, tx, Kind.TOKEN_REVOKED, {"account": account.number, "tokens": ended})
        return ended

    return door.parts.database.write_now(work)


def chart_code(door: Door, account: Account) -> str:
    """The patient code of a patient's chart; empty for everybody else."""
    home = Founding(door.parts, door.scribe).existing(account.person) if account.chart else None
    return home.code if home else ""


def find_account(door: Door, tx: Transaction, name: str) -> Account:
    """The account with this e-mail, or that of a hospital's systems, given as ``Organization/id``."""
    accounts = door.parts.accounts
    found = accounts.of_hospital(tx, name) if name.startswith("Organization/") else accounts.of_email(tx, name)
    if found is None:
        raise unprocessable("There is no such account here; add it with 'carefolio account add'.")
    return found


def _hospital(door: Door, organization: str) -> Account | None:
    if not organization:
        return None
    found = door.parts.accounts.of_hospital(door.parts.database, organization)
    if found is None:
        raise unprocessable(f"There is no hospital {organization} here; add it with 'carefolio hospital add'.")
    return found


def _patient(founding: Founding, new: NewPerson) -> tuple[NewAccount, str]:
    """The account of a patient, and the code of their chart; their chart is their shelf as well."""
    home = founding.existing(new.person) if new.person else _new_chart(founding, new)
    if home is None:
        raise unprocessable(f"There is no chart of {new.person} here.")
    account = NewAccount(
        email=new.email.lower(),
        role=new.role.value,
        name=new.name.strip(),
        person=home.ref,
        verified=new.verified,
        shelf=home.number,
        chart=home.number,
    )
    return account, home.code


def _new_chart(founding: Founding, new: NewPerson) -> Home:
    id_ = new_id()
    home = founding.chart(f"Patient/{id_}")
    founding.add(home, rules.person(new), id_)
    return home


def _practitioner(founding: Founding, new: NewPerson, employer: Account | None) -> NewAccount:
    reference = new.person or f"Practitioner/{new_id()}"
    if new.person and not founding.has(reference):
        raise unprocessable(f"There is no {reference} here.")
    home = founding.existing(employer.organization) if employer else founding.shelf(reference)
    if home is None:
        raise absent()
    hospital = employer.hospital if employer else 0
    if not new.person:
        founding.add(home, rules.person(new), reference.partition("/")[2], hospital)
        if employer:
            founding.add(home, rules.practitioner_role(new, reference, employer.organization), hospital=hospital)
    return NewAccount(
        email=new.email.lower(),
        role=new.role.value,
        name=new.name.strip(),
        person=reference,
        organization=employer.organization if employer else "",
        code=new_code("DOC"),
        verified=new.verified,
        shelf=home.number,
        hospital=hospital,
    )


def _tell(door: Door, tx: Transaction, kind: Kind, content: dict[str, object], owner: int = PLATFORM) -> None:
    door.parts.log.append(tx, [door.scribe.happened(kind, _CONSOLE, {"operator": True} | content, owner)])
