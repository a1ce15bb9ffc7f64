"""Reports, documents, scans, pictures, forms and messages."""

from __future__ import annotations

from typing import Final

from carefolio.portal.words.elements import Element, Record, choice, code_of, dig, each, text
from carefolio.portal.words.glossary.measures import MEASURES
from carefolio.portal.words.glossary.procedures import PROCEDURES
from carefolio.portal.words.plain import Name, joined, name_of, tidy, words_in, words_of
from carefolio.portal.words.states import brief
from carefolio.portal.words.told import Draft
from carefolio.portal.words.translate import gettext as _
from carefolio.portal.words.translate import marked, ngettext
from carefolio.portal.words.units import decimal_of, written_number

_READY: Final = marked(
    {
        "final": "This report is ready: {name}.",
        "registered": "This report was ordered and is not ready yet: {name}.",
        "partial": "Part of this report is ready: {name}.",
        "preliminary": "This report is not final yet: {name}.",
        "amended": "This report was corrected: {name}.",
        "corrected": "This report was corrected: {name}.",
        "appended": "Something was added to this report: {name}.",
        "cancelled": "This report was cancelled: {name}.",
        "entered-in-error": "This was entered by mistake: {name}.",
    }
)
_KEPT: Final = marked(
    {
        "current": "This document is on your record: {name}.",
        "superseded": "A newer document took the place of this one: {name}.",
        "entered-in-error": "This was entered by mistake: {name}.",
    }
)
_ON_RECORD: Final = marked("This is on your record: {name}.")
_FILES: Final = marked(
    {
        "text/plain": "Plain text",
        "application/pdf": "PDF",
        "text/html": "Web page",
        "image/jpeg": "Picture",
        "image/png": "Picture",
        "application/dicom": "Scan images",
    }
)
_MEANS: Final = marked(
    {
        **dict.fromkeys(("DX", "CR", "RF", "XA"), "X-ray"),
        "US": "Ultrasound",
        "CT": "CT scan",
        "MR": "MRI scan",
        "NM": "Nuclear scan",
        "PT": "PET scan",
        "MG": "Breast X-ray",
        "OP": "Picture of the eye",
        "OPT": "Scan of the eye",
        "ECG": "Heart tracing",
        "ES": "Look inside with a camera",
    }
)
_ANSWERS_SHOWN: Final = 60


def told_report(record: Record) -> Draft:
    """A DiagnosticReport."""
    body = record.body
    name = name_of(body.get("code"), MEASURES) or Name(words_in(body, "category") or _("Report"))
    conclusion = text(body, "conclusion") or words_in(body, "conclusionCode")
    draft = _draft(record, name, _READY, body.get("code"))
    draft.value = conclusion
    if not record.patient and conclusion:
        draft.sentence = f"{draft.title}: {conclusion}"
    draft.fact(_("In short"), conclusion)
    draft.fact(_("Medical name"), name.medical if record.patient else "")
    draft.fact(_("Taken"), record.date("effectiveDateTime") or record.timing("effective")[0])
    draft.fact(_("Reported"), record.date("issued"))
    draft.fact(_("By"), record.whos("performer"))
    draft.fact(_("Checked by"), record.whos("resultsInterpreter"))
    results = [record.who(one) for one in each(body, "result")]
    if any(results):
        draft.fact(_("Results"), joined([tidy(one) for one in results]))
    elif results:
        draft.fact(_("Results"), ngettext("{n} result", "{n} results", len(results)).format(n=len(results)))
    draft.fact(_("Files"), _files(each(body, "presentedForm")))
    return draft


def told_document(record: Record) -> Draft:
    """A DocumentReference, or a Composition."""
    body = record.body
    own = name_of(body.get("type"), MEASURES)
    title = text(body, "description") or text(body, "content", "attachment", "title") or text(body, "title")
    name = Name(tidy(title) or own.plain or words_in(body, "category") or _("Document"))
    draft = _draft(record, name, _KEPT, body.get("type"))
    draft.fact(_("Sort"), own.plain if record.patient else own.written)
    draft.fact(_("Dated"), record.date("date"))
    draft.fact(_("Written by"), record.whos("author"))
    draft.fact(_("Kept by"), record.who(body.get("custodian")))
    draft.fact(_("About"), record.reader.calendar.period(dig(body, "context", "period")))
    draft.fact(_("Files"), _files(found for one in each(body, "content") for found in each(one, "attachment")))
    draft.fact(_("Chapters"), joined([text(one, "title") for one in each(body, "section")]))
    return draft


