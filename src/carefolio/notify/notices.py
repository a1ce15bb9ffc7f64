"""Notices: what an account is told in the portal. Written inside the transaction of what they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from carefolio.base.database import Transaction
from carefolio.base.keys import PLATFORM, Keyring

NEWEST = 2**63 - 1
"""Above every notice's number: where a list of notices begins."""
PAGE = 50
_OF_ACCOUNT = (
    "SELECT number, kind, chart, time, seen, about FROM notice"
    " WHERE account = ? AND number < ? ORDER BY number DESC LIMIT ?"
)


class NoticeKind(StrEnum):
    """What somebody is told. The values are stored: add, never change or reuse one.

    ``about`` of all that concern a contract or a chart: ``patient`` and, where there is one, ``doctor``
    (``{"reference", "name"}``, a doctor's with ``organization`` of the same form), and ``consent`` (``Consent/id``).
    """

    REQUEST = "request"
    """To the patient: a doctor asks for access."""
    REQUEST_CHANGED = "request-changed"
    """To the patient: the doctor asks for something else now."""
    REQUEST_TAKEN_BACK = "request-taken-back"
    """To the patient: the doctor does not ask any more."""
    GRANTED = "granted"
    """To a doctor whom a contract serves from now on."""
    CHANGED = "changed"
    """To a doctor whom the contract goes on serving, otherwise than before."""
    REFUSED = "refused"
    """To the doctor who asked and gets nothing."""
    WITHDRAWN = "withdrawn"
    """To a doctor whom the patient's contract does not serve any more."""
    ENDED = "ended"
    """To the patient, and others whom it served: a doctor ended a contract."""
    EXPIRING = "expiring"
    """To both sides: a contract ends within three days; with ``ends`` (µs UTC)."""
    EXPIRED = "expired"
    """To both sides: a contract's time is over; with ``ends`` (µs UTC)."""
    BREAK_GLASS = "break-glass"
    """To the patient: their chart was opened in an emergency; with ``reason`` (system, code, text), ``until``."""
    BREAK_GLASS_REVIEW = "break-glass-review"
    """To every auditor: the same, of somebody's chart."""
    BREAK_GLASS_REVIEWED = "break-glass-reviewed"
    """To the patient and the doctor: an auditor said whether it was right; with ``outcome`` and ``text``."""
    LOOK_REPORTED = "look-reported"
    """To every auditor: a patient says that somebody had no reason to look; with ``what`` and ``text``."""
    RECORD_REPORTED = "record-reported"
    """To the doctor who wrote it, else the hospital's staff: a patient says that a record is wrong; with ``record``
    (``Type/id``), ``what`` and ``text``."""
    RECORD_OF_NOBODY = "record-of-nobody"
    """To every admin, where a hospital has no staff here: the same with nothing but the ``hospital``."""
    REPORT_SEEN = "report-seen"
    """To the patient: somebody looked at what they said is wrong."""
    BILL = "bill"
    """To the patient: a doctor wrote a bill; with ``bill`` (its id), ``amount`` (smallest units) and ``currency``, as
    the next three."""
    BILL_CANCELLED = "bill-cancelled"
    """To the patient: the doctor took a bill back that was not paid."""
    PAID = "paid"
    """To both sides: a bill is paid."""
    REFUNDED = "refunded"
    """To the patient: the doctor paid ``amount`` back."""
    FIRST_ACCESS = "first-access"
    """To the patient: a hospital, or a doctor without one, read something under a contract for the first time."""
    MESSAGE = "message"
    """To a patient or doctor: the other side wrote."""
    DOCUMENT_WANTED = "document-wanted"
    """To the patient: a doctor asks for a document."""
    DOCUMENT_SENT = "document-sent"
    """To the doctor who asked: the patient lets them see one."""
    DOCUMENT_REFUSED = "document-refused"
    """To the doctor who asked: the patient does not send one."""
    VISIT_ASKED = "visit-asked"
    """To both sides: a visit was asked for. Like all of visits with ``visit`` (``Appointment/id``), ``start`` (µs UTC),
    ``zone`` (of the clock of whoever is told)."""
    VISIT_OFFERED = "visit-offered"
    """To both sides: the doctor chose a time, and the patient has to say yes."""
    VISIT_BOOKED = "visit-booked"
    """To both sides: a visit is booked, at once or by the answer of whoever was asked."""
    VISIT_DECLINED = "visit-declined"
    """To both sides: whoever was asked for a visit cannot come to it."""
    VISIT_MOVED = "visit-moved"
    """To both sides: a visit has another time."""
    VISIT_CANCELLED = "visit-cancelled"
    """To both sides: a visit was called off."""
    VISIT_SOON = "visit-soon"
    """To both sides: a visit is near."""
    PRESCRIBED = "prescribed"
    """To the patient: a doctor signed a prescription; of this and the next five ``prescription``
    (``MedicationRequest/id``), and whom they name."""
    PRESCRIPTION_SENT = "prescription-sent"
    """To a pharmacy's pharmacists: a patient chose their pharmacy."""
    PRESCRIPTION_DISPENSED = "prescription-dispensed"
    """To the patient: a pharmacy handed out some of it or all; with ``pharmacy``."""
    PRESCRIPTION_REFUSED = "prescription-refused"
    """To the patient and the doctor: the pharmacy does not hand it out; with ``pharmacy`` and ``reason``."""
    PRESCRIPTION_RETURNED = "prescription-returned"
    """To the patient and the doctor: what a pharmacy handed out came back; with ``pharmacy`` and ``reason``."""
    PRESCRIPTION_CANCELLED = "prescription-cancelled"
    """To the patient: the doctor cancelled it."""
    ACCOUNT_ADDED = "account-added"
    """To the account: an admin made it; a password of its own is to be set."""
    VERIFIED = "verified"
    """To the account: it was verified."""
    VERIFICATION_REFUSED = "verification-refused"
    """To the account: it was not, or is not any more; with ``reason`` as text."""
    SUSPENDED = "suspended"
    """To the account: it was shut out; with ``reason`` as text."""
    SUSPENSION_LIFTED = "suspension-lifted"
    """To the account: it is let in again."""


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice to be written; ``chart`` is the owner number of the chart it is about, 0 for none."""

    account: int
    kind: NoticeKind
    about: dict[str, Any] = field(default_factory=dict)
    chart: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as its account sees it; times in µs UTC, ``seen`` 0 while it was not."""

    number: int
    kind: NoticeKind
    chart: int
    time: int
    seen: int
    about: dict[str, Any]


