"""Doctors' profiles: what they say of themselves, and what becomes of their verification when they change it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from carefolio.base.database import Transaction
from carefolio.base.failures import Category, Failure, Issue, forbidden
from carefolio.consent.principal import Role
from carefolio.fhir.kinds import literal
from carefolio.identity import verifications
from carefolio.identity.accounts import Account
from carefolio.identity.profile import Profile, needs_new_check, profile_in, tidy, with_licence, with_post
from carefolio.identity.tokens import NEVER, principal_of
from carefolio.identity.verifications import VERIFIABLE, Outcome, Step
from carefolio.ledger.entry import Kind
from carefolio.notify.notices import NoticeKind
from carefolio.records.directory import directory_record, post_of
from carefolio.records.disclose import Moved
from carefolio.records.door import Door
from carefolio.records.founding import Founding
from carefolio.workflows.registration import rules
from carefolio.workflows.registration.rules import NewPerson, PersonRole
from carefolio.workflows.registration.telling import OPERATION, Actor, inform, settled, tell

Resource = dict[str, Any]

_PROFILED = frozenset({Role.DOCTOR, Role.PHARMACIST})


@dataclass(frozen=True, slots=True)
class Decided:
    """That somebody's licence holds or does not, and why."""

    verified: bool
    reason: str = ""


def profile_of(door: Door, account: Account) -> Profile:
    """What the directory says of a doctor; empty texts for what it does not say."""
    _, post = post_of(door.parts, account.person)
    person = account.person if account.person.startswith("Practitioner/") else ""
    return profile_in(directory_record(door.parts, person), post)


def change_profile(door: Door, account: Account, profile: Profile, *, name: str = "") -> bool:
    """A doctor says something else of themselves (``name``: their name too). Answers whether they have to be looked at
    again: another licence, name or hospital ends what was checked, and they wait in the queue.
    """
    wanted = tidy(profile)
    if name:
        rules.refuse_name(name)
    refuse_hospital(door, wanted)
    return settled(lambda: _change(door, account.number, wanted, " ".join(name.split())))


def refuse_hospital(door: Door, profile: Profile) -> None:
    """Raise when the profile names a hospital that is not here."""
    if profile.hospital and door.parts.accounts.of_hospital(door.parts.database, profile.hospital) is None:
        raise Failure(Category.MALFORMED, Issue("value", "There is no such hospital here; choose one.", "hospital"))


def revise(founding: Founding, person: NewPerson, post: Resource, profile: Profile, *, verified: bool) -> None:
    """Put the profile, and the name, into the records of somebody who is here already; ``post`` is what is made where
    there is no PractitionerRole yet.
    """
    practitioner = post["practitioner"]

    def of_person(old: Resource) -> Resource:
        name = rules.human_name(person.name)
        same = any(one.get("text") == name["text"] for one in old.get("name", []))
        return with_licence(old if same else old | {"name": [name]}, profile)

    founding.revise(practitioner["reference"], of_person)
    reference, _ = post_of(founding.parts, practitioner["reference"])
    if reference:
        founding.revise(
            reference, lambda old: with_post(old | {"practitioner": practitioner}, profile, active=verified)
        )
    else:
        founding.add(founding.shelf(practitioner["reference"]), with_post(post, profile, active=verified))


def decide(door: Door, account: Account, by: Actor, decided: Decided) -> None:
    """Put down a decision on the account as it was when it was looked at; raises Moved when it is not so any more. Who
    is verified joins the hospital that they named.
    """
    founding = Founding(door.parts, door.scribe, by.principal())
    reference, post = post_of(door.parts, account.person)
    if reference and account.role in VERIFIABLE:
        founding.revise(reference, lambda old: old | {"active": decided.verified})
    hospital = _joined(door, account, post) if decided.verified else None

    def work(tx: Transaction) -> None:
        by.check(door, tx)
        _refuse_moved(door, tx, account)
        founding.put(tx)
        door.parts.accounts.change(tx, account.number, verified=decided.verified)
        if hospital:
            door.parts.accounts.place(tx, account.number, hospital.organization, hospital.shelf, hospital.hospital)
        _note(door, tx, account, by, decided)
        if hospital:
            joined = {"account": account.number, "organization": hospital.organization}
            tell(door, tx, Kind.ACCOUNT_CHANGED, by.account, by.marks() | joined)

    door.parts.database.write_now(work)


