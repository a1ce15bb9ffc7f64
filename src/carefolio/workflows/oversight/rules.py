"""Oversight's pure part: what an emergency access is, what was read under it, and what may be said of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from carefolio.base.failures import malformed
from carefolio.base.sentences import sentence
from carefolio.consent.principal import Role
from carefolio.ledger.entry import DISCLOSURES, Entry, Kind

REVIEWERS = (Role.AUDITOR, Role.ADMIN)
"""Who may look at emergency access, the ledger and the platform's health; a role that is not named here may not."""
LONGEST_TEXT = 1_000
OPERATION = "HOPERAT"
"""The purpose of use of what runs the platform, a code of v3-ActReason."""


class Wrong(StrEnum):
    """What a patient says is wrong: the first three of somebody who looked, the next three of a record."""

    STRANGER = "stranger"
    NO_REASON = "no-reason"
    TOO_MUCH = "too-much"
    NOT_ME = "not-me"
    NOT_TRUE = "not-true"
    MISSING = "missing"
    OTHER = "other"


OF_LOOKS = (Wrong.STRANGER, Wrong.NO_REASON, Wrong.TOO_MUCH, Wrong.OTHER)
OF_RECORDS = (Wrong.NOT_ME, Wrong.NOT_TRUE, Wrong.MISSING, Wrong.OTHER)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a patient says: what is wrong, and in their own words if they like."""

    what: Wrong
    text: str = ""


class Outcome(StrEnum):
    """What somebody says who has looked at an emergency access."""

    JUSTIFIED = "justified"
    QUESTIONED = "questioned"
    ABUSE = "abuse"


@dataclass(frozen=True, slots=True)
class Review:
    """What was said of the emergency access in entry ``seen``: when (µs UTC), by which account, and why.

    ``chart`` is the owner number of the chart that was opened, ``doctor`` the account that opened it.
    """

    seen: int
    chart: int
    doctor: int
    time: int
    by: int
    outcome: Outcome
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said; ``suspend`` shuts the doctor out at once, which takes an abuse."""

    outcome: Outcome
    text: str = ""
    suspend: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    """One emergency access, by the ledger's entry ``seq``: who opened whose chart, when, why and until when (µs UTC).

    ``read`` counts the records that left under it, by their type. ``review`` is None while nobody has looked.
    """

    seq: int
    time: int
    until: int
    patient: str
    doctor: int
    person: str
    name: str
    organization: str
    reason: str
    text: str
    read: Mapping[str, int]
    review: Review | None


@dataclass(frozen=True, slots=True)
class Report:
    """What a patient said is wrong, by the ledger's entry ``seq``: when (µs UTC), in whose chart.

    ``look`` is the number of the entry that seems wrong, 0 where it is a record. Of a record nothing is told but who
    was told of it: ``doctor``, ``staff`` or ``admin``, and of which ``hospital``. ``seen`` in µs, 0 while nobody
    looked, ``by`` whom.
    """

    seq: int
    time: int
    patient: str
    look: int
    what: Wrong
    text: str
    told: str = ""
    hospital: str = ""
    seen: int = 0
    by: int = 0


def refuse_complaint(complaint: Complaint, *, of_look: bool) -> None:
    """Raise what is wrong with a complaint."""
    if complaint.what not in (OF_LOOKS if of_look else OF_RECORDS):
        raise malformed("Say what is wrong.", "what")
    if len(complaint.text) > LONGEST_TEXT:
        raise malformed(sentence("Write {most} letters at the most.", most=LONGEST_TEXT), "text")


def refuse_verdict(verdict: Verdict) -> None:
    """Raise what is wrong with a verdict."""
    if verdict.outcome is not Outcome.JUSTIFIED and not verdict.text.strip():
        raise malformed("Write down why, for the patient and for the doctor.", "text")
    if len(verdict.text) > LONGEST_TEXT:
        raise malformed(sentence("Write {most} letters at the most.", most=LONGEST_TEXT), "text")
    if verdict.suspend and verdict.outcome is not Outcome.ABUSE:
        raise malformed("A doctor is shut out at once after an abuse only.", "suspend")


def read_under(doctor: int, opened: tuple[int, int], entries: Iterable[Entry]) -> Mapping[str, int]:
    """How many records of each type left under a doctor's emergency access between two moments (µs UTC)."""
    since, until = opened
    named = {
        "/".join(reference.split("/")[:2])
        for entry in entries
        if entry.kind in DISCLOSURES and entry.actor == doctor and since <= entry.time <= until
        if "break-glass" in entry.content.get("rules", ())
        for reference in entry.content.get("records", ())
    }
    return dict(sorted(Counter(reference.partition("/")[0] for reference in named).items()))


def review_in(entry: Entry) -> Review:
    """The review that an entry of the ledger tells of; raises ValueError for an entry of another kind."""
    if entry.kind is not Kind.BREAK_GLASS_REVIEWED:
        raise ValueError("the entry is no review")
    content = entry.content
    return Review(
        seen=content["seen"],
        chart=content["chart"],
        doctor=content["doctor"],
        time=entry.time,
        by=entry.actor,
        outcome=Outcome(content["outcome"]),
        text=content.get("text", ""),
    )