class Reader(Protocol):
    """A Database."""

    def one(self, sql: str, args: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row."""
        ...

    def read(self, sql: str, args: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows."""
        ...


class Notices:
    """The notices' table, sealed under the platform's key."""

    def __init__(self, keyring: Keyring) -> None:
        self._key = keyring.of(PLATFORM)

    def put(self, tx: Transaction, new: NewNotice) -> None:
        """Write a notice. If we crash before the commit, neither it nor what it is about happened."""
        about = self._key.seal(msgspec.json.encode(new.about), _place(new.account, new.kind, tx.now))
        tx.execute(
            "INSERT INTO notice (account, kind, chart, time, about) VALUES (?, ?, ?, ?, ?)",
            (new.account, new.kind.value, new.chart, tx.now, about),
        )

    def of_account(self, reader: Reader, account: int, before: int = NEWEST, count: int = PAGE) -> list[Notice]:
        """Up to ``count`` notices with numbers below ``before``, the newest first."""
        return [
            Notice(number, NoticeKind(kind), chart, time, seen, self._about(about, account, kind, time))
            for number, kind, chart, time, seen, about in reader.read(_OF_ACCOUNT, (account, before, count))
        ]

    def unseen(self, reader: Reader, account: int) -> int:
        """How many of the account's notices were not seen yet."""
        row = reader.one("SELECT count(*) FROM notice WHERE account = ? AND seen = 0", (account,))
        return int(row[0]) if row else 0

    def mark_seen(self, tx: Transaction, account: int, numbers: Sequence[int]) -> None:
        """Note that the account has seen these; numbers of anybody else's notices change nothing."""
        sql = "UPDATE notice SET seen = ? WHERE number = ? AND account = ? AND seen = 0"
        tx.many(sql, [(tx.now, number, account) for number in numbers])

    def _about(self, sealed: bytes, account: int, kind: str, time: int) -> dict[str, Any]:
        about: dict[str, Any] = msgspec.json.decode(self._key.open(sealed, _place(account, kind, time)))
        return about


def _place(account: int, kind: str, time: int) -> bytes:
    """The associated data: what a notice says holds for this account, kind and time alone."""
    return f"notice/{account}/{kind}/{time}".encode()