def told_scan(record: Record) -> Draft:
    """An ImagingStudy."""
    body = record.body
    means = [_means(one.get("modality")) for one in [*each(body, "series"), {"modality": dig(body, "modality")}]]
    words = text(body, "description") or joined(means) or _("Scan or X-ray")
    name = name_of(dig(body, "procedureCode"), PROCEDURES) or Name(tidy(words))
    draft = _draft(record, name, {}, dig(body, "procedureCode"))
    draft.fact(_("Medical name"), name.medical if record.patient else "")
    draft.fact(_("When"), record.date("started"))
    draft.fact(_("How"), joined(means))
    draft.fact(_("Part of the body"), joined([words_of(one.get("bodySite")) for one in each(body, "series")]))
    images = body.get("numberOfInstances")
    draft.fact(_("Images"), str(images) if isinstance(images, int) and images else "")
    draft.fact(_("Why"), words_in(body, "reasonCode"))
    draft.fact(_("Place"), record.who(body.get("location")))
    draft.fact(_("Ordered by"), record.who(body.get("referrer")))
    draft.fact(_("Note"), record.notes())
    return draft


def _means(modality: object) -> str:
    """How pictures of the inside are made, by DICOM's code, else in the record's words."""
    code = code_of(modality)
    return _(_MEANS[code]) if code in _MEANS else words_of(modality)


def told_picture(record: Record) -> Draft:
    """A Media."""
    body = record.body
    words = text(body, "content", "title") or words_of(body.get("view")) or words_of(body.get("type"))
    draft = _draft(record, Name(words or _("Picture")), {}, body.get("type"))
    draft.fact(_("When"), record.timing("created")[0])
    draft.fact(_("Part of the body"), words_of(body.get("bodySite")))
    draft.fact(_("By"), record.who(body.get("operator")))
    draft.fact(_("Files"), _files(each(body, "content")))
    draft.fact(_("Note"), record.notes())
    return draft


def told_form(record: Record) -> Draft:
    """A QuestionnaireResponse: questions and answers as the record has them."""
    body = record.body
    draft = _draft(record, Name(_("Filled-in form")), {}, None)
    answered = [(question, answer) for item in each(body, "item") for question, answer in _answers(record, item)]
    if record.patient:
        draft.sentence = _("A form was filled in, with {n} answers.").format(n=len(answered))
    draft.fact(_("Filled in"), record.date("authored"))
    draft.fact(_("By"), record.who(body.get("source")) or record.who(body.get("author")))
    for question, answer in answered[:_ANSWERS_SHOWN]:
        draft.fact(question or _("Answer"), answer)
    return draft


def _answers(record: Record, item: Element, depth: int = 0) -> list[tuple[str, str]]:
    told = joined([_answer(record, one) for one in each(item, "answer")])
    found = [(text(item, "text"), told)] if told else []
    if depth > _ANSWERS_SHOWN:
        return found
    inner = [*each(item, "item"), *(below for one in each(item, "answer") for below in each(one, "item"))]
    return found + [pair for below in inner for pair in _answers(record, below, depth + 1)]


def _answer(record: Record, answer: Element) -> str:
    kind, value = choice(answer, "value")
    if kind == "Boolean":
        return _("Yes") if value is True else _("No")
    if kind == "Coding":
        return words_of(value)
    if kind == "Reference":
        return record.who(value)
    if kind == "Attachment":
        return text(value, "title")
    number = decimal_of(value)
    return record.amount(value) if number is None else written_number(number, record.reader.locale)


def told_message(record: Record) -> Draft:
    """A Communication."""
    body = record.body
    words = [text(one, "contentString") for one in each(body, "payload")]
    topic = words_of(body.get("topic")) or words_in(body, "category") or _("Message")
    draft = _draft(record, Name(topic), {}, None)
    sender = record.who(body.get("sender"))
    if record.patient:
        draft.sentence = (
            _("A message from {sender}: {topic}.").format(sender=sender, topic=topic)
            if sender
            else _("A message: {topic}.").format(topic=topic)
        )
    draft.value = joined(words, " ".join)
    draft.fact(_("From"), sender)
    draft.fact(_("To"), record.whos("recipient"))
    draft.fact(_("Sent"), record.date("sent"))
    draft.fact(_("Message"), draft.value)
    draft.fact(_("Why"), words_in(body, "reasonCode"))
    draft.fact(_("Note"), record.notes())
    return draft


def _files(attachments: object) -> str:
    """The sorts of files: "Plain text, PDF"."""
    found = [one for one in attachments if isinstance(one, dict)] if hasattr(attachments, "__iter__") else []
    return joined([_file(one) for one in found])


def _file(attachment: Element) -> str:
    kind = text(attachment, "contentType").partition(";")[0]
    return _(_FILES[kind]) if kind in _FILES else text(attachment, "title") or _("File")


def _draft(record: Record, name: Name, sentences: dict[str, str], concept: object) -> Draft:
    title = name.plain if record.patient else name.written or name.plain
    status = text(record.body, "status")
    if record.patient:
        sentence = _(sentences.get(status, _ON_RECORD)).format(name=name.inside)
    else:
        who = record.whos("author") or record.whos("performer")
        sentence = ", ".join(
            part for part in (title, who, "" if status in ("final", "current", "completed") else brief(status)) if part
        )
    return Draft(title, sentence, concept=concept)
