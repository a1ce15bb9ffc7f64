"""A patient says that a look or a record is wrong; who can do something about it is told, and somebody looks into it.

What was said stands in the chart's trail, under the patient's key. Of a record the auditor reads that something is
wrong, and whom we told: never which record, and nothing of what the patient wrote.
"""

from __future__ import annotations

from typing import Any

from carefolio.base.database import Transaction
from carefolio.base.failures import absent
from carefolio.identity.accounts import Account
from carefolio.identity.acting import acting
from carefolio.ledger.entry import Entry, Kind
from carefolio.ledger.reading import NEWEST, entry_at, report_entries, reports_in
from carefolio.records.door import Door
from carefolio.records.entries import Caller, Subject
from carefolio.records.read import Found
from carefolio.records.trail import Step
from carefolio.workflows.oversight import rules
from carefolio.workflows.oversight.actions import COUNT, caller_of, tell_of_looking
from carefolio.workflows.oversight.rules import REVIEWERS, Complaint, Report, Wrong

_TOLD = "SELECT told FROM review WHERE seen = ?"
_NOTE = "INSERT INTO review (seen, told) VALUES (?, ?)"


def refuse_foreign(caller: Caller, owner: int) -> None:
    """Nobody says in a patient's name that something is wrong: raises absent for another chart's step or record."""
    if owner != caller.principal.chart:
        raise absent()


def report_look(door: Door, caller: Caller, step: Step, complaint: Complaint) -> None:
    """A patient says of a step of their trail, which the door has just shown them, that it was wrong. The same said
    again, while nobody has looked into it, changes nothing.
    """
    refuse_foreign(caller, step.entry.owner)
    rules.refuse_complaint(complaint, of_look=True)
    owner = step.entry.owner
    said = _said(complaint) | {"look": step.seq}
    named = [f"AuditEvent/{step.seq}"]
    entry = door.scribe.disclosed(caller, Kind.WRONG_REPORTED, Subject(owner, named), **said)

    def work(tx: Transaction) -> None:
        if _waiting(door, tx, owner, named) is None:
            door.parts.log.append(tx, [entry])
            door.announcer.look_reported(tx, owner, said)

    door.parts.database.write_now(work)


def report_record(door: Door, caller: Caller, found: Found, complaint: Complaint) -> str:
    """A patient says of a record, which the door has just shown them, that it is wrong. The same said again, while
    nobody has looked into it, changes nothing. Answers who was told: ``doctor``, ``staff`` or ``admin``.
    """
    refuse_foreign(caller, found.row.owner)
    rules.refuse_complaint(complaint, of_look=False)
    owner, named = found.row.owner, [found.row.reference]

    def work(tx: Transaction) -> str:
        waiting = _waiting(door, tx, owner, named)
        if waiting is not None:
            return str(waiting.content["told"])
        said = _said(complaint)
        to, hospital = door.announcer.record_reported(tx, found.row, said | {"record": found.row.reference})
        more = said | {"told": to, "hospital": hospital}
        entry = door.scribe.disclosed(caller, Kind.WRONG_REPORTED, Subject(owner, named), **more)
        door.parts.log.append(tx, [entry])
        return to

    return door.parts.database.write_now(work)


def list_reports(door: Door, by: Account, before: int = NEWEST, count: int = COUNT) -> tuple[list[Report], int]:
    """Up to ``count`` reports with numbers below ``before``, the newest first, and the number before which the list
    goes on, 0 where it ends.
    """
    acting(door.parts.accounts, door.parts.database, by.number, *REVIEWERS)
    door.parts.log.settle(door.parts.database)
    found = report_entries(door.parts.database, door.keyring, before, count)
    tell_of_looking(door, by, found.entries)
    return [_report(door, seq, entry) for seq, entry in found.entries], found.before


def look(door: Door, by: Account, seq: int) -> tuple[Report, Step | None]:
    """One report, and the step that it is about; raises absent for an entry that is none."""
    acting(door.parts.accounts, door.parts.database, by.number, *REVIEWERS)
    entry = _opened(door, seq)
    report = _report(door, seq, entry)
    about = [(report.look, entry_at(door.parts.database, door.keyring, report.look))] if report.look else []
    tell_of_looking(door, by, [(seq, entry), *about])
    steps = [Step(number, one, _name(door, one.actor)) for number, one in about]
    return report, steps[0] if steps else None


def mark(door: Door, by: Account, seq: int) -> None:
    """Somebody has looked into it; the patient is told, once."""
    entry = _opened(door, seq)

    def work(tx: Transaction) -> None:
        reviewer = acting(door.parts.accounts, tx, by.number, *REVIEWERS)
        if tx.one(_TOLD, (seq,)) is not None:
            return
        subject = Subject(entry.owner, [f"AuditEvent/{seq}"])
        told = door.scribe.disclosed(caller_of(reviewer), Kind.REPORT_SEEN, subject, seen=seq)
        tx.execute(_NOTE, (seq, door.parts.log.append_numbered(tx, [told])))
        door.announcer.report_seen(tx, entry.actor, entry.owner)

    door.parts.database.write_now(work)


def _said(complaint: Complaint) -> dict[str, Any]:
    return {"what": complaint.what.value, "text": complaint.text.strip()}


def _waiting(door: Door, tx: Transaction, owner: int, named: list[str]) -> Entry | None:
    """What was said of the same before, if nobody has looked into it yet."""
    door.parts.log.head(tx)  # places what waits: a report that was sent a moment ago is found
    before = reports_in(tx, door.keyring, owner)
    same = (entry for seq, entry in before if entry.content["records"] == named and tx.one(_TOLD, (seq,)) is None)
    return next(same, None)


def _opened(door: Door, seq: int) -> Entry:
    entry = entry_at(door.parts.database, door.keyring, seq)
    if entry.kind is not Kind.WRONG_REPORTED:
        raise absent()
    return entry


def _name(door: Door, number: int) -> str:
    account = door.parts.accounts.of_number(door.parts.database, number)
    return account.name if account else ""


def _report(door: Door, seq: int, entry: Entry) -> Report:
    content = entry.content
    row = door.parts.database.one(_TOLD, (seq,))
    seen = entry_at(door.parts.database, door.keyring, row[0]) if row else None
    number = int(content.get("look", 0))
    return Report(
        seq=seq,
        time=entry.time,
        patient=content["who"],
        look=number,
        what=Wrong(content["what"]),
        text=content["text"] if number else "",
        told=content.get("told", ""),
        hospital=content.get("hospital", ""),
        seen=seen.time if seen else 0,
        by=seen.actor if seen else 0,
    )
