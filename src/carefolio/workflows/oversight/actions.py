"""Oversight's actions: see every emergency access, and say of each one whether it was right.

Seeing one is itself told in the trail of the chart that was opened, before anything is handed over; so is what is said
of it, with its reason. The platform's own trail says that it was looked at, and no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from carefolio.base.database import Transaction
from carefolio.base.failures import absent, conflict
from carefolio.base.ids import new_id
from carefolio.base.keys import PLATFORM
from carefolio.identity.accounts import Account
from carefolio.identity.acting import acting
from carefolio.identity.tokens import NEVER, principal_of
from carefolio.ledger.entry import Entry, Kind, SealedEntry
from carefolio.ledger.reading import NEWEST, break_glass_entries, entries_of, entry_at
from carefolio.records.door import Door
from carefolio.records.entries import Caller, Subject
from carefolio.records.suspension import Suspension, set_suspended
from carefolio.workflows.oversight import rules
from carefolio.workflows.oversight.rules import REVIEWERS, Access, Review, Verdict

COUNT = 50
_CHUNK = 200
_TOLD = "SELECT told FROM review WHERE seen = ?"
_NOTE = "INSERT INTO review (seen, told) VALUES (?, ?)"
# The first entry of the chart after the access has ended: what was read under it stands before that one.
_AFTER = "SELECT seq FROM entry WHERE owner = ? AND seq > ? AND time > ? ORDER BY seq LIMIT 1"


def list_accesses(door: Door, by: Account, before: int = NEWEST, count: int = COUNT) -> tuple[list[Access], int]:
    """Up to ``count`` emergency accesses with numbers below ``before``, the newest first, and the number before which
    the list goes on, 0 where it ends.
    """
    acting(door.parts.accounts, door.parts.database, by.number, *REVIEWERS)
    door.parts.log.settle(door.parts.database)
    found = break_glass_entries(door.parts.database, door.keyring, before, count)
    tell_of_looking(door, by, found.entries)
    return [_access(door, seq, entry) for seq, entry in found.entries], found.before


def look(door: Door, by: Account, seq: int) -> Access:
    """One emergency access; raises absent for an entry that is none."""
    acting(door.parts.accounts, door.parts.database, by.number, *REVIEWERS)
    entry = _opened(door, seq)
    tell_of_looking(door, by, [(seq, entry)])
    return _access(door, seq, entry)


def review(door: Door, by: Account, seq: int, verdict: Verdict) -> Review:
    """Say of an emergency access whether it was right; the patient and the doctor are told with the same commit. The
    same said again changes nothing.

    Raises:
        Failure: somebody has said something else of it (CONFLICT); there is no such access (ABSENT).
    """
    rules.refuse_verdict(verdict)
    entry = _opened(door, seq)

    def work(tx: Transaction) -> Review | int:
        reviewer = acting(door.parts.accounts, tx, by.number, *REVIEWERS)
        row = tx.one(_TOLD, (seq,))
        if row is not None:
            return int(row[0])
        in_chart, in_platform = _reviewed(door, reviewer, seq, entry, verdict)
        first = door.parts.log.append_numbered(tx, [in_chart, in_platform])
        tx.execute(_NOTE, (seq, first))
        if verdict.suspend:
            _shut_out(door, tx, reviewer, entry.actor, verdict.text)
        made = Review(seq, entry.owner, entry.actor, in_chart.time, reviewer.number, verdict.outcome, verdict.text)
        said = {"outcome": verdict.outcome.value, "text": verdict.text}
        door.announcer.reviewed(tx, entry.owner, entry.actor, said)
        return made

    made = door.parts.database.write_now(work)
    if isinstance(made, Review):
        return made
    before = _said(door, made)
    if (before.outcome, before.text) != (verdict.outcome, verdict.text):
        raise conflict("Somebody has reviewed this already; look at what they said.")
    return before


def _said(door: Door, told: int) -> Review:
    return rules.review_in(entry_at(door.parts.database, door.keyring, told))


def _opened(door: Door, seq: int) -> Entry:
    entry = entry_at(door.parts.database, door.keyring, seq)
    if entry.kind is not Kind.BREAK_GLASS:
        raise absent()
    return entry


def caller_of(by: Account) -> Caller:
    """Somebody who acts for the platform, as the ledger names them."""
    principal = principal_of(by, scope="", expires=NEVER, operator=False, token=b"")
    return Caller("", replace(principal, purpose=rules.OPERATION), 0, new_id(), {})


def tell_of_looking(door: Door, by: Account, found: list[tuple[int, Entry]]) -> None:
    """Write into each chart's trail that somebody looked; nothing is handed over before that is durable."""
    caller = caller_of(by)
    seen: dict[int, list[str]] = {}
    for seq, entry in found:
        seen.setdefault(entry.owner, []).append(f"AuditEvent/{seq}")
    entries = [
        door.scribe.disclosed(caller, Kind.DISCLOSED_AUDIT, Subject(owner, records)) for owner, records in seen.items()
    ]

    def work(tx: Transaction) -> None:
        acting(door.parts.accounts, tx, by.number, *REVIEWERS)
        door.parts.log.append(tx, entries)

    door.parts.database.write_now(work)


def _reviewed(
    door: Door, reviewer: Account, seq: int, entry: Entry, verdict: Verdict
) -> tuple[SealedEntry, SealedEntry]:
    """The entry in the chart's trail, and the one in the platform's, which says nothing of why."""
    caller, kind = caller_of(reviewer), Kind.BREAK_GLASS_REVIEWED
    said = {"seen": seq, "chart": entry.owner, "doctor": entry.actor, "outcome": verdict.outcome.value}
    named = [f"AuditEvent/{seq}"]
    in_chart = door.scribe.disclosed(caller, kind, Subject(entry.owner, named), **said, text=verdict.text)
    return in_chart, door.scribe.disclosed(caller, kind, Subject(PLATFORM, named), **said)


def _shut_out(door: Door, tx: Transaction, by: Account, number: int, reason: str) -> None:
    doctor = door.parts.accounts.of_number(tx, number)
    if doctor is None or doctor.suspended:
        return
    set_suspended(door, tx, doctor, Suspension(by.number, {"by": by.number}, reason))


def _access(door: Door, seq: int, entry: Entry) -> Access:
    content = entry.content
    doctor = door.parts.accounts.of_number(door.parts.database, entry.actor)
    row = door.parts.database.one(_TOLD, (seq,))
    until = int(content["until"])
    return Access(
        seq=seq,
        time=entry.time,
        until=until,
        patient=content["records"][0],
        doctor=entry.actor,
        person=content["who"],
        name=doctor.name if doctor else "",
        organization=content.get("organization", ""),
        reason=content["reason"]["code"],
        text=content["reason"]["text"],
        read=rules.read_under(entry.actor, (entry.time, until), _while_open(door, seq, entry.owner, until)),
        review=_said(door, row[0]) if row else None,
    )


def _while_open(door: Door, seq: int, owner: int, until: int) -> Iterator[Entry]:
    """The chart's entries between the access and its end."""
    door.parts.log.settle(door.parts.database)
    row = door.parts.database.one(_AFTER, (owner, seq, until))
    before = row[0] if row else NEWEST
    while before:
        page = entries_of(door.parts.database, door.keyring, owner, before, _CHUNK)
        for number, entry in page.entries:
            if number <= seq:
                return
            yield entry
        before = page.before
