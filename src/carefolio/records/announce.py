"""Announce what was done to those whom it concerns, in the transaction that does it: nothing of it is lost between.

| what happens | who is told |
|---|---|
| a doctor asks, asks otherwise, takes it back | the patient |
| the patient answers, changes, withdraws | the doctor who asked, and doctors whom the contract names |
| a doctor ends a contract | the patient, and other doctors whom it named |
| a contract ends soon, or has ended, by itself | both sides |
| a doctor opens a chart in an emergency | the patient and every auditor |
| somebody reads under a contract for the first time | the patient |
| a patient says that a look was wrong | every auditor |
| a patient says that a record is wrong | the doctor who wrote it, else the hospital's staff, else every admin |
| somebody looked at what a patient said is wrong | the patient |
| a workflow writes something (a visit is booked, a prescription sent) | whom the workflow names, at once or later |

Nobody is told what they did themselves, and nobody else is told anything. The patient's name is in what a doctor is
told only where a contract served them, or where they had it for the patient's code.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from carefolio.base import clock
from carefolio.base.database import Transaction
from carefolio.consent.contract import Contract, compile_contract
from carefolio.consent.principal import Principal, Role
from carefolio.fhir.dates import LATEST
from carefolio.identity.accounts import Account, Accounts
from carefolio.ledger.entry import Kind
from carefolio.notify.notices import NewNotice, NoticeKind
from carefolio.notify.notifier import Notifier
from carefolio.records.mandates import Under
from carefolio.store import owners
from carefolio.store.rows import Row

Resource = dict[str, Any]
Named = dict[str, Any]

SOON = 3 * clock.DAY
"""So long before a contract ends by itself both sides are told."""
_MOST_TOLD = 100
"""Of a contract that names more people, the first so many are told."""
_TREATING = frozenset({Role.DOCTOR.value, Role.PHARMACIST.value})
_SERVED = frozenset(
    {NoticeKind.GRANTED, NoticeKind.CHANGED, NoticeKind.WITHDRAWN, NoticeKind.ENDED}
    | {NoticeKind.EXPIRING, NoticeKind.EXPIRED}
)
_ASKED = "SELECT 1 FROM inquiry WHERE owner = ? AND account = ?"
_PROPOSED, _ACTIVE = "proposed", "active"
_ENDS = (
    "INSERT INTO contract_end (rid, owner, ends, warned)"
    " SELECT rid, owner, ?, ? FROM record WHERE id = ? AND type = 'Consent'"
    " ON CONFLICT (rid) DO UPDATE SET owner = excluded.owner, ends = excluded.ends, warned = excluded.warned"
)
_NO_END = "DELETE FROM contract_end WHERE rid = (SELECT rid FROM record WHERE id = ? AND type = 'Consent')"


@dataclass(frozen=True, slots=True)
class Turn:
    """One step of a contract: what the ledger calls it, who took it, the version that it made, and both contents
    (empty for what is not there); ``had_force`` and ``has_force``: whether either counts as a contract at all.
    """

    event: Kind
    by: Principal
    row: Row
    before: Resource
    after: Resource
    had_force: bool
    has_force: bool

    @property
    def was(self) -> str:
        """The status before, as far as it counted."""
        return str(self.before.get("status", "")) if self.had_force else ""

    @property
    def now(self) -> str:
        """The status from now on."""
        return str(self.after.get("status", "")) if self.has_force else ""


class Announcer:
    """Finds out whom something concerns, and tells them."""

    def __init__(self, accounts: Accounts, notifier: Notifier) -> None:
        self._accounts = accounts
        self._notifier = notifier

    def contract(self, tx: Transaction, turn: Turn) -> None:
        """Tell of a step of a contract, and note when it ends by itself."""
        note_end(tx, turn.row.id, turn.after if turn.now == _ACTIVE else {})
        asker = self._accounts.of_number(tx, turn.row.author)
        patient = self._accounts.of_chart(tx, turn.row.owner)
        by = self._accounts.of_number(tx, turn.by.account)
        about = {"consent": f"Consent/{turn.row.id}"}
        for account, kind in self._concerned(tx, turn, patient, asker):
            if account.number != turn.by.account:
                doctor = by if account is patient else None
                self._tell(tx, account, kind, self._about(tx, turn.row.owner, about, doctor), turn.row.owner)

    def told(self, tx: Transaction, under: Under, chart: int) -> None:
        """Tell what a workflow wants told of what it wrote, now or later, and forget what is not so any more."""
        for mark in under.forget:
            self._notifier.reminders.forget(tx, mark)
        for telling in under.tell:
            for account in self._of_party(tx, telling.to):
                notice = NewNotice(account.number, telling.kind, dict(telling.about), chart)
                if telling.due:
                    self._notifier.reminders.put(tx, notice, telling.due, telling.mark)
                else:
                    self._notifier.put(tx, notice, account.email)

    def _of_party(self, tx: Transaction, to: str) -> list[Account]:
        """The person with this reference, or the pharmacists of this organisation whose licence was looked at; nobody
        who is shut out.
        """
        if to.startswith("Organization/"):
            return [one for one in self._open(tx, Role.PHARMACIST) if one.verified and one.organization == to]
        account = self._accounts.of_person(tx, to)
        return [account] if account is not None and not account.suspended else []

    def ending(self, tx: Transaction, kind: NoticeKind, row: Row, consent: Resource, ends: int) -> None:
        """Tell both sides of a contract whose time ends, or has ended, by itself."""
        asker = self._accounts.of_number(tx, row.author)
        doctors = list(self._served(tx, compile_contract(consent, ""), asker).values())
        patient = self._accounts.of_chart(tx, row.owner)
        about = {"consent": f"Consent/{row.id}", "ends": ends}
        for account in [*([patient] if patient else []), *doctors]:
            doctor = next(iter(doctors), None) if account is patient else None
            self._tell(tx, account, kind, self._about(tx, row.owner, about, doctor), row.owner)

    def emergency(self, tx: Transaction, by: Principal, chart: int, why: dict[str, Any]) -> None:
        """Tell the patient and every auditor (every admin where there is none) that a chart was opened; ``why`` holds
        ``reason`` and ``until``.
        """
        doctor = self._accounts.of_number(tx, by.account)
        about = self._about(tx, chart, why, doctor)
        patient = self._accounts.of_chart(tx, chart)
        if patient is not None:
            self._tell(tx, patient, NoticeKind.BREAK_GLASS, about, chart)
        for reviewer in self._reviewers(tx):
            self._tell(tx, reviewer, NoticeKind.BREAK_GLASS_REVIEW, about, chart)

    def reviewed(self, tx: Transaction, chart: int, doctor: int, said: dict[str, Any]) -> None:
        """Tell the patient and the doctor what an auditor said of an emergency; ``said``: ``outcome`` and ``text``."""
        opener = self._accounts.of_number(tx, doctor)
        about = self._about(tx, chart, said, opener)
        for account in (self._accounts.of_chart(tx, chart), opener):
            if account is not None:
                self._tell(tx, account, NoticeKind.BREAK_GLASS_REVIEWED, about, chart)

    def first_access(self, tx: Transaction, by: Principal, chart: int) -> None:
        """Tell the patient that somebody has now read in their chart for the first time."""
        patient = self._accounts.of_chart(tx, chart)
        if patient is not None and patient.number != by.account:
            about = self._about(tx, chart, {}, self._accounts.of_number(tx, by.account))
            self._tell(tx, patient, NoticeKind.FIRST_ACCESS, about, chart)

    def look_reported(self, tx: Transaction, chart: int, said: dict[str, Any]) -> None:
        """Tell every auditor (every admin where there is none) what a patient says of somebody who looked."""
        for reviewer in self._reviewers(tx):
            self._tell(tx, reviewer, NoticeKind.LOOK_REPORTED, self._about(tx, chart, said, None), chart)

    def record_reported(self, tx: Transaction, row: Row, said: dict[str, Any]) -> tuple[str, str]:
        """Tell who can put a record right what the patient says of it. An admin is told of the hospital alone, and sees
        nothing of the record. Answers who that is (``doctor``, ``staff``, ``admin``), and the hospital as
        ``Organization/id``.
        """
        to, concerned = self._responsible(tx, row)
        hospital = self._hospital(tx, row.hospital)
        place = {"reference": hospital.organization, "name": hospital.name} if hospital else {}
        passed_on = to == Role.ADMIN.value
        kind = NoticeKind.RECORD_OF_NOBODY if passed_on else NoticeKind.RECORD_REPORTED
        about = {"hospital": place} if passed_on else said
        for account in concerned:
            self._tell(tx, account, kind, self._about(tx, row.owner, about, None), row.owner)
        return to, place.get("reference", "")

    def report_seen(self, tx: Transaction, account: int, chart: int) -> None:
        """Tell who said that something is wrong that somebody looked at it."""
        reporter = self._accounts.of_number(tx, account)
        if reporter is not None:
            self._tell(tx, reporter, NoticeKind.REPORT_SEEN, self._about(tx, chart, {}, None), chart)

    def _reviewers(self, tx: Transaction) -> list[Account]:
        auditors = self._open(tx, Role.AUDITOR)
        return auditors or self._open(tx, Role.ADMIN)

    def _responsible(self, tx: Transaction, row: Row) -> tuple[str, list[Account]]:
        """Who can put a record right."""
        author, hospital = self._accounts.of_number(tx, row.author), self._hospital(tx, row.hospital)
        if author is not None and author.role == Role.DOCTOR and not author.suspended:
            return Role.DOCTOR.value, [author]
        place = hospital.organization if hospital else ""
        staff = [one for one in self._open(tx, Role.STAFF) if place and one.organization == place]
        return (Role.STAFF.value, staff) if staff else (Role.ADMIN.value, self._open(tx, Role.ADMIN))

    def _open(self, tx: Transaction, role: Role) -> list[Account]:
        """Everybody of a role who is not shut out."""
        return [one for one in self._accounts.of_role(tx, role.value) if not one.suspended]

    def _hospital(self, tx: Transaction, number: int) -> Account | None:
        """The hospital's systems whose shelf has this number."""
        systems = self._accounts.of_role(tx, Role.HOSPITAL.value) if number else ()
        return next((one for one in systems if one.hospital == number), None)

    def _concerned(
        self, tx: Transaction, turn: Turn, patient: Account | None, asker: Account | None
    ) -> Iterator[tuple[Account, NoticeKind]]:
        """Who is told of this step, and what; each once."""
        of_request = _OF_REQUEST.get((turn.event, turn.was))
        if of_request is not None:
            if patient is not None:
                yield patient, of_request
            return
        if turn.event is Kind.CONTRACT_ENDED and patient is not None:
            yield patient, NoticeKind.ENDED
        was = self._served_by(tx, turn.before, turn.was, asker)
        now = self._served_by(tx, turn.after, turn.now, asker)
        lost = NoticeKind.ENDED if turn.event is Kind.CONTRACT_ENDED else NoticeKind.WITHDRAWN
        if turn.event in _CHANGING:
            yield from (
                (one, NoticeKind.CHANGED if number in was else NoticeKind.GRANTED) for number, one in now.items()
            )
            yield from ((one, lost) for number, one in was.items() if number not in now)
        if turn.was == _PROPOSED and asker is not None and asker.number not in now and asker.role in _TREATING:
            yield asker, NoticeKind.REFUSED

    def _served_by(self, tx: Transaction, consent: Resource, status: str, asker: Account | None) -> dict[int, Account]:
        return self._served(tx, compile_contract(consent, ""), asker) if status == _ACTIVE else {}

    def _served(self, tx: Transaction, contract: Contract, asker: Account | None) -> dict[int, Account]:
        """The doctors and pharmacists to whom the contract permits something by their own name, and the one who asked
        if it does so by their hospital's, by account number.
        """
        persons = sorted({name for grant in contract.grants for who in grant.who for name in who.persons})
        found = [self._accounts.of_person(tx, person) for person in persons[:_MOST_TOLD]]
        candidates = [asker, *found]
        return {one.number: one for one in candidates if one and one.role in _TREATING and _serves(contract, one)}

    def _about(self, tx: Transaction, chart: int, more: dict[str, Any], doctor: Account | None) -> dict[str, Any]:
        owner = owners.of_number(tx, chart)
        about: dict[str, Any] = {"patient": {"reference": owner.ref if owner else ""}} | more
        return about if doctor is None else about | {"doctor": self._doctor(tx, doctor)}

    def _doctor(self, tx: Transaction, account: Account) -> Named:
        """A person with the organisation they work for, or the organisation whose systems it was."""
        organization: Named = {}
        if account.organization:
            employer = self._accounts.of_hospital(tx, account.organization)
            organization = {"reference": account.organization, "name": employer.name if employer else ""}
        named: Named = {"reference": account.person or account.organization, "name": account.name}
        return named | ({"organization": organization} if organization else {})

    def _tell(self, tx: Transaction, to: Account, kind: NoticeKind, about: dict[str, Any], chart: int) -> None:
        knows = kind in _SERVED or kind is NoticeKind.RECORD_REPORTED or tx.one(_ASKED, (chart, to.number)) is not None
        patient = self._accounts.of_chart(tx, chart)
        if patient is not None and (knows or patient.number == to.number):
            about = about | {"patient": about["patient"] | {"name": patient.name}}
        self._notifier.put(tx, NewNotice(to.number, kind, about, chart), to.email)


