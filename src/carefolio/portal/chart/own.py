"""What a patient wrote themselves: from a record to a form's values, and from these to the record as it is to be.

Only what a person would write by hand is changed: a name without a code, a value, a day, a note. All else stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from carefolio.portal.words.elements import codings, each, text
from carefolio.portal.words.plain import words_of

Resource = dict[str, Any]
Values = dict[str, Any]

_DAYS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "Observation": ("effectiveDateTime",),
        "Condition": ("onsetDateTime", "recordedDate"),
        "AllergyIntolerance": ("onsetDateTime", "recordedDate"),
        "Procedure": ("performedDateTime",),
        "Immunization": ("occurrenceDateTime",),
        "MedicationStatement": ("effectiveDateTime", "dateAsserted"),
    }
)
"""Types that can be changed here, each with where its day may stand."""
_NAMES: Final = MappingProxyType({"Immunization": "vaccineCode", "MedicationStatement": "medicationCodeableConcept"})
_DAY: Final = len("2024-03-04")
PARTS: Final = 2
"""So many parts of a measurement can be changed: a blood pressure has two."""


def can_change(record: Resource) -> bool:
    """Whether a page can change a record of this kind."""
    return record.get("resourceType") in _DAYS


def values_of(record: Resource) -> Values:
    """What the form shows; only what is there to be changed, and always a note."""
    found: Values = {}
    name = _name(record)
    if name and not list(codings(record.get(name))):
        found["title"] = text(record[name], "text")
    quantity = record.get("valueQuantity")
    if isinstance(quantity, dict) and isinstance(quantity.get("value"), Decimal | int):
        found["value"] = Decimal(quantity["value"])
    elif isinstance(record.get("valueString"), str):
        found["words"] = record["valueString"]
    found |= {f"part{place}": Decimal(one["valueQuantity"]["value"]) for place, one in _parts(record)}
    if place := _day(record):
        found["day"] = date.fromisoformat(record[place][:_DAY])
    return found | {"note": text(next(each(record, "note"), {}), "text")}


def unit_of(record: Resource) -> str:
    """The unit of its value; nothing for none."""
    return text(record.get("valueQuantity") or {}, "unit")


def labels_of(record: Resource) -> dict[str, str]:
    """What the form calls the parts of a measurement, each with its unit."""
    return {
        f"part{place}": f"{words_of(one.get('code'))} ({text(one['valueQuantity'], 'unit')})"
        for place, one in _parts(record)
    }


def _parts(record: Resource) -> Iterator[tuple[int, Resource]]:
    """The parts that are numbers, where there are no more than can be changed."""
    parts = [one for one in record.get("component", ()) if isinstance(one, dict)]
    for place, one in enumerate(parts if len(parts) <= PARTS else []):
        quantity = one.get("valueQuantity")
        if isinstance(quantity, dict) and isinstance(quantity.get("value"), Decimal | int):
            yield place, one


def with_values(record: Resource, after: Values) -> Resource:
    """The record with the new values; only what differs is touched."""
    made, before = deepcopy(record), values_of(record)
    changed = {name: after[name] for name in before if after.get(name) != before[name]}
    if changed:
        made.pop("text", None)  # words that somebody made of the old values
    if "title" in changed:
        made[_name(record)]["text"] = changed["title"]
    if "value" in changed:
        _put_value(made, changed["value"])
    _put_parts(made, changed)
    if "words" in changed:
        made["valueString"] = changed["words"]
    if "day" in changed:
        made[_day(record)] = changed["day"].isoformat()
    if "note" in changed:
        _put_note(made, changed["note"])
    return made


def _put_parts(made: Resource, changed: Values) -> None:
    for place, one in _parts(made):
        if f"part{place}" in changed:
            _put_value(one, changed[f"part{place}"])


def _put_value(element: Resource, value: Decimal) -> None:
    """The number; what somebody said of the one before it goes, the usual range stays."""
    element["valueQuantity"]["value"] = value
    element.pop("interpretation", None)


def _name(record: Resource) -> str:
    name = _NAMES.get(str(record.get("resourceType")), "code")
    return name if isinstance(record.get(name), dict) else ""


def _day(record: Resource) -> str:
    """Where the whole day stands; nothing for a month, a year or none."""
    places = _DAYS.get(str(record.get("resourceType")), ())
    return next((one for one in places if len(str(record.get(one, ""))) >= _DAY), "")


def _put_note(made: Resource, words: str) -> None:
    notes = list(made.get("note", []))
    notes[:1] = [{"text": words}] if words else []
    made["note"] = notes
    if not notes:
        del made["note"]
