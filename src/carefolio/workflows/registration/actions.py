"""Registration's actions, one an intention. Each is one transaction: the account, its records, its entries."""

from __future__ import annotations

from dataclasses import dataclass, replace

from carefolio.base import clock
from carefolio.base.database import Transaction
from carefolio.base.failures import absent, conflict, malformed, unprocessable
from carefolio.base.ids import new_code, new_id
from carefolio.base.sentences import sentence
from carefolio.consent.principal import Role, parse_scopes
from carefolio.identity import tokens, verifications
from carefolio.identity.accounts import Account, NewAccount, Reader
from carefolio.identity.profile import Profile, tidy, with_licence, with_post
from carefolio.ledger.entry import Kind
from carefolio.ledger.reading import has_done
from carefolio.notify.notices import NewNotice, NoticeKind
from carefolio.records.door import Door
from carefolio.records.founding import Founding, Home, identified
from carefolio.workflows.registration import profiles, rules
from carefolio.workflows.registration.profiles import Decided
from carefolio.workflows.registration.rules import NewHospital, NewPerson, PersonRole
from carefolio.workflows.registration.suspension import set_suspended
from carefolio.workflows.registration.telling import CONSOLE, Actor, settled, tell

LONGEST_TOKEN_MINUTES = 366 * 24 * 60


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


def add_hospital(door: Door, new: NewHospital, by: Actor = CONSOLE) -> Hospital:
    """Add an organisation that sends records: its shelf, its directory record, its systems' account and token."""
    rules.refuse_hospital(new)
    founding = Founding(door.parts, door.scribe, by.principal())
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
        by.check(door, tx)
        if new.identifier and identified(tx, door.keyring, "Organization", new.identifier):
            raise conflict("There is an organisation with this identifier already.")
        founding.put(tx)
        number = door.parts.accounts.add(tx, account)
        token = tokens.issue(tx, number, tokens.NEVER, operator=by is CONSOLE)
        created = {"account": number, "role": "hospital", "organization": reference}
        tell(door, tx, Kind.ACCOUNT_CREATED, by.account, by.marks() | created)
        issued = {"account": number, "expires": None} | tokens.said(tx, token)
        tell(door, tx, Kind.TOKEN_ISSUED, by.account, by.marks() | issued)
        return token

    return Hospital(reference, door.parts.database.write_now(work))


def add_person(door: Door, new: NewPerson, profile: Profile | None = None, by: Actor = CONSOLE) -> Person:
    """Add somebody who signs in: a new Patient with a chart or a new Practitioner, or one who is here already. Whom an
    admin adds is told by a letter how to come in; the operator at the console tells people themselves.
    """
    rules.refuse_person(new)
    specialised = new.role is PersonRole.DOCTOR
    profile = profile and tidy(replace(profile, hospital=new.hospital), specialised=specialised)
    return settled(lambda: _enrol(door, new, profile, by))


def sign_up(door: Door, new: NewPerson, profile: Profile | None = None) -> Person:
    """Somebody comes in by themselves: a patient, or a doctor whose profile waits until an admin has looked at it.

    Nobody is verified by this or joins a hospital; what a doctor says of their hospital holds once it was looked at.
    """
    rules.refuse_sign_up(new)
    rules.refuse_person(new)
    if profile is not None and new.role is not PersonRole.DOCTOR:
        raise malformed("Only a doctor has a profile.")
    profile = profile and tidy(profile)
    if profile:
        profiles.refuse_hospital(door, profile)
    return settled(lambda: _enrol(door, new, profile, Actor(is_self=True)))


def signed_up(door: Door, account: Account) -> bool:
    """Whether this account was made by a sign-up; all others were added by an operator or an admin."""
    door.parts.log.settle(door.parts.database)
    may = account.role in rules.SIGN_UP
    return may and has_done(door.parts.database, account.number, Kind.ACCOUNT_CREATED)


def verify(door: Door, name: str, *, verified: bool = True) -> Account:
    """Note that the person's licence was looked at and holds, or take that back; true from the next request on."""

    def attempt() -> Account:
        account = find_account(door, door.parts.database, name)
        profiles.decide(door, account, CONSOLE, Decided(verified))
        return account

    return settled(attempt)


def suspend(door: Door, name: str, *, suspended: bool = True) -> Account:
    """Shut an account out, or let it in again; its tokens stop, or hold again, with the next request."""

    def work(tx: Transaction) -> Account:
        account = find_account(door, tx, name)
        set_suspended(door, tx, CONSOLE, account, "", suspended=suspended)
        return account

    return door.parts.database.write_now(work)


def issue_token(door: Door, name: str, *, scope: str = "", minutes: int = 60) -> str:
    """A token from the operator's console; it counts as a second factor, and the ledger says where it came from."""
    if not 0 < minutes <= LONGEST_TOKEN_MINUTES:
        raise malformed(sentence("A token holds between 1 and {most} minutes.", most=LONGEST_TOKEN_MINUTES))
    if scope and not parse_scopes(scope):
        raise malformed("No scope in there is understood; one looks like user/Observation.rs or patient/*.read.")

    def work(tx: Transaction) -> str:
        account = find_account(door, tx, name)
        if account.suspended:
            raise conflict("This account is suspended; lift that first with 'carefolio account suspend --lift'.")
        expires = tx.now + minutes * clock.MINUTE
        token = tokens.issue(tx, account.number, expires, scope=scope, operator=True)
        content = {"account": account.number, "operator": True, "scope": scope, "expires": clock.instant(expires)}
        _console(door, tx, Kind.TOKEN_ISSUED, content | tokens.said(tx, token))
        return token

    return door.parts.database.write_now(work)


