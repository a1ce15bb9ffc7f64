"""What an admin sees of a person: their particulars as lines, their state as tags, earlier decisions as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from carefolio.identity.accounts import Account
from carefolio.identity.verifications import VERIFIABLE, Outcome
from carefolio.portal.oversight.labels import DECISIONS, called, colleague_called, organization_called, role_of
from carefolio.portal.visitor import Visitor
from carefolio.workflows.registration.admission import Listed, Waiting

Tag = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody in the queue; ``since`` in µs UTC, ``refusals`` counts decisions against them."""

    number: int
    name: str
    role: str
    speciality: str
    qualification: str
    licence: str
    authority: str
    hospital: str
    place: str
    since: int
    refusals: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the list of people."""

    number: int
    name: str
    email: str
    role: str
    tags: tuple[Tag, ...]
    last_sign_in: int


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the summary list."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Past:
    """Something that happened: when (µs UTC), what, by whom, why."""

    time: int
    words: str
    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class Whole:
    """All of one person; ``seen`` goes back with a decision."""

    number: int
    name: str
    role: str
    tags: tuple[Tag, ...]
    facts: tuple[Fact, ...]
    since: int
    past: tuple[Past, ...]
    seen: int
    is_verifiable: bool
    is_verified: bool
    is_suspended: bool
    is_waiting: bool


def row(visitor: Visitor, waiting: Waiting) -> Row:
    """A line of the queue."""
    account, profile = waiting.account, waiting.profile
    return Row(
        number=account.number,
        name=called(account),
        role=role_of(account),
        speciality=profile.speciality_name,
        qualification=profile.qualification,
        licence=profile.licence,
        authority=profile.authority,
        hospital=organization_called(visitor, profile.hospital or account.organization),
        place=profile.place,
        since=waiting.since,
        refusals=sum(step.outcome in (Outcome.REFUSED, Outcome.WITHDRAWN) for step in waiting.steps),
    )


def person(listed: Listed, *, searched: bool) -> Person:
    """A line of the list; a patient's e-mail stands there only where it was looked for."""
    account = listed.account
    is_shown = searched or called(account) == account.name
    return Person(
        number=account.number,
        name=called(account),
        email=account.email or "" if is_shown else "",
        role=role_of(account),
        tags=tuple(_tags(account)),
        last_sign_in=listed.last_sign_in,
    )


def whole(visitor: Visitor, found: Waiting) -> Whole:
    """All that stands on one person's page."""
    account = found.account
    newest = found.steps[-1].outcome if found.steps else Outcome.ASKED
    is_verifiable = account.role in VERIFIABLE
    return Whole(
        number=account.number,
        name=called(account),
        role=role_of(account),
        tags=tuple(_tags(account)),
        facts=tuple(_facts(visitor, found)),
        since=found.since,
        past=tuple(
            Past(step.time, str(DECISIONS[step.outcome]), colleague_called(visitor, step.actor), step.reason)
            for step in reversed(found.steps)
        ),
        seen=found.seen,
        is_verifiable=is_verifiable,
        is_verified=account.verified,
        is_suspended=account.suspended,
        is_waiting=is_verifiable and not account.verified and newest is Outcome.ASKED,
    )


def is_in(state: str, account: Account, waiting: set[int]) -> bool:
    """Whether an account is in a state that people are found by."""
    if state == "suspended":
        return account.suspended
    if state == "verified":
        return account.verified and account.role in VERIFIABLE and not account.suspended
    return account.number in waiting


def _tags(account: Account) -> Iterator[Tag]:
    if account.suspended:
        yield "suspended", _("Shut out")
    if account.role in VERIFIABLE:
        yield ("verified", _("Verified")) if account.verified else ("unverified", _("Not verified"))


def _facts(visitor: Visitor, found: Waiting) -> Iterator[Fact]:
    """Of a patient, not even the e-mail: whoever counts through the numbers must not learn who is one."""
    account, profile = found.account, found.profile
    if called(account) == account.name:
        yield Fact(_("E-mail"), account.email or "")
    if account.role not in VERIFIABLE:
        return
    yield Fact(_("Licence number"), profile.licence)
    yield Fact(_("Issued by"), profile.authority)
    yield Fact(_("Speciality"), profile.speciality_name)
    yield Fact(_("Qualification"), profile.qualification)
    wanted, present = profile.hospital, account.organization
    yield Fact(_("Hospital"), organization_called(visitor, wanted or present))
    yield Fact(_("Place"), profile.place)
