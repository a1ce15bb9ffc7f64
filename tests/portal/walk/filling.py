"""What goes into a form: something that makes sense, nonsense, or nothing."""

from __future__ import annotations

from collections.abc import Mapping

from tests.portal.walk.sheet import TYPED, Field, Form

NONSENSE = "<b>☠ 'nonsense' -- \u202e %00 {{x}}</b> & more"
TEXT = "We plan your care together."
BY_NAME: Mapping[str, str] = {
    "email": "somebody.new@example.org",
    "login": "somebody.new@example.org",
    "password": "three words in a row",
    "password1": "three words in a row",
    "password2": "three words in a row",
    "oldpassword": "three words in a row",
    "name": "Somebody New",
    "identifier": "https://example.org/hospitals|new",
    "licence": "MC-20417",
    "phone": "+353 1 496 0000",
    "postal_code": "T12 X4Y5",
    "country": "IE",
    "url": "https://example.org",
}
_DAYS = {"_day": "27", "_month": "3", "_year": "1985"}
_BY_KIND = {"email": "somebody.new@example.org", "number": "12", "date": "2027-03-27", "tel": "+353 1 496 0000"}
Filled = dict[str, list[str]]


def sensible(form: Form, code: str, wanted: Mapping[str, str]) -> Filled:
    """The form as somebody fills it in who wants to go on; ``wanted``: values of this route alone."""
    filled = form.held()
    for field in form.visible:
        value = wanted.get(field.name)
        if value is None and not field.optional:
            value = _sensible(field, filled.get(field.name, []), code)
        if value is not None:
            filled[field.name] = [value]
    return filled


def _sensible(field: Field, held: list[str], code: str) -> str | None:
    if field.kind in ("select", "radio", "checkbox"):
        if any(held) and not (field.kind == "checkbox" and len(field.choices) > 1):
            return None
        return next((one for one in field.choices if one), None)
    if any(held):
        return None
    if "code-input" in field.nodes[0].get("class"):
        return code
    ending = field.name[field.name.rfind("_") :]
    if ending in _DAYS:
        return _DAYS[ending]
    return BY_NAME.get(field.name) or _BY_KIND.get(field.kind) or TEXT


def nonsense(form: Form) -> Filled:
    """What nobody means, in every field that can be seen."""
    return form.held() | {field.name: [NONSENSE] for field in form.visible if field.kind != "file"}


def empty(form: Form) -> Filled:
    """Nothing in any field that can be seen; no choice made."""
    kept = {field.name: values for field in form.fields.values() if (values := field.values) and field.hidden}
    return kept | {field.name: [""] for field in form.visible if field.kind in TYPED or field.kind == "select"}


def refuses_nonsense(form: Form) -> bool:
    """Whether a field of it can only be answered by a choice, a date, an address, a code."""
    return any(_strict(field) for field in form.visible)


def _strict(field: Field) -> bool:
    if field.kind in ("radio", "select", "email", "number", "date"):
        return True
    if field.kind == "checkbox":
        return len(field.choices) > 1 and field.box is not None
    return field.name.endswith(tuple(_DAYS)) or "code-input" in field.nodes[0].get("class")


def refuses_nothing(form: Form) -> bool:
    """Whether a field of it has to be filled in; a search for nothing finds everybody."""
    searches = form.node.get("role") == "search"
    return not searches and any(not field.optional and field.kind != "file" for field in form.visible)
