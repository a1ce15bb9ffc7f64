"""A notice in a plain sentence, with an icon and the page that it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carefolio.consent.principal import Role
from carefolio.notify.notices import Notice, NoticeKind
from carefolio.portal.chart.addresses import record_address
from carefolio.portal.visitor import Visitor
from carefolio.portal.words.amounts import amount_words
from carefolio.portal.words.dates import Calendar
from carefolio.portal.words.supplies import supply_words
from carefolio.portal.words.typenames import type_name
from carefolio.portal.words.wrongs import wrong_words
from carefolio.workflows.payments.money import Money

_OPEN, _CLOSE = "\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"
_PATIENT: Final[Mapping[NoticeKind, tuple[str, Promise]]] = {
    NoticeKind.REQUEST: ("share", gettext_lazy("{doctor} asks to see your health record.")),
    NoticeKind.REQUEST_CHANGED: ("share", gettext_lazy("{doctor} changed what they ask for.")),
    NoticeKind.REQUEST_TAKEN_BACK: ("share", gettext_lazy("{doctor} does not ask any more.")),
    NoticeKind.ENDED: ("share", gettext_lazy("{doctor} gave up access to your health record.")),
    NoticeKind.EXPIRING: ("clock", gettext_lazy("The access of {doctor} ends on {ends}. You can make it longer.")),
    NoticeKind.EXPIRED: ("clock", gettext_lazy("The access of {doctor} ended on {ends}.")),
    NoticeKind.BREAK_GLASS: ("alert", gettext_lazy("{doctor} opened your health record in an emergency.")),
    NoticeKind.BREAK_GLASS_REVIEWED: ("shield", gettext_lazy("Somebody checked why your health record was opened.")),
    NoticeKind.BILL: ("card", gettext_lazy("{doctor} sent you a bill for {amount}.")),
    NoticeKind.BILL_CANCELLED: ("card", gettext_lazy("{doctor} took a bill back. You do not need to pay it.")),
    NoticeKind.PAID: ("card", gettext_lazy("You paid {amount} to {doctor}. There is a receipt for it.")),
    NoticeKind.REFUNDED: ("card", gettext_lazy("{doctor} paid you back {amount}.")),
    NoticeKind.REPORT_SEEN: ("shield", gettext_lazy("Somebody looked at what you told us.")),
    NoticeKind.MESSAGE: ("message", gettext_lazy("{doctor} wrote to you.")),
    NoticeKind.DOCUMENT_WANTED: ("document", gettext_lazy("{doctor} asks you for a document.")),
    NoticeKind.PRESCRIBED: ("pill", gettext_lazy("{doctor} wrote a prescription for you. You can choose a pharmacy.")),
    NoticeKind.PRESCRIPTION_DISPENSED: ("pill", gettext_lazy("{pharmacy} handed out {handed} of your medicine.")),
    NoticeKind.PRESCRIPTION_REFUSED: ("pill", gettext_lazy("{pharmacy} did not hand out your medicine.")),
    NoticeKind.PRESCRIPTION_RETURNED: (
        "pill",
        gettext_lazy("{pharmacy} took back a medicine that was handed out to you."),
    ),
    NoticeKind.PRESCRIPTION_CANCELLED: ("pill", gettext_lazy("{doctor} cancelled a prescription.")),
    NoticeKind.FIRST_ACCESS: ("eye", gettext_lazy("{doctor} read something in your health record for the first time.")),
}
_STAFF: Final[Mapping[NoticeKind, tuple[str, Promise]]] = {
    NoticeKind.GRANTED: ("check", gettext_lazy("{patient} gave you access to their health record.")),
    NoticeKind.CHANGED: ("share", gettext_lazy("{patient} changed what you may see.")),
    NoticeKind.REFUSED: ("cross", gettext_lazy("{patient} said no to your request.")),
    NoticeKind.WITHDRAWN: ("lock", gettext_lazy("{patient} ended your access to their health record.")),
    NoticeKind.ENDED: ("share", gettext_lazy("An access to the health record of {patient} was given up.")),
    NoticeKind.EXPIRING: ("clock", gettext_lazy("Your access to the health record of {patient} ends on {ends}.")),
    NoticeKind.EXPIRED: ("clock", gettext_lazy("Your access to the health record of {patient} ended on {ends}.")),
    NoticeKind.PAID: ("card", gettext_lazy("{patient} paid you {amount}.")),
    NoticeKind.BREAK_GLASS_REVIEWED: ("shield", gettext_lazy("An auditor checked why you opened a health record.")),
    NoticeKind.BREAK_GLASS_REVIEW: (
        "alert",
        gettext_lazy("{doctor} opened a health record in an emergency. Please check if there was good reason."),
    ),
    NoticeKind.PRESCRIPTION_SENT: ("pill", gettext_lazy("{patient} sent a prescription to your pharmacy.")),
    NoticeKind.PRESCRIPTION_REFUSED: (
        "pill",
        gettext_lazy("{pharmacy} did not hand out what you prescribed for {patient}."),
    ),
    NoticeKind.PRESCRIPTION_RETURNED: (
        "pill",
        gettext_lazy("{pharmacy} took back what it had handed out to {patient}."),
    ),
    NoticeKind.LOOK_REPORTED: (
        "message",
        gettext_lazy("A patient says that somebody had no reason to look at their health record."),
    ),
    NoticeKind.MESSAGE: ("message", gettext_lazy("{patient} wrote to you.")),
    NoticeKind.DOCUMENT_SENT: ("document", gettext_lazy("{patient} sent the document that you asked for.")),
    NoticeKind.DOCUMENT_REFUSED: ("document", gettext_lazy("{patient} does not send the document that you asked for.")),
    NoticeKind.RECORD_REPORTED: ("message", gettext_lazy("{patient} says that a record is wrong.")),
    NoticeKind.RECORD_OF_NOBODY: (
        "message",
        gettext_lazy("A patient says that a record from {hospital} is wrong. It has no staff here: please pass it on."),
    ),
}
_ALL: Final[Mapping[NoticeKind, tuple[str, Promise]]] = {
    NoticeKind.ACCOUNT_ADDED: ("person", gettext_lazy("An admin made your account. We check your licence next.")),
    NoticeKind.VERIFIED: ("shield", gettext_lazy("We checked your account. It is verified now.")),
    NoticeKind.VERIFICATION_REFUSED: ("shield", gettext_lazy("We could not verify your account.")),
    NoticeKind.SUSPENDED: ("lock", gettext_lazy("We closed your account for a time.")),
    NoticeKind.SUSPENSION_LIFTED: ("lock", gettext_lazy("Your account is open again.")),
}
_VISITS: Final[Mapping[NoticeKind, tuple[str, Promise]]] = {
    NoticeKind.VISIT_ASKED: ("clock", gettext_lazy("A visit with {other} was asked for: {when}.")),
    NoticeKind.VISIT_OFFERED: ("clock", gettext_lazy("A visit with {other} is offered: {when}. It waits for a yes.")),
    NoticeKind.VISIT_BOOKED: ("check", gettext_lazy("A visit with {other} is booked: {when}.")),
    NoticeKind.VISIT_DECLINED: ("cross", gettext_lazy("The visit with {other} cannot take place: {when}.")),
    NoticeKind.VISIT_MOVED: ("clock", gettext_lazy("Your visit with {other} was moved. It is now: {when}.")),
    NoticeKind.VISIT_CANCELLED: ("cross", gettext_lazy("The visit with {other} was called off: {when}.")),
    NoticeKind.VISIT_SOON: ("bell", gettext_lazy("You have a visit with {other}: {when}.")),
}
"""Told to both sides, who are each other's ``other``."""
_OUTCOMES: Final[Mapping[str, Promise]] = {
    "justified": gettext_lazy("They found that there was good reason."),
    "questioned": gettext_lazy("They have questions about it."),
    "abuse": gettext_lazy("They found that it was wrong."),
}
REQUESTS: Final = frozenset({NoticeKind.REQUEST, NoticeKind.REQUEST_CHANGED})
"""What waits for the patient's answer."""
LOOKED: Final = frozenset(
    {NoticeKind.BREAK_GLASS, NoticeKind.BREAK_GLASS_REVIEWED, NoticeKind.FIRST_ACCESS, NoticeKind.REPORT_SEEN}
)
"""What the list of who looked tells too."""
_MESSAGES: Final = frozenset(
    {NoticeKind.MESSAGE, NoticeKind.DOCUMENT_WANTED, NoticeKind.DOCUMENT_SENT, NoticeKind.DOCUMENT_REFUSED}
)
BILLS: Final = frozenset({NoticeKind.BILL, NoticeKind.BILL_CANCELLED, NoticeKind.PAID, NoticeKind.REFUNDED})
"""What is about a bill."""
_OVERSIGHT: Final[Mapping[NoticeKind, str]] = {
    NoticeKind.BREAK_GLASS_REVIEW: "/oversight/emergencies/",
    NoticeKind.LOOK_REPORTED: "/oversight/reports/",
    NoticeKind.RECORD_OF_NOBODY: "/oversight/reports/",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One notice as a page shows it. ``time`` in µs UTC; ``is_new``: nobody has seen it yet."""

    number: int
    icon: str
    sentence: str
    more: str
    address: str
    time: int
    is_new: bool


def told(notice: Notice, visitor: Visitor) -> Told:
    """A notice in words, for who is looking."""
    calendar = Calendar(str(visitor.locale), visitor.zone.key)
    own = _PATIENT if visitor.role is Role.PATIENT else _STAFF
    known = own.get(notice.kind) or _VISITS.get(notice.kind) or _ALL.get(notice.kind)
    icon, words = known or ("bell", gettext_lazy("Something happened here."))
    about = notice.about
    ends = about.get("ends")
    sentence = str(words).format(
        other=_other(about, visitor),
        when=calendar.moment(about.get("start", 0)),
        doctor=_doctor(about),
        patient=_name(about, "patient") or _("A patient"),
        hospital=_name(about, "hospital") or _("a hospital"),
        pharmacy=_name(about, "pharmacy") or _("A pharmacy"),
        amount=_amount(about, visitor),
        handed=_supply(about, "handed", visitor) or _("some"),
        ends=calendar.day_of(ends) if isinstance(ends, int) else _("its last day"),
    )
    address = _address(notice, visitor)
    more = " ".join(_more(notice, calendar, _supply(about, "left", visitor)))
    return Told(notice.number, icon, sentence, more, address, notice.time, notice.seen == 0)


def _doctor(about: Mapping[str, Any]) -> str:
    """Name and hospital; the hospital alone where nobody is named."""
    name = _name(about, "doctor")
    doctor = about.get("doctor")
    hospital = _name(doctor, "organization") if isinstance(doctor, dict) else ""
    if name and hospital and name != hospital:
        return _("{name} ({hospital})").format(name=name, hospital=hospital)
    return name or hospital or _("A doctor")


def _other(about: Mapping[str, Any], visitor: Visitor) -> str:
    """The other side of a visit."""
    if visitor.role is Role.PATIENT:
        return _name(about, "doctor") or _("your doctor")
    return _name(about, "patient") or _("a patient")


def _amount(about: Mapping[str, Any], visitor: Visitor) -> str:
    minor, currency = about.get("amount"), about.get("currency")
    if not isinstance(minor, int) or not isinstance(currency, str):
        return _("some money")
    return amount_words(Money(minor, currency), visitor.locale)


def _name(about: Mapping[str, Any], who: str) -> str:
    party = about.get(who)
    return str(party.get("name") or "") if isinstance(party, dict) else ""


def _supply(about: Mapping[str, Any], which: str, visitor: Visitor) -> str:
    """So much of a medicine; "" where the notice does not say it, or where that is nothing."""
    supply = about.get(which)
    value = Decimal(supply.get("value", 0)) if isinstance(supply, dict) else Decimal(0)
    return supply_words(value, supply.get("unit", ""), str(visitor.locale)) if supply and value else ""


def _more(notice: Notice, calendar: Calendar, left: str) -> Iterator[str]:
    """What is left of a prescription, what they wrote, until when they may look, what came of it."""
    about = notice.about
    if "left" in about:
        yield _("Still to be handed out: {left}.").format(left=left) if left else _("Nothing is left.")
    reason = about.get("reason")
    text = str(reason.get("text", "") if isinstance(reason, dict) else reason or "")
    if text:
        yield _("The reason: {text}").format(text=f"{_OPEN}{text}{_CLOSE}.")
    if notice.kind is NoticeKind.BREAK_GLASS and isinstance(about.get("until"), int):
        yield _("They can look until {moment}.").format(moment=calendar.moment(about["until"]))
    if about.get("outcome") in _OUTCOMES:
        yield str(_OUTCOMES[about["outcome"]])
    if about.get("record"):
        type_, _slash, id_ = str(about["record"]).partition("/")
        yield _("The record: {kind}, number {number}.").format(kind=type_name(type_).one, number=id_)
    if wrong := wrong_words(about.get("what")):
        yield f"{wrong}."
    if about.get("text"):
        yield _("They wrote: {text}").format(text=f"{_OPEN}{about['text']}{_CLOSE}.")


def _address(notice: Notice, visitor: Visitor) -> str:
    """The page that it is about; "" where there is none."""
    if notice.kind in _ALL:
        return "/accounts/"
    if page := _of_workflow(notice, visitor):
        return page
    if visitor.role is Role.PATIENT:
        return _patients_page(notice, visitor.chart_id)
    if notice.kind in _OVERSIGHT:
        return _OVERSIGHT[notice.kind]
    if notice.kind is NoticeKind.RECORD_REPORTED:
        return _record(notice) if visitor.role is Role.DOCTOR else ""
    contract = str(notice.about.get("consent", "")).partition("/")[2]
    return f"/patients/requests/{contract}/" if contract and visitor.role is Role.DOCTOR else ""


def _of_workflow(notice: Notice, visitor: Visitor) -> str:
    """The page of a conversation, a visit or a prescription; "" for what is about something else."""
    if notice.kind in _VISITS:
        visit = str(notice.about.get("visit", "")).partition("/")[2]
        return f"/visits/{visit}/" if visit else "/visits/"
    if notice.kind in _MESSAGES:
        other = notice.about.get("doctor" if visitor.role is Role.PATIENT else "patient", {})
        id_ = other.get("reference", "").partition("/")[2]
        return f"/messages/{id_}/" if id_ else "/messages/"
    if notice.kind in BILLS:
        bill = str(notice.about.get("bill", ""))
        return f"/payments/{bill}/" if bill else ""
    prescription = str(notice.about.get("prescription", "")).partition("/")[2]
    desk = "pharmacy" if visitor.role is Role.PHARMACIST else "prescriptions"
    return f"/{desk}/{prescription}/" if prescription else ""


def _record(notice: Notice) -> str:
    type_, _slash, id_ = str(notice.about.get("record", "")).partition("/")
    patient = str(notice.about.get("patient", {}).get("reference", "")).partition("/")[2]
    return record_address(patient, type_, id_) if patient and id_ else ""


def _patients_page(notice: Notice, chart: str) -> str:
    contract = str(notice.about.get("consent", "")).partition("/")[2]
    if notice.kind in LOOKED or not contract:
        return f"/charts/{chart}/looked/"
    return f"/sharing/requests/{contract}/" if notice.kind in REQUESTS else f"/sharing/{contract}/"
