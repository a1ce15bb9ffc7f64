"""Plans, goals, care teams and tasks."""

from __future__ import annotations

from typing import Final

from carefolio.portal.words.elements import Element, Record, code_of, dig, each, text
from carefolio.portal.words.glossary.measures import MEASURES
from carefolio.portal.words.plain import Name, joined, lowered, name_of, tidy, words_in, words_of
from carefolio.portal.words.states import brief
from carefolio.portal.words.told import Draft
from carefolio.portal.words.translate import gettext as _
from carefolio.portal.words.translate import marked, ngettext

_PLANNED: Final = marked(
    {
        "active": "You have this care plan: {name}.",
        "completed": "This care plan is finished: {name}.",
        "revoked": "This care plan was taken back: {name}.",
        "on-hold": "This care plan is paused: {name}.",
        "draft": "This care plan is a draft: {name}.",
        "entered-in-error": "This was entered by mistake: {name}.",
    }
)
_AIMED: Final = marked(
    {
        "completed": "This goal is finished: {name}.",
        "cancelled": "This goal was cancelled: {name}.",
        "rejected": "This goal was turned down: {name}.",
        "on-hold": "This goal is paused: {name}.",
        "entered-in-error": "This was entered by mistake: {name}.",
    }
)
_ASKED: Final = marked(
    {
        "requested": "This waits to be done: {name}.",
        "received": "This waits to be done: {name}.",
        "accepted": "Somebody agreed to do this: {name}.",
        "in-progress": "This is being done now: {name}.",
        "ready": "This is ready: {name}.",
        "completed": "This is done: {name}.",
        "rejected": "This was turned down: {name}.",
        "cancelled": "This was cancelled: {name}.",
        "failed": "This did not work: {name}.",
        "on-hold": "This is paused: {name}.",
        "entered-in-error": "This was entered by mistake: {name}.",
    }
)
_FULFIL: Final = "fulfill"
"""https://hl7.org/fhir/R4/codesystem-task-code.html: what its focus asks for is to be done."""
_SENT: Final = marked(
    {
        "requested": "You sent a prescription to {pharmacy}.",
        "in-progress": "{pharmacy} handed out a part of your prescription.",
        "completed": "{pharmacy} handed out your prescription.",
        "rejected": "{pharmacy} did not hand out your prescription.",
        "cancelled": "You took a prescription back from {pharmacy}.",
    }
)
_REACHED: Final = marked(
    {
        "in-progress": "On the way",
        "improving": "Getting better",
        "worsening": "Getting worse",
        "no-change": "No change",
        "achieved": "Reached",
        "sustaining": "Reached and kept",
        "not-achieved": "Not reached",
        "no-progress": "No progress",
        "not-attainable": "Cannot be reached",
    }
)
_ON_RECORD: Final = marked("This is on your record: {name}.")
_GOAL: Final = marked("You have this goal: {name}.")
_PLAN_CATEGORY: Final = "assess-plan"


def told_plan(record: Record) -> Draft:
    """A CarePlan and what it says to do."""
    body = record.body
    title = text(body, "title") or joined([words_of(one) for one in each(body, "category")])
    name = Name(tidy(title or text(body, "description")) or _("Care plan"))
    draft = _draft(record, name, _PLANNED, None)
    draft.fact(_("About"), text(body, "description") if text(body, "description") != title else "")
    for activity in each(body, "activity"):
        detail = activity.get("detail")
        told = text(detail, "description") or words_of(dig(detail, "code")) or record.who(activity.get("reference"))
        draft.fact(_("To do"), told)
    draft.fact(_("Runs"), record.reader.calendar.period(body.get("period")))
    draft.fact(_("Problems"), record.whos("addresses"))
    draft.fact(_("Goals"), record.whos("goal"))
    draft.fact(_("Written by"), record.who(body.get("author")))
    draft.fact(_("Care team"), record.whos("careTeam"))
    draft.fact(_("Note"), record.notes())
    return draft


