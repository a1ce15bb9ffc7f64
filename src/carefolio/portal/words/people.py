"""People and places: the patient's own details, contacts, health workers, organisations."""

from __future__ import annotations

from typing import Final

from babel import Locale, UnknownLocaleError

from carefolio.portal.words.dates import locale_of
from carefolio.portal.words.elements import Element, Record, codings, each, human_name, text, texts
from carefolio.portal.words.plain import joined, lowered, words_in, words_of
from carefolio.portal.words.told import Draft
from carefolio.portal.words.translate import gettext as _
from carefolio.portal.words.translate import marked

_GENDERS: Final = marked({"male": "Male", "female": "Female", "other": "Other"})
_CHANNELS: Final = marked(
    {
        "phone": "Phone",
        "email": "E-mail",
        "fax": "Fax",
        "pager": "Pager",
        "url": "Website",
        "sms": "Text message",
        "other": "Other contact",
    }
)
_USES: Final = marked({"home": "home", "work": "work", "temp": "for now", "old": "old", "mobile": "mobile"})


def told_patient(record: Record) -> Draft:
    """The patient's own details, or a Person's or RelatedPerson's."""
    body = record.body
    name = human_name(body) or _("No name given")
    draft = Draft(name, "")
    draft.fact(_("Name"), human_name(body))
    draft.fact(_("Born"), record.day("birthDate"))
    draft.fact(_("Sex"), _word(_GENDERS, text(body, "gender")))
    draft.fact(_("Died"), record.day("deceasedDateTime") or (_("Yes") if body.get("deceasedBoolean") is True else ""))
    _reach(draft, body)
    draft.fact(_("Language"), joined([_language(record, one.get("language")) for one in each(body, "communication")]))
    draft.fact(_("Married or single"), words_of(body.get("maritalStatus")))
    draft.fact(_("Relation"), words_in(body, "relationship"))
    for contact in each(body, "contact"):
        relation = words_in(contact, "relationship")
        who = human_name({"name": contact.get("name")}) or record.who(contact.get("organization"))
        phone = joined([text(one, "value") for one in each(contact, "telecom")])
        draft.fact(_("Contact person"), ", ".join(part for part in (who, lowered(relation), phone) if part))
    draft.fact(_("Family doctor"), record.whos("generalPractitioner"))
    draft.fact(_("Looked after by"), record.who(body.get("managingOrganization")))
    if record.patient:
        draft.sentence = (
            _("These are your personal details.")
            if record.type == "Patient"
            else _("These are the details of {name}.").format(name=name)
        )
    else:
        draft.sentence = ", ".join(
            part for part in (name, lowered(_word(_GENDERS, text(body, "gender"))), record.day("birthDate")) if part
        )
    return draft


def told_worker(record: Record) -> Draft:
    """A Practitioner."""
    body = record.body
    name = human_name(body) or _("A health worker")
    draft = Draft(name, "")
    skills = joined([words_of(one.get("code")) for one in each(body, "qualification")])
    draft.sentence = _("{name} works in health care.").format(name=name) if record.patient else joined([name, skills])
    draft.fact(_("Name"), human_name(body))
    draft.fact(_("Trained as"), skills)
    _reach(draft, body)
    draft.fact(_("Language"), joined([_language(record, one) for one in each(body, "communication")]))
    return draft


def told_job(record: Record) -> Draft:
    """A PractitionerRole."""
    body = record.body
    who, where = record.who(body.get("practitioner")), record.who(body.get("organization"))
    what = words_in(body, "specialty") or words_in(body, "code")
    draft = Draft(who or what or _("A health worker"), "")
    if not record.patient:
        draft.sentence = joined([who, what, where]) or draft.title
    elif where:
        draft.sentence = _("{name} works at {where}.").format(name=draft.title, where=where)
    else:
        draft.sentence = _("{name} works in health care.").format(name=draft.title)
    draft.fact(_("Job"), words_in(body, "code"))
    draft.fact(_("Special field"), words_in(body, "specialty"))
    draft.fact(_("Organisation"), where)
    draft.fact(_("Places"), record.whos("location"))
    _reach(draft, body)
    return draft


def told_organisation(record: Record) -> Draft:
    """An Organization, a Location or a HealthcareService."""
    body = record.body
    name = text(body, "name") or text(body, "description") or _("A place of care")
    draft = Draft(name, "")
    sort = words_in(body, "type")
    draft.sentence = _("{name} gives care.").format(name=name) if record.patient else joined([name, sort])
    draft.fact(_("Name"), text(body, "name"))
    draft.fact(_("Sort"), sort)
    draft.fact(_("Part of"), record.who(body.get("partOf")) or record.who(body.get("managingOrganization")))
    _reach(draft, body)
    return draft


def _reach(draft: Draft, body: Element) -> None:
    """Phone, mail and address."""
    for one in each(body, "telecom"):
        use = _word(_USES, text(one, "use"))
        label = _word(_CHANNELS, text(one, "system")) or _("Contact")
        draft.fact(f"{label} ({use})" if use else label, text(one, "value"))
    for address in each(body, "address"):
        draft.fact(_("Address"), _address(address))


def _address(address: Element) -> str:
    parts = [*texts(address, "line"), *(text(address, name) for name in ("city", "state", "postalCode", "country"))]
    return ", ".join(part for part in parts if part) or text(address, "text")


def _language(record: Record, concept: object) -> str:
    """The language in the reader's words."""
    code = next((code for _system, code in codings(concept)), "")
    try:
        found = Locale.parse(code.replace("-", "_")).get_display_name(locale_of(record.reader.locale)) if code else None
    except (ValueError, LookupError, UnknownLocaleError):
        found = None
    return found[:1].upper() + found[1:] if found else words_of(concept)


def _word(table: dict[str, str], code: str) -> str:
    return _(table[code]) if code in table else ""
