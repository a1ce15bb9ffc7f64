"""Visits and what was done in them: Encounter, Appointment, Procedure, ServiceRequest, Device, Specimen."""

from __future__ import annotations

from typing import Final

from carefolio.portal.words.elements import Record, code_of, dig, each, text
from carefolio.portal.words.glossary.procedures import PROCEDURES, VISITS
from carefolio.portal.words.plain import Name, joined, name_of, words_in, words_of
from carefolio.portal.words.states import brief
from carefolio.portal.words.told import Draft
from carefolio.portal.words.translate import gettext as _
from carefolio.portal.words.translate import marked

_PLACES: Final = marked(
    {
        "AMB": "Seen and home the same day",
        "IMP": "Stay in hospital",
        "ACUTE": "Stay in hospital",
        "NONAC": "Stay in hospital",
        "OBSENC": "Watched in hospital",
        "SS": "Short stay in hospital",
        "EMER": "Emergency",
        "VR": "By video or phone",
        "HH": "At home",
        "FLD": "Outside a hospital",
        "PRENC": "Before a hospital stay",
    }
)
_VISITED: Final = marked(
    {
        "finished": "You had this visit: {name}.",
        "planned": "This visit is planned: {name}.",
        "cancelled": "This visit was cancelled: {name}.",
        "in-progress": "This visit is going on now: {name}.",
        "entered-in-error": "This was entered by mistake: {name}.",
    }
)
_BOOKED: Final = marked(
    {
        "booked": "You have an appointment: {name}.",
        "fulfilled": "You kept this appointment: {name}.",
        "cancelled": "This appointment was cancelled: {name}.",
        "noshow": "You missed this appointment: {name}.",
        "proposed": "This appointment was suggested: {name}.",
        "pending": "This appointment waits for an answer: {name}.",
        "waitlist": "You are on the waiting list: {name}.",
        "entered-in-error": "This was entered by mistake: {name}.",
    }
)
_DONE: Final = marked(
    {
        "completed": "This was done: {name}.",
        "in-progress": "This is being done now: {name}.",
        "preparation": "This is being prepared: {name}.",
        "not-done": "This was not done: {name}.",
        "stopped": "This was started and then stopped: {name}.",
        "on-hold": "This is paused: {name}.",
        "entered-in-error": "This was entered by mistake: {name}.",
    }
)
_ORDERED: Final = marked(
    {
        "active": "This was ordered for you: {name}.",
        "completed": "This was ordered for you and is done: {name}.",
        "draft": "This order is not signed yet: {name}.",
        "on-hold": "This order is paused: {name}.",
        "revoked": "This order was taken back: {name}.",
        "entered-in-error": "This was entered by mistake: {name}.",
    }
)
_ON_RECORD: Final = marked("This is on your record: {name}.")


def told_visit(record: Record) -> Draft:
    """An Encounter."""
    body = record.body
    place = _(_PLACES[code]) if (code := code_of(body.get("class"))) in _PLACES else words_of(body.get("class"))
    name = name_of(dig(body, "type"), VISITS) or Name(words_of(body.get("serviceType")) or place or _("Visit"))
    draft = _draft(record, name, _VISITED, dig(body, "type"))
    draft.fact(_("Where"), place)
    draft.fact(_("When"), record.reader.calendar.period(body.get("period")))
    draft.fact(_("Began"), record.date("period", "start"))
    draft.fact(_("Why"), words_in(body, "reasonCode") or record.whos("reasonReference"))
    draft.fact(_("Seen by"), record.whos("participant", "individual"))
    draft.fact(_("Place"), record.whos("location", "location"))
    draft.fact(_("Went home to"), words_of(dig(body, "hospitalization", "dischargeDisposition")))
    return draft


def told_appointment(record: Record) -> Draft:
    """An Appointment, with its time on the reader's clock."""
    body = record.body
    words = words_in(body, "serviceType") or text(body, "description") or words_of(body.get("appointmentType"))
    name = Name(words or _meeting(record))
    draft = _draft(record, name, _BOOKED, dig(body, "serviceType"))
    draft.value = record.reader.calendar.told(body.get("start"))
    draft.fact(_("Starts"), draft.value)
    draft.fact(_("Ends"), record.reader.calendar.told(body.get("end")))
    draft.fact(_("With"), record.whos("participant", "actor"))
    draft.fact(_("Why"), words_in(body, "reasonCode"))
    draft.fact(_("What to do before"), text(body, "patientInstruction"))
    draft.fact(_("Note"), text(body, "comment"))
    return draft


def _meeting(record: Record) -> str:
    """What an appointment is called that has no name: by whom the patient meets."""
    actors = (dig(one, "actor") for one in each(record.body, "participant"))
    who = next((record.who(one) for one in actors if text(one, "reference").startswith("Practitioner/")), "")
    return _("Visit with {who}").format(who=who) if who else _("Appointment")


