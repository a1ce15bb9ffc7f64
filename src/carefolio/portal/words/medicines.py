"""Medicines: prescribed, taken, given, handed out; and vaccinations."""

from __future__ import annotations

from typing import Final

from carefolio.portal.words.elements import Element, Record, code_of, dig, each, text
from carefolio.portal.words.glossary.medicines import used_for
from carefolio.portal.words.glossary.procedures import VACCINES
from carefolio.portal.words.plain import Name, joined, lowered, medicine_words, name_of, words_in, words_of
from carefolio.portal.words.states import brief
from carefolio.portal.words.told import Draft
from carefolio.portal.words.translate import gettext as _
from carefolio.portal.words.translate import marked, ngettext

_PRESCRIBED: Final = marked(
    {
        "active": "You were prescribed this: {name}.",
        "completed": "You were prescribed this in the past: {name}.",
        "stopped": "This prescription was stopped: {name}.",
        "cancelled": "This prescription was cancelled: {name}.",
        "on-hold": "This prescription is paused: {name}.",
        "draft": "This prescription is not signed yet: {name}.",
        "entered-in-error": "This was entered by mistake: {name}.",
    }
)
_TAKEN: Final = marked(
    {
        "active": "You take this: {name}.",
        "completed": "You took this in the past: {name}.",
        "stopped": "You stopped taking this: {name}.",
        "not-taken": "You did not take this: {name}.",
        "intended": "You plan to take this: {name}.",
        "on-hold": "You paused this: {name}.",
        "entered-in-error": "This was entered by mistake: {name}.",
    }
)
_GIVEN: Final = marked(
    {
        "completed": "You were given this: {name}.",
        "in-progress": "You are being given this: {name}.",
        "not-done": "You were not given this: {name}.",
        "stopped": "This was started and then stopped: {name}.",
        "on-hold": "This is paused: {name}.",
        "entered-in-error": "This was entered by mistake: {name}.",
    }
)
_HANDED: Final = marked(
    {
        "completed": "The pharmacy handed this out: {name}.",
        "in-progress": "The pharmacy is getting this ready: {name}.",
        "preparation": "The pharmacy is getting this ready: {name}.",
        "cancelled": "The pharmacy did not hand this out: {name}.",
        "declined": "The pharmacy did not hand this out: {name}.",
        "entered-in-error": "This was entered by mistake: {name}.",
    }
)
_ON_RECORD: Final = marked("This is on your record: {name}.")
_PERIODS: Final = marked(
    {
        "s": ("second", "seconds"),
        "min": ("minute", "minutes"),
        "h": ("hour", "hours"),
        "d": ("day", "days"),
        "wk": ("week", "weeks"),
        "mo": ("month", "months"),
        "a": ("year", "years"),
    }
)


def told_prescription(record: Record) -> Draft:
    """A MedicationRequest: what, how to take it, how long and by whom."""
    draft = _medicine(record, _PRESCRIBED)
    body = record.body
    _dosing(record, draft, "dosageInstruction")
    draft.fact(_("Prescribed"), record.date("authoredOn"))
    draft.fact(_("Prescribed by"), record.who(body.get("requester")))
    draft.fact(_("Lasts for"), record.amount(dig(body, "dispenseRequest", "expectedSupplyDuration")))
    repeats = dig(body, "dispenseRequest", "numberOfRepeatsAllowed")
    if isinstance(repeats, int) and repeats > 0:
        draft.fact(_("Repeats"), ngettext("{n} repeat", "{n} repeats", repeats).format(n=repeats))
    draft.fact(_("Pharmacy"), record.who(dig(body, "dispenseRequest", "performer")))
    _why(record, draft)
    return draft


def told_taking(record: Record) -> Draft:
    """A MedicationStatement: what the patient takes."""
    draft = _medicine(record, _TAKEN)
    _dosing(record, draft, "dosage")
    draft.fact(_("Taken"), record.timing("effective")[0])
    draft.fact(_("Told by"), record.who(record.body.get("informationSource")))
    _why(record, draft)
    return draft


def told_giving(record: Record) -> Draft:
    """A MedicationAdministration."""
    draft = _medicine(record, _GIVEN)
    dosage = dig(record.body, "dosage")
    draft.fact(_("Amount"), record.amount(dig(dosage, "dose")))
    draft.fact(_("How"), text(dosage, "text") or words_of(dig(dosage, "route")))
    draft.fact(_("Given"), record.date("effectiveDateTime") or record.timing("effective")[0])
    draft.fact(_("Given by"), record.whos("performer", "actor"))
    _why(record, draft)
    return draft


def told_handing_out(record: Record) -> Draft:
    """A MedicationDispense."""
    draft = _medicine(record, _HANDED)
    _dosing(record, draft, "dosageInstruction")
    draft.fact(_("Amount"), record.amount(record.body.get("quantity")))
    draft.fact(_("Lasts for"), record.amount(record.body.get("daysSupply")))
    draft.fact(_("Handed out"), record.date("whenHandedOver") or record.date("whenPrepared"))
    draft.fact(_("Handed out by"), record.whos("performer", "actor"))
    _why(record, draft)
    return draft