_OF_REQUEST = {
    (Kind.CONTRACT_PROPOSED, ""): NoticeKind.REQUEST,
    (Kind.CONTRACT_CHANGED, _PROPOSED): NoticeKind.REQUEST_CHANGED,
    (Kind.CONTRACT_ENDED, _PROPOSED): NoticeKind.REQUEST_TAKEN_BACK,
    (Kind.RECORD_DELETED, _PROPOSED): NoticeKind.REQUEST_TAKEN_BACK,
}
"""What the patient is told of a request: the step, and the status before it."""
_CHANGING = frozenset({Kind.CONTRACT_GRANTED, Kind.CONTRACT_CHANGED, Kind.CONTRACT_WITHDRAWN, Kind.CONTRACT_ENDED})


def note_end(tx: Transaction, id_: str, consent: Resource) -> None:
    """Note when the Consent's contract ends by itself; of one that does not, or is not active, that it does not."""
    contract = compile_contract(consent, "")
    if contract.end == LATEST or not (contract.grants or contract.denials):
        tx.execute(_NO_END, (id_,))
        return
    warned = contract.end - tx.now <= SOON  # who makes it so short knows
    tx.execute(_ENDS, (contract.end, warned, id_))


def _serves(contract: Contract, account: Account) -> bool:
    return any(
        all(account.person in who.persons or account.organization in who.organizations for who in grant.who)
        for grant in contract.grants
    )