def revoke_token(door: Door, token: str) -> None:
    """End one token; the next request that brings it is refused."""

    def work(tx: Transaction) -> None:
        number = tokens.holder(tx, token)
        if number is None:
            raise unprocessable("There is no such token, or it has been revoked already.")
        tokens.revoke(tx, token)
        _console(door, tx, Kind.TOKEN_REVOKED, {"account": number, "tokens": 1})

    door.parts.database.write_now(work)


def revoke_tokens(door: Door, name: str) -> int:
    """End all tokens of an account; answers how many there were."""

    def work(tx: Transaction) -> int:
        account = find_account(door, tx, name)
        ended = tokens.revoke_all(tx, account.number)
        _console(door, tx, Kind.TOKEN_REVOKED, {"account": account.number, "tokens": ended})
        return ended

    return door.parts.database.write_now(work)


def chart_code(door: Door, account: Account) -> str:
    """The patient code of a patient's chart; empty for everybody else."""
    home = Founding(door.parts, door.scribe).existing(account.person) if account.chart else None
    return home.code if home else ""


def find_account(door: Door, reader: Reader, name: str) -> Account:
    """The account with this e-mail, or that of a hospital's systems, given as ``Organization/id``."""
    accounts = door.parts.accounts
    found = accounts.of_hospital(reader, name) if name.startswith("Organization/") else accounts.of_email(reader, name)
    if found is None:
        raise unprocessable("There is no such account here; add it with 'carefolio account add'.")
    return found


def _enrol(door: Door, new: NewPerson, profile: Profile | None, by: Actor) -> Person:
    founding = Founding(door.parts, door.scribe, by.principal(Role(new.role.value) if by.is_self else Role.ADMIN))
    employer = _hospital(door, new.hospital)
    if new.role is PersonRole.PATIENT:
        account, code = _patient(founding, new)
    else:
        account = _practitioner(founding, new, employer, profile)
        code = account.code

    def work(tx: Transaction) -> None:
        by.check(door, tx)
        if door.parts.accounts.of_email(tx, new.email) is not None:
            raise rules.taken_email()
        if door.parts.accounts.of_person(tx, account.person) is not None:
            raise conflict(f"{account.person} has an account already; a person has one.")
        founding.put(tx)
        number = door.parts.accounts.add(tx, account)
        if account.role in verifications.VERIFIABLE and not account.verified:
            verifications.ask(tx, door.keyring, number)
        actor = number if by.is_self else by.account
        content = {"account": number, "role": account.role, "who": account.person, "verified": account.verified}
        tell(door, tx, Kind.ACCOUNT_CREATED, actor, by.marks() | content)
        if account.chart:
            linked = {"account": number, "who": account.person}
            tell(door, tx, Kind.ACCOUNT_LINKED, actor, by.marks() | linked, account.chart)
        if by.account:
            door.parts.notifier.put(tx, NewNotice(number, NoticeKind.ACCOUNT_ADDED), account.email)

    door.parts.database.write_now(work)
    return Person(new.email.lower(), account.person, code)


def _hospital(door: Door, organization: str) -> Account | None:
    if not organization:
        return None
    found = door.parts.accounts.of_hospital(door.parts.database, organization)
    if found is None:
        raise unprocessable(
            sentence(
                "There is no hospital {organization} here; add it with 'carefolio hospital add'.",
                organization=organization,
            )
        )
    return found


def _patient(founding: Founding, new: NewPerson) -> tuple[NewAccount, str]:
    """The account of a patient, and the code of their chart; their chart is their shelf as well."""
    home = founding.existing(new.person) if new.person else _new_chart(founding, new)
    if home is None:
        raise unprocessable(sentence("There is no chart of {person} here.", person=new.person))
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


def _practitioner(founding: Founding, new: NewPerson, employer: Account | None, profile: Profile | None) -> NewAccount:
    reference = new.person or f"Practitioner/{new_id()}"
    if new.person and not founding.has(reference):
        raise unprocessable(sentence("There is no {reference} here.", reference=reference))
    home = founding.existing(employer.organization) if employer else founding.shelf(reference)
    if home is None:
        raise absent()
    hospital = employer.hospital if employer else 0
    post = rules.practitioner_role(new, reference, employer.organization if employer else "")
    if profile and new.person:
        profiles.revise(founding, new, post, profile, verified=new.verified)
    elif not new.person:
        person = with_licence(rules.person(new), profile) if profile else rules.person(new)
        founding.add(home, person, reference.partition("/")[2], hospital)
        if profile and profile.speciality:
            post = with_post(post, profile, active=new.verified)
        if profile or employer:
            founding.add(home, post, hospital=hospital)
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


def _console(door: Door, tx: Transaction, kind: Kind, content: dict[str, object]) -> None:
    tell(door, tx, kind, CONSOLE.account, CONSOLE.marks() | content)