def told_procedure(record: Record) -> Draft:
    """A Procedure."""
    body = record.body
    name = name_of(body.get("code"), PROCEDURES) or Name(words_of(body.get("category")) or _("Procedure"))
    draft = _draft(record, name, _DONE, body.get("code"))
    draft.fact(_("Medical name"), name.medical if record.patient else "")
    draft.fact(_("When"), record.date("performedDateTime") or record.timing("performed")[0])
    draft.fact(_("Part of the body"), words_in(body, "bodySite"))
    draft.fact(_("Why"), words_in(body, "reasonCode") or record.whos("reasonReference"))
    draft.fact(_("Done by"), record.whos("performer", "actor"))
    draft.fact(_("Place"), record.who(body.get("location")))
    draft.fact(_("Outcome"), words_of(body.get("outcome")))
    draft.fact(_("What went wrong"), words_in(body, "complication"))
    draft.fact(_("Afterwards"), words_in(body, "followUp"))
    draft.fact(_("Note"), record.notes())
    return draft


def told_order(record: Record) -> Draft:
    """A ServiceRequest."""
    body = record.body
    name = name_of(body.get("code"), PROCEDURES) or Name(words_in(body, "category") or _("Order"))
    draft = _draft(record, name, _ORDERED, body.get("code"))
    draft.fact(_("Ordered"), record.date("authoredOn"))
    draft.fact(_("Ordered by"), record.who(body.get("requester")))
    draft.fact(_("For"), record.timing("occurrence")[0])
    draft.fact(_("Done by"), record.whos("performer"))
    draft.fact(_("Why"), words_in(body, "reasonCode") or record.whos("reasonReference"))
    draft.fact(_("What to do before"), text(body, "patientInstruction"))
    draft.fact(_("Note"), record.notes())
    return draft


def told_device(record: Record) -> Draft:
    """A Device, in or on the body or beside it."""
    body = record.body
    words = text(body, "deviceName", "name")
    name = name_of(body.get("type"), PROCEDURES) or Name(words_of(words) or _("Device"))
    draft = _draft(record, name, {}, body.get("type"))
    draft.fact(_("Maker"), text(body, "manufacturer"))
    draft.fact(_("Model"), text(body, "modelNumber"))
    draft.fact(_("Made"), record.day("manufactureDate"))
    draft.fact(_("Use until"), record.day("expirationDate"))
    draft.fact(_("Serial number"), text(body, "serialNumber"))
    draft.fact(_("Batch"), text(body, "lotNumber"))
    draft.fact(_("Note"), record.notes())
    return draft


def told_sample(record: Record) -> Draft:
    """A Specimen."""
    body = record.body
    name = Name(words_of(body.get("type")) or _("Sample"))
    draft = _draft(record, name, {}, body.get("type"))
    draft.sentence = _("A sample was taken: {name}.").format(name=name.inside) if record.patient else draft.sentence
    collection = dig(body, "collection")
    taken = dig(collection, "collectedDateTime")
    draft.fact(_("Taken"), record.reader.calendar.told(taken) or record.reader.calendar.day(text(body, "receivedTime")))
    draft.fact(_("Taken by"), record.who(dig(collection, "collector")))
    draft.fact(_("Amount"), record.amount(dig(collection, "quantity")))
    draft.fact(_("Part of the body"), words_of(dig(collection, "bodySite")))
    draft.fact(_("Note"), record.notes())
    return draft


def told_supply(record: Record) -> Draft:
    """A SupplyDelivery."""
    item = dig(record.body, "suppliedItem")
    concept = dig(item, "itemCodeableConcept")
    name = name_of(concept, PROCEDURES) or Name(words_of(record.body.get("type")) or _("Item"))
    draft = _draft(record, name, {"completed": "You were handed this: {name}."}, concept)
    draft.fact(_("How many"), record.amount(dig(item, "quantity")))
    draft.fact(_("When"), record.timing("occurrence")[0])
    draft.fact(_("From"), record.who(record.body.get("supplier")))
    return draft


def _draft(record: Record, name: Name, sentences: dict[str, str], concept: object) -> Draft:
    status = text(record.body, "status")
    title = name.plain if record.patient else name.written or name.plain
    if record.patient:
        sentence = _(sentences.get(status, _ON_RECORD)).format(name=name.inside)
    else:
        who = joined(
            [record.whos(key, inner) for key, inner in (("participant", "individual"), ("performer", "actor"))]
        )
        parts = [title, who, "" if status in ("finished", "completed", "fulfilled") else brief(status)]
        sentence = ", ".join(part for part in parts if part)
    return Draft(title, sentence, concept=concept)