def _joined(door: Door, account: Account, post: Resource) -> Account | None:
    """The hospital that the account joins when what it says holds; None where it works there already."""
    organization = literal(post.get("organization"))
    if organization == account.organization:
        return None
    return door.parts.accounts.of_hospital(door.parts.database, organization)


def _note(door: Door, tx: Transaction, account: Account, by: Actor, decided: Decided) -> None:
    if account.role in VERIFIABLE:
        negative = Outcome.WITHDRAWN if account.verified else Outcome.REFUSED
        outcome = Outcome.VERIFIED if decided.verified else negative
        verifications.note(tx, door.keyring, account.number, Step(tx.now, by.account, outcome, decided.reason))
        kind = NoticeKind.VERIFIED if decided.verified else NoticeKind.VERIFICATION_REFUSED
        inform(door, tx, account, kind, decided.reason)
    content = {"account": account.number, "verified": decided.verified}
    reason = {"reason": decided.reason} if decided.reason else {}
    tell(door, tx, Kind.VERIFICATION_CHANGED, by.account, by.marks() | content | reason)


@dataclass(frozen=True, slots=True)
class _Changed:
    """What changes with a profile: the account as it was, the new name or "", whether it has to be looked at again."""

    account: Account
    profile: Profile
    name: str
    checked_again: bool

    @property
    def leaves(self) -> bool:
        """Whether they work for their hospital no more."""
        return self.account.organization not in ("", self.profile.hospital)


def _change(door: Door, number: int, profile: Profile, name: str) -> bool:
    account = door.parts.accounts.of_number(door.parts.database, number)
    if account is None or account.suspended or account.role not in _PROFILED:
        raise forbidden("Only a doctor has a profile.")
    renamed = bool(name) and name != account.name
    checked_again = renamed or needs_new_check(profile_of(door, account), profile)
    changed = _Changed(account, profile, name if renamed else "", checked_again)
    founding = _planned(door, changed)
    own = founding.shelf(account.person).number if changed.leaves else 0

    def work(tx: Transaction) -> None:
        _refuse_moved(door, tx, account)
        founding.put(tx)
        if changed.leaves:
            door.parts.accounts.place(tx, number, "", own, 0)
        _settle(door, tx, changed)

    door.parts.database.write_now(work)
    return checked_again


def _planned(door: Door, changed: _Changed) -> Founding:
    """The records' new versions, written by the doctor themselves."""
    account = changed.account
    principal = replace(principal_of(account, scope="", expires=NEVER, operator=False, token=b""), purpose=OPERATION)
    founding = Founding(door.parts, door.scribe, principal)
    person = NewPerson(PersonRole(account.role), changed.name or account.name, account.email or "")
    post = rules.practitioner_role(person, account.person, "")
    verified = account.verified and not changed.checked_again
    revise(founding, person, post, changed.profile, verified=verified)
    return founding


def _settle(door: Door, tx: Transaction, changed: _Changed) -> None:
    """The account's part of the change, with its entries."""
    number = changed.account.number
    if changed.name:
        door.parts.accounts.rename(tx, number, changed.name)
    door.parts.accounts.change(tx, number, verified=False if changed.checked_again else None)
    marks = {"self": True, "account": number}
    left = {"organization": ""} if changed.leaves else {}
    tell(door, tx, Kind.ACCOUNT_CHANGED, number, marks | {"check": changed.checked_again} | left)
    if changed.checked_again:
        verifications.ask(tx, door.keyring, number)
        if changed.account.verified:
            tell(door, tx, Kind.VERIFICATION_CHANGED, number, marks | {"verified": False})


def _refuse_moved(door: Door, tx: Transaction, account: Account) -> None:
    now = door.parts.accounts.of_number(tx, account.number)
    if now is None or now.version != account.version:
        raise Moved
