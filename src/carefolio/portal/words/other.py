"""Any other type of record: its name, its own words, who, when, and what stands in its plain elements."""

from __future__ import annotations

from typing import Any, Final

from carefolio.portal.words.elements import Record, human_name, text
from carefolio.portal.words.plain import joined, lowered, tidy, words_of
from carefolio.portal.words.told import Draft
from carefolio.portal.words.translate import gettext as _
from carefolio.portal.words.translate import marked
from carefolio.portal.words.typenames import type_name

_NAMED_BY: Final = (
    *("title", "code", "medicationCodeableConcept", "itemCodeableConcept", "vaccineCode", "name", "description"),
    *("summary", "event", "type", "serviceType", "topic", "relationship", "category", "kind", "class", "purpose"),
)
_PEOPLE: Final = marked(
    {
        "author": "Written by",
        "requester": "Asked by",
        "performer": "By",
        "recorder": "Written down by",
        "assessor": "By",
        "owner": "For",
        "organization": "Organisation",
        "provider": "From",
        "insurer": "Insurer",
        "sender": "From",
        "recipient": "To",
        "location": "Place",
        "manufacturer": "Maker",
    }
)
_WORDS: Final = marked(
    {
        "description": "About",
        "summary": "In short",
        "comment": "Note",
        "priority": "How urgent",
        "severity": "How strong",
        "bodySite": "Part of the body",
        "location": "Part of the body",
        "outcome": "Outcome",
        "reasonCode": "Why",
        "detail": "Detail",
        "category": "Sort",
    }
)
_URGENCY: Final = marked({"routine": "Routine", "urgent": "Urgent", "asap": "As soon as possible", "stat": "At once"})


def told_other(record: Record) -> Draft:
    """Something truthful about any record."""
    body = record.body
    sort = type_name(record.type).one
    name = _title(record)
    sort_first = sort[:1].upper() + sort[1:]
    draft = Draft(name or sort_first, "", concept=body.get("code"))
    if not record.patient:
        draft.sentence = f"{sort_first}: {name}" if name else sort_first
    elif name:
        draft.sentence = _("This is on your record ({sort}): {name}.").format(sort=sort, name=lowered(name).rstrip("."))
    else:
        draft.sentence = _("This is on your record: {sort}.").format(sort=sort)
    for key, label in _WORDS.items():
        told = _urgency(text(body, key)) if key == "priority" else _plain(body.get(key))
        draft.fact(_(label), told if told != name else "")
    draft.fact(_("When"), record.reader.calendar.period(body.get("period")))
    for key, label in _PEOPLE.items():
        draft.fact(_(label), record.whos(key))
    draft.fact(_("Amount"), record.amount(body.get("quantity")) if isinstance(body.get("quantity"), dict) else "")
    draft.fact(_("Note"), record.notes())
    return draft


def _title(record: Record) -> str:
    body = record.body
    for key in _NAMED_BY:
        told = human_name(body) if key == "name" else _plain(body.get(key))
        if told:
            return tidy(told)
    return ""


def _plain(value: Any) -> str:
    """The words of a text or of concepts; nothing for what has none, and no bare code."""
    if isinstance(value, str):
        return "" if _is_code(value) else value.strip()
    if isinstance(value, dict):
        return words_of(value)
    return joined([words_of(one) for one in value if isinstance(one, dict)]) if isinstance(value, list) else ""


def _is_code(value: str) -> bool:
    """A single word in small letters or with hyphens is a code of FHIR's, or may be one."""
    return " " not in value and (value == value.lower() or not value.isalpha())


def _urgency(code: str) -> str:
    return _(_URGENCY[code]) if code in _URGENCY else ""