def told_substance(record: Record) -> Draft:
    """A Medication by itself."""
    draft = _medicine(record, {}, record.body.get("code"))
    draft.fact(_("Form"), words_of(record.body.get("form")))
    parts = [words_of(one.get("itemCodeableConcept")) for one in each(record.body, "ingredient")]
    draft.fact(_("Made of"), joined(parts))
    draft.fact(_("Maker"), record.who(record.body.get("manufacturer")))
    draft.fact(_("Batch"), text(record.body, "batch", "lotNumber"))
    return draft


def _medicine(record: Record, sentences: dict[str, str], concept: object = None) -> Draft:
    body = record.body
    concept = concept or body.get("medicationCodeableConcept") or _contained_code(record)
    name = medicine_words(concept) or record.who(body.get("medicationReference")) or _("A medicine")
    draft = Draft(name, "", concept=concept)
    status = text(body, "status")
    if record.patient:
        draft.sentence = _(sentences.get(status, _ON_RECORD)).format(name=lowered(name))
        use = used_for(name)
        draft.fact(_("Medicines of this kind are mostly for"), use)
    else:
        dose = next((text(one, "text") for key in ("dosageInstruction", "dosage") for one in each(body, key)), "")
        draft.sentence = f"{name}{': ' if dose else ''}{dose}{f' ({brief(status)})' if status else ''}"
    return draft


def _contained_code(record: Record) -> object:
    contained = record.contained(record.body.get("medicationReference"))
    return contained.get("code") if contained is not None else None


def _dosing(record: Record, draft: Draft, name: str) -> None:
    for dosage in each(record.body, name):
        told = text(dosage, "text") or text(dosage, "patientInstruction") or _directions(record, dosage)
        draft.fact(_("How to take it"), told)
        draft.value = draft.value or told
        if dosage.get("asNeededBoolean") is True or words_of(dosage.get("asNeededCodeableConcept")):
            draft.fact(_("When needed"), words_of(dosage.get("asNeededCodeableConcept")) or _("Yes"))
        draft.fact(_("Way"), words_of(dosage.get("route")))


def _directions(record: Record, dosage: Element) -> str:
    """What a dosage says, "2 puffs, 2 times a day", where nobody wrote it as a text."""
    dose = record.amount(dig(dosage, "doseAndRate", "doseQuantity") or dig(dosage, "doseAndRate", "doseRange"))
    repeat = dig(dosage, "timing", "repeat")
    times, period, unit = dig(repeat, "frequency"), dig(repeat, "period"), text(repeat, "periodUnit")
    often = ""
    if isinstance(times, int) and unit in _PERIODS and period is not None:
        each_time = ngettext("{n} time", "{n} times", times).format(n=times)
        one, many = _PERIODS[unit]
        often = (
            _("{times} a {period}").format(times=each_time, period=_(one))
            if period == 1
            else _("{times} every {n} {periods}").format(times=each_time, n=period, periods=_(many))
        )
    return ", ".join(part for part in (dose, often or words_of(dig(dosage, "timing", "code"))) if part)


def _why(record: Record, draft: Draft) -> None:
    draft.fact(_("Why"), words_in(record.body, "reasonCode") or record.whos("reasonReference"))
    draft.fact(_("Why not"), words_of(record.body.get("statusReasonCodeableConcept")) or _status_reason(record))
    draft.fact(_("Note"), record.notes())


def _status_reason(record: Record) -> str:
    return words_in(record.body, "statusReason") if record.body.get("statusReason") else ""


def told_vaccination(record: Record) -> Draft:
    """An Immunization."""
    body = record.body
    name = name_of(body.get("vaccineCode"), VACCINES) or Name(_("Vaccine"))
    draft = Draft(name.plain if record.patient else name.written or name.plain, "", concept=body.get("vaccineCode"))
    status = text(body, "status")
    dose = dig(body, "protocolApplied", "doseNumberPositiveInt") or text(body, "protocolApplied", "doseNumberString")
    if not record.patient:
        draft.sentence = (
            f"{draft.title}{f', dose {dose}' if dose else ''}{'' if status == 'completed' else f' ({brief(status)})'}"
        )
    elif status == "not-done":
        draft.sentence = _("You did not have this vaccine: {name}.").format(name=name.inside)
    elif status == "entered-in-error":
        draft.sentence = _("This was entered by mistake: {name}.").format(name=name.inside)
    else:
        template = _("You had the {name}.") if "vaccine" in name.inside else _("You had this vaccine: {name}.")
        draft.sentence = template.format(name=name.inside)
    draft.fact(_("Medical name"), name.medical if record.patient else "")
    draft.fact(_("Given"), record.date("occurrenceDateTime") or text(body, "occurrenceString"))
    draft.fact(_("Dose number"), str(dose) if dose else "")
    draft.fact(_("Amount"), record.amount(body.get("doseQuantity")))
    draft.fact(_("Where on the body"), words_of(body.get("site")))
    draft.fact(_("Batch"), text(body, "lotNumber"))
    draft.fact(_("Given by"), record.whos("performer", "actor"))
    draft.fact(_("Reaction"), joined([record.who(one.get("detail")) for one in each(body, "reaction")]))
    draft.fact(_("Why not"), words_of(body.get("statusReason")) or code_of(body.get("statusReason")).replace("-", " "))
    draft.fact(_("Note"), record.notes())
    return draft
