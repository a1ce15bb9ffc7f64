"""Problems, allergies and what runs in the family."""

from __future__ import annotations

from typing import Final

from carefolio.portal.words.elements import Element, Record, code_of, each, text, texts
from carefolio.portal.words.glossary.conditions import CONDITIONS
from carefolio.portal.words.plain import Name, joined, lowered, name_of, words_in, words_of
from carefolio.portal.words.told import Draft
from carefolio.portal.words.translate import gettext as _
from carefolio.portal.words.translate import marked

_ENDED: Final = frozenset({"resolved", "inactive", "remission"})
_DOUBTED: Final = marked(
    {
        "refuted": "Doctors looked for this and you do not have it: {name}.",
        "entered-in-error": "This was entered by mistake: {name}.",
        "unconfirmed": "This is not confirmed: {name}.",
        "provisional": "This is a first guess: {name}.",
        "differential": "This is one of several possible causes: {name}.",
    }
)
_CLINICAL: Final = marked(
    {
        "active": "Now",
        "recurrence": "Came back",
        "relapse": "Came back",
        "inactive": "Not at present",
        "remission": "Under control for now",
        "resolved": "Over",
    }
)
_CLINICAL_BRIEF: Final = marked(
    {
        "active": "active",
        "recurrence": "recurred",
        "relapse": "relapsed",
        "inactive": "inactive",
        "remission": "in remission",
        "resolved": "resolved",
    }
)
_DOUBT_BRIEF: Final = marked(
    {
        "unconfirmed": "not confirmed",
        "provisional": "provisional",
        "differential": "differential diagnosis",
        "refuted": "ruled out",
        "entered-in-error": "entered by mistake",
    }
)
"""As doctors write it; what is confirmed needs no word."""
_VERIFIED: Final = marked(
    {
        "confirmed": "Confirmed",
        "unconfirmed": "Not confirmed",
        "provisional": "First guess",
        "differential": "One of several possible causes",
        "refuted": "Ruled out",
        "entered-in-error": "Entered by mistake",
    }
)
_RISKS: Final = marked({"low": "Low", "high": "High", "unable-to-assess": "Not yet judged"})
_CRITICALITY_BRIEF: Final = marked(
    {
        "low": "low criticality",
        "high": "high criticality",
        "unable-to-assess": "criticality not judged",
    }
)
_SEVERITIES: Final = marked({"mild": "Mild", "moderate": "Moderate", "severe": "Severe"})
_SUBSTANCES: Final = marked(
    {
        "food": "Food",
        "medication": "Medicine",
        "environment": "In the surroundings",
        "biologic": "Made from living cells",
    }
)


def told_condition(record: Record) -> Draft:
    """A problem, whether it is there now, and since when."""
    body = record.body
    name = name_of(body.get("code"), CONDITIONS) or Name(_("A problem without a name"))
    state, verified = code_of(body.get("clinicalStatus")), code_of(body.get("verificationStatus"))
    draft = Draft(name.full if record.patient else name.written or name.plain, "", concept=body.get("code"))
    draft.sentence = _problem(name, state, verified) if record.patient else _problem_line(record, draft.title)
    draft.value = _(_CLINICAL[state]) if state in _CLINICAL else ""
    draft.fact(_("At present"), draft.value)
    draft.fact(_("How sure"), _(_VERIFIED.get(verified, "")) if verified in _VERIFIED else "")
    draft.fact(_("How strong"), words_of(body.get("severity")))
    draft.fact(_("Began"), _onset(record, "onset"))
    draft.fact(_("Ended"), _onset(record, "abatement"))
    draft.fact(_("Part of the body"), words_in(body, "bodySite"))
    draft.fact(_("Stage"), joined([words_of(stage.get("summary")) for stage in each(body, "stage")]))
    draft.fact(_("Written down"), record.day("recordedDate"))
    draft.fact(_("Written down by"), record.who(body.get("recorder")) or record.who(body.get("asserter")))
    draft.fact(_("Note"), record.notes())
    return draft


def _problem(name: Name, state: str, verified: str) -> str:
    if verified in _DOUBTED:
        return _(_DOUBTED[verified]).format(name=name.inside)
    if state in _ENDED:
        return _("You had this in the past: {name}.").format(name=name.inside)
    if state in ("recurrence", "relapse"):
        return _("This came back: {name}.").format(name=name.inside)
    if state == "active":
        return _("You have this now: {name}.").format(name=name.inside)
    return _("This is on your record: {name}.").format(name=name.inside)


