"""The patient's own details: from a Patient to a form's values, and from these to the Patient as it is to be.

What was not touched stays as the hospital wrote it, to the letter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import date
from typing import Any, Final

from carefolio.portal.words.elements import codings, each, text, texts

Resource = dict[str, Any]
Values = dict[str, Any]

EMERGENCY: Final = "C"
"""Emergency contact, https://terminology.hl7.org/CodeSystem-v2-0131.html."""
_RELATIONS: Final = "http://terminology.hl7.org/CodeSystem/v2-0131"
_NAME_USES: Final = ("official", "usual", "")
_ADDRESS: Final = {"street": "line", "city": "city", "area": "state", "postcode": "postalCode", "country": "country"}
_PAST: Final = ("old", "temp", "billing", "work")
_WHOLE_DATE: Final = len("2024-03-04")
NAMES: Final = ("given", "family", "born", "sex", *_ADDRESS, "phone", "contact", "relation", "contact_phone")


def values_of(patient: Resource) -> Values:
    """What the form shows of a Patient; a birth date that is no whole day is None."""
    name, address = _first(patient, "name", _name), _first(patient, "address", _at_home)
    contact = _first(patient, "contact", _for_emergencies)
    born = text(patient, "birthDate")
    return {
        "given": " ".join(texts(name, "given")),
        "family": text(name, "family"),
        "born": date.fromisoformat(born) if len(born) == _WHOLE_DATE else None,
        "sex": text(patient, "gender") or "unknown",
        "street": ", ".join(texts(address, "line")),
        **{field: text(address, element) for field, element in _ADDRESS.items() if field != "street"},
        "phone": text(_first(patient, "telecom", _phone), "value"),
        "contact": _contact_name(contact),
        "relation": next((found for one in each(contact, "relationship") if (found := text(one, "text"))), ""),
        "contact_phone": text(_first(contact, "telecom", _phone), "value"),
    }


def changed(before: Values, after: Values) -> list[str]:
    """The names of the values that differ."""
    return [name for name in NAMES if before.get(name) != after.get(name)]


def with_values(patient: Resource, after: Values) -> Resource:
    """The Patient with the new values; only what differs is touched."""
    made, names = deepcopy(patient), set(changed(values_of(patient), after))
    if not names:
        return made
    made.pop("text", None)  # words that somebody made of the old values
    if names & {"given", "family"}:
        _put(made, "name", _name, _renamed(_first(made, "name", _name), after))
    if "born" in names:
        made["birthDate"] = after["born"].isoformat()
        made.pop("_birthDate", None)
    if "sex" in names:
        made["gender"] = after["sex"]
    if names & _ADDRESS.keys():
        _put(made, "address", _at_home, _moved(_first(made, "address", _at_home), after))
    if "phone" in names:
        _put(made, "telecom", _phone, _called(_first(made, "telecom", _phone), after["phone"]))
    if names & {"contact", "relation", "contact_phone"}:
        _put(made, "contact", _for_emergencies, _contact(_first(made, "contact", _for_emergencies), after))
    return made


# ── which of several ──


def _name(one: Mapping[str, Any]) -> int | None:
    use = text(one, "use")
    return _NAME_USES.index(use) if use in _NAME_USES else None


def _at_home(one: Mapping[str, Any]) -> int | None:
    return None if text(one, "use") in _PAST else 0


def _phone(one: Mapping[str, Any]) -> int | None:
    if text(one, "system") not in ("phone", "sms") or text(one, "use") in _PAST:
        return None
    return 0 if text(one, "use") == "mobile" else 1


def _for_emergencies(one: Mapping[str, Any]) -> int | None:
    codes = [code for relation in each(one, "relationship") for _system, code in codings(relation)]
    return 0 if EMERGENCY in codes else None


def _place(holder: Mapping[str, Any], element: str, rank: Any) -> int | None:
    """Which of the list is meant; None where there is none."""
    ranked = [(found, place) for place, one in enumerate(each(holder, element)) if (found := rank(one)) is not None]
    return min(ranked)[1] if ranked else None


def _first(holder: Mapping[str, Any], element: str, rank: Any) -> Resource:
    place = _place(holder, element, rank)
    return {} if place is None else dict(list(each(holder, element))[place])


def _put(made: Resource, element: str, rank: Any, one: Resource) -> None:
    """Put it where the one that is meant stands, or at the end; empty: take that one away."""
    place, items = _place(made, element, rank), list(made.get(element, []))
    if place is None:
        items += [one] if one else []
    else:
        items[place : place + 1] = [one] if one else []
    made[element] = items
    if not items:
        del made[element]


# ── the parts as they are to be ──


def _renamed(name: Resource, after: Values) -> Resource:
    kept = {key: value for key, value in name.items() if not key.startswith("_") and key != "text"}
    return kept | {"given": after["given"].split(), "family": after["family"]}


def _moved(address: Resource, after: Values) -> Resource:
    written = {element: after[field] for field, element in _ADDRESS.items() if field != "street" and after[field]}
    if after["street"]:
        written["line"] = [after["street"]]
    kept = {key: address[key] for key in ("use", "type") if key in address}
    return ({"use": "home"} | kept | written) if written else {}


def _called(phone: Resource, number: str) -> Resource:
    kept = {key: value for key, value in phone.items() if not key.startswith("_") and key != "extension"}
    return ({"system": "phone"} | kept | {"value": number}) if number else {}


def _contact(contact: Resource, after: Values) -> Resource:
    if not after["contact"]:
        return {}
    relation: Resource = {"coding": [{"system": _RELATIONS, "code": EMERGENCY}]}
    if after["relation"]:
        relation["text"] = after["relation"]
    made: Resource = contact | {"relationship": [relation]}
    if _contact_name(contact) != after["contact"]:
        made["name"] = {"text": after["contact"]}
    made.pop("telecom", None)
    if after["contact_phone"]:
        made["telecom"] = [{"system": "phone", "value": after["contact_phone"]}]
    return made


def _contact_name(contact: Mapping[str, Any]) -> str:
    name = contact.get("name")
    parts: Sequence[str] = [*texts(name, "given"), text(name, "family")]
    return text(name, "text") or " ".join(part for part in parts if part)