def told_goal(record: Record) -> Draft:
    """A Goal, its target and how far it is."""
    body = record.body
    name = Name(words_of(body.get("description")) or _("Goal"))
    draft = _draft(record, name, _AIMED, None, default=_GOAL)
    draft.fact(_("Target"), joined([_target(record, one) for one in each(body, "target")]))
    reached = code_of(body.get("achievementStatus"))
    draft.fact(_("How far"), _(_REACHED[reached]) if reached in _REACHED else words_of(body.get("achievementStatus")))
    draft.fact(_("Since"), record.timing("start")[0])
    draft.fact(_("Set by"), record.who(body.get("expressedBy")))
    draft.fact(_("Problems"), record.whos("addresses"))
    draft.fact(_("Note"), record.notes())
    return draft


def _target(record: Record, target: Element) -> str:
    what = name_of(target.get("measure"), MEASURES).plain
    detail = target.get("detailQuantity") or target.get("detailRange") or target.get("detailString")
    amount = record.amount(detail) or words_of(target.get("detailCodeableConcept"))
    due = record.reader.calendar.day(target.get("dueDate"))
    ends = [f"{what}: {amount}" if what and amount else what or amount, _("by {day}").format(day=due) if due else ""]
    return " ".join(end for end in ends if end)


def told_team(record: Record) -> Draft:
    """A CareTeam and its members."""
    body = record.body
    members = [
        (words_in(one, "role"), record.who(one.get("member"))) for one in each(body, "participant") if "member" in one
    ]
    name = Name(text(body, "name") or words_in(body, "category") or _("Care team"))
    draft = _draft(record, name, {}, None)
    if record.patient:
        count = ngettext("{n} member", "{n} members", len(members)).format(n=len(members))
        draft.sentence = _("A team looks after you together. It has {count}.").format(count=count)
    for role, member in members:
        draft.fact(role or _("Member"), member)
    draft.fact(_("Together"), record.reader.calendar.period(body.get("period")))
    draft.fact(_("Why"), words_in(body, "reasonCode"))
    draft.fact(_("Organisation"), record.whos("managingOrganization"))
    return draft


def told_task(record: Record) -> Draft:
    """A Task: what somebody asks somebody to do. To patients the one by which a prescription goes to a pharmacy is told
    as that, since they sent it.
    """
    body = record.body
    if record.patient and _is_prescription_sent(body):
        return _told_sent(record)
    name = Name(text(body, "description") or words_of(body.get("code")) or _("Something to do"))
    draft = _draft(record, name, _ASKED, body.get("code"))
    draft.fact(_("Asked by"), record.who(body.get("requester")))
    draft.fact(_("For"), record.who(body.get("owner")))
    draft.fact(_("Asked"), record.date("authoredOn"))
    draft.fact(_("How far"), words_of(body.get("businessStatus")))
    draft.fact(_("Why"), words_of(body.get("reasonCode")) or words_of(body.get("statusReason")))
    draft.fact(_("When"), record.reader.calendar.period(body.get("executionPeriod")))
    draft.fact(_("Note"), record.notes())
    return draft


def _is_prescription_sent(body: Element) -> bool:
    """Whether the patient themself asks for a prescription of theirs to be handed out."""
    patient, what = text(body, "for", "reference"), text(body, "focus", "reference")
    asks = bool(patient) and patient == text(body, "requester", "reference")
    return asks and code_of(body.get("code")) == _FULFIL and what.startswith("MedicationRequest/")


def _told_sent(record: Record) -> Draft:
    body = record.body
    pharmacy = record.who(body.get("owner")) or _("a pharmacy")
    title = _("Prescription sent to {pharmacy}").format(pharmacy=pharmacy)
    words = _(_SENT.get(text(body, "status"), _SENT["requested"]))
    draft = Draft(title, words.format(pharmacy=pharmacy), concept=body.get("code"))
    draft.fact(_("Sent"), record.date("authoredOn"))
    draft.fact(_("Why"), words_of(body.get("statusReason")))
    return draft


def _draft(record: Record, name: Name, sentences: dict[str, str], concept: object, default: str = _ON_RECORD) -> Draft:
    status = text(record.body, "status") or text(record.body, "lifecycleStatus")
    if record.patient:
        return Draft(name.plain, _(sentences.get(status, default)).format(name=lowered(name.plain)), concept=concept)
    ordinary = status in ("active", "completed", "")
    return Draft(name.plain, name.plain if ordinary else f"{name.plain} ({brief(status)})", concept=concept)