def _problem_line(record: Record, title: str) -> str:
    body = record.body
    state = _word(_CLINICAL_BRIEF, code_of(body.get("clinicalStatus")))
    doubt = _word(_DOUBT_BRIEF, code_of(body.get("verificationStatus")))
    details = ", ".join(word for word in (state, doubt, _span(record)) if word)
    return f"{title} ({details})" if details else title


def _span(record: Record) -> str:
    start, end = _onset(record, "onset"), _onset(record, "abatement")
    if start and end:
        return _("{start} to {end}").format(start=start, end=end)
    return _("since {start}").format(start=start) if start else ""


def _onset(record: Record, stem: str) -> str:
    told, _moment = record.timing(stem)
    if told and "Age" in "".join(name for name in record.body if name.startswith(stem)):
        return _("at the age of {age}").format(age=told)
    return told


def told_allergy(record: Record) -> Draft:
    """What somebody does not tolerate, and what it does to them."""
    body = record.body
    name = name_of(body.get("code"), CONDITIONS) or Name(words_of(_first_substance(body)) or _("A substance"))
    draft = Draft(name.plain if record.patient else name.written or name.plain, "", concept=body.get("code"))
    reaction = joined([words_in(one, "manifestation") for one in each(body, "reaction")])
    draft.sentence = _allergy(record, name, reaction)
    draft.value = reaction
    draft.fact(_("What happened"), reaction)
    draft.fact(_("How strong"), joined([_word(_SEVERITIES, text(one, "severity")) for one in each(body, "reaction")]))
    draft.fact(_("Risk of a bad reaction"), _word(_RISKS, text(body, "criticality")))
    draft.fact(_("Sort"), joined([_word(_SUBSTANCES, one) for one in texts(body, "category")]))
    draft.fact(_("At present"), _word(_CLINICAL, code_of(body.get("clinicalStatus"))))
    draft.fact(_("How sure"), _word(_VERIFIED, code_of(body.get("verificationStatus"))))
    draft.fact(_("Since"), record.timing("onset")[0])
    draft.fact(_("Last time"), record.day("lastOccurrence"))
    draft.fact(_("Written down by"), record.who(body.get("recorder")) or record.who(body.get("asserter")))
    draft.fact(_("Note"), record.notes())
    return draft


def _allergy(record: Record, name: Name, reaction: str) -> str:
    if not record.patient:
        risk = _word(_CRITICALITY_BRIEF, text(record.body, "criticality"))
        details = ", ".join(part for part in (reaction, risk) if part)
        return f"{name.written or name.plain}: {details}" if details else name.written or name.plain
    verified, state = code_of(record.body.get("verificationStatus")), code_of(record.body.get("clinicalStatus"))
    if verified in ("refuted", "entered-in-error"):
        return _(_DOUBTED[verified]).format(name=lowered(_("Allergy: {name}").format(name=name.inside)))
    if state in _ENDED:
        return _("In the past you did not tolerate this: {name}.").format(name=name.inside)
    if text(record.body, "type") == "intolerance":
        return _("You do not tolerate this well: {name}.").format(name=name.inside)
    return _("You are allergic to this: {name}.").format(name=name.inside)


def _first_substance(body: Element) -> object:
    return next((one.get("substance") for one in each(body, "reaction") if one.get("substance")), None)


def _word(table: dict[str, str], code: str) -> str:
    return _(table[code]) if code in table else ""


def told_family(record: Record) -> Draft:
    """A relative and what they have or had."""
    body = record.body
    relative = words_of(body.get("relationship")) or text(body, "name") or _("A relative")
    problems = [name_of(one.get("code"), CONDITIONS) for one in each(body, "condition")]
    names = joined([name.full if record.patient else name.written for name in problems])
    draft = Draft(_("Family: {relative}").format(relative=lowered(relative)), "")
    if record.patient:
        draft.sentence = (
            _("In your family ({relative}): {names}.").format(relative=lowered(relative), names=names)
            if names
            else _("This is about your family: {relative}.").format(relative=lowered(relative))
        )
    else:
        draft.sentence = f"{relative}: {names}" if names else relative
    draft.value = names
    draft.fact(_("Relative"), relative)
    draft.fact(_("Problems"), names)
    draft.fact(_("Born"), record.timing("born")[0])
    draft.fact(_("Died"), _("Yes") if body.get("deceasedBoolean") is True else record.timing("deceased")[0])
    draft.fact(_("Note"), record.notes())
    return draft
