"""Access contracts (Consents) in plain words: who, what, from which hospitals, until when, why.

This tells what the Consent says. What it has the force to do is decided in ``carefolio.consent``; both read the same
elements, and what is not understood here is told as "other limits", never left out as if there were none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from carefolio.consent import vocabulary
from carefolio.fhir.dates import interval
from carefolio.fhir.kinds import literal
from carefolio.portal.words.dates import low_of
from carefolio.portal.words.elements import Element, Record, code_of, codings, dig, each, text
from carefolio.portal.words.kinds import ASKED, kind, kind_of
from carefolio.portal.words.plain import joined, lowered, words_of
from carefolio.portal.words.told import Draft, Reader
from carefolio.portal.words.translate import gettext as _
from carefolio.portal.words.translate import ngettext
from carefolio.portal.words.typenames import TYPE_NAMES, type_name

_PURPOSES: Final = {
    "TREAT": "your treatment",
    "ETREAT": "an emergency",
    "BTG": "an emergency",
    "HPAYMT": "payment",
    "HOPERAT": "running the hospital",
    "HRESCH": "research",
    "PATRQT": "your own request",
    "FAMRQT": "your family's request",
    "PUBHLTH": "public health",
    "CAREMGT": "planning your care",
    "HMARKT": "marketing",
    "HSYSADMIN": "running the system",
    "COVERAGE": "your insurance",
    "HLEGAL": "legal reasons",
}
_STATES: Final = {
    "proposed": "Waiting for your answer",
    "active": "In force",
    "rejected": "You said no",
    "inactive": "Ended",
    "draft": "Draft",
    "entered-in-error": "Entered by mistake",
}
_ADDING: Final = "correct"
_KEEPERS: Final = vocabulary.NOT_RECIPIENTS
_UNDERSTOOD: Final = frozenset(
    {
        *("id", "extension", "type", "period", "actor", "action", "purpose", "securityLabel"),
        *("class", "code", "data", "dataPeriod", "provision"),
    }
)


@dataclass(frozen=True, slots=True)
class Agreement:
    """One contract in words. Texts are "" and tuples empty where it does not narrow.

    ``what``: groups and sorts of records; ``records``: how many are named singly; ``is_whole``: all of the chart.
    """

    state: str
    state_name: str
    who: tuple[str, ...]
    is_denial: bool
    is_whole: bool
    what: tuple[str, ...]
    records: tuple[str, ...]
    hospitals: tuple[str, ...]
    dated: str
    starts: str
    until: str
    ends: int | None
    why: tuple[str, ...]
    reason: str
    may_add: bool
    with_sensitive: bool
    has_more: bool
    sentences: tuple[str, ...]

    @property
    def paragraph(self) -> str:
        """The whole of it, in short sentences."""
        return " ".join(self.sentences)


def agreement(consent: Element, reader: Reader) -> Agreement:
    """A Consent in words. Who is named is told by display, or by ``reader.names``."""
    record = Record(consent, reader)
    root = consent.get("provision")
    root = root if isinstance(root, dict) else {}
    clause = _told_clause(root)
    who = _who(record, clause)
    state = text(consent, "status")
    parts = _Parts(
        what=tuple(_what(clause)),
        records=tuple(ref for one in each(clause, "data") if (ref := literal(one.get("reference")))),
        hospitals=tuple(_hospitals(record, root, clause)),
        dated=record.reader.calendar.period(clause.get("dataPeriod")),
        until=reader.calendar.day(dig(root, "period", "end")),
        why=tuple(dict.fromkeys(_purpose(one) for one in each(clause, "purpose"))) or (_(_PURPOSES["TREAT"]),),
    )
    told = Agreement(
        state=state,
        state_name=_(_STATES[state]) if state in _STATES else "",
        who=who,
        is_denial=text(clause, "type") == "deny",
        is_whole=not (parts.what or parts.records),
        what=parts.what,
        records=parts.records,
        hospitals=parts.hospitals,
        dated=parts.dated,
        starts=reader.calendar.day(dig(root, "period", "start")),
        until=parts.until,
        ends=_end(root),
        why=parts.why,
        reason=_reason(consent),
        may_add=_ADDING in {code_of(one) for one in each(clause, "action")},
        with_sensitive=any(code in ("R", "V") for one in each(clause, "securityLabel") for _s, code in codings(one)),
        has_more=_has_more(root, clause),
        sentences=(),
    )
    return _with_sentences(told)


@dataclass(frozen=True, slots=True)
class _Parts:
    what: tuple[str, ...]
    records: tuple[str, ...]
    hospitals: tuple[str, ...]
    dated: str
    until: str
    why: tuple[str, ...]


def _told_clause(root: Element) -> Element:
    """The provision that says what is permitted: the root, or the one permit inside a root that says nothing."""
    inner = [one for one in each(root, "provision") if text(one, "type") == "permit"]
    return {**root, **inner[0]} if len(inner) == 1 and "type" not in root else root


def _who(record: Record, clause: Element) -> tuple[str, ...]:
    named = [one for one in each(clause, "actor") if not {code for _s, code in codings(one.get("role"))} & _KEEPERS]
    found = (record.who(one.get("reference")) or _("somebody") for one in named)
    return tuple(dict.fromkeys(found))


def _what(clause: Element) -> list[str]:
    """Sorts of records: whole groups by their name where all their types are there, else the types' own."""
    types = {code for one in each(clause, "class") for _system, code in codings(one) if code in TYPE_NAMES}
    categories = [code for one in each(clause, "class") for _s, code in codings(one) if code not in TYPE_NAMES]
    categories += [code for one in each(clause, "code") for _system, code in codings(one)]
    found = []
    for key in ASKED:
        held = {type_ for type_, category in kind(key).holds if category is None}
        if held and held <= types:
            found.append(lowered(kind(key).name))
            types -= held
    found += sorted(type_name(type_).many for type_ in types)
    known = {code: lowered(kind(kind_of("Observation", code)).name) for code in categories}
    found += [known[code] for code in categories if _is_category(code)]
    words = [words_of(one) for one in each(clause, "code")]
    found += [lowered(one) for one in words if one and not any(_is_category(code) for code in categories)]
    return list(dict.fromkeys(found))


def _is_category(code: str) -> bool:
    return any(code == category for key in ASKED for _type, category in kind(key).holds)


def _hospitals(record: Record, root: Element, clause: Element) -> list[str]:
    extensions = [*each(record.body, "extension"), *each(root, "extension"), *each(clause, "extension")]
    sources = [one.get("valueReference") for one in extensions if one.get("url") == vocabulary.SOURCE_HOSPITAL]
    return list(dict.fromkeys(record.who(one) or _("one hospital") for one in sources))


def _purpose(coding: Element) -> str:
    code = text(coding, "code")
    return _(_PURPOSES[code]) if code in _PURPOSES else lowered(words_of(coding)) or _("another reason")


def _reason(consent: Element) -> str:
    """What the asker wrote: the text of a note extension or of the narrative-free ``policyRule``."""
    found = (text(one, "valueString") for one in each(consent, "extension") if "reason" in text(one, "url"))
    return next((one for one in found if one), "")


def _end(root: Element) -> int | None:
    end = dig(root, "period", "end")
    return interval(end)[1] if isinstance(end, str) and low_of(end) is not None else None


def _has_more(root: Element, clause: Element) -> bool:
    """Whether it has exceptions, or elements that these words do not cover."""
    inner = list(each(root, "provision"))
    if clause is root:
        return bool(inner) or bool(root.keys() - _UNDERSTOOD)
    return len(inner) > 1 or "provision" in inner[0] or bool(clause.keys() - _UNDERSTOOD)


# ── sentences ──


def _with_sentences(told: Agreement) -> Agreement:
    values = {name: getattr(told, name) for name in Agreement.__slots__}
    return Agreement(**{**values, "sentences": tuple(_sentences(told))})


def _sentences(told: Agreement) -> list[str]:
    who = joined(list(told.who), _listed) or _("Nobody")
    found = [_opening(told, who)]
    if told.what:
        found.append(_("It is only about {what}.").format(what=_listed(list(told.what))))
    if told.records:
        found.append(_few(len(told.records)))
    if told.hospitals:
        found.append(_("Only records from {hospitals} count.").format(hospitals=_listed(list(told.hospitals))))
    if told.dated:
        found.append(_("Only records {dated} count.").format(dated=told.dated))
    if told.until:
        found.append(_("It ends on {until}.").format(until=told.until))
    elif not told.is_denial:
        found.append(_("It has no end date."))
    if not told.is_denial:
        found.append(_("It is for {why}.").format(why=_listed(list(told.why))))
    found += [_("They may also add records.")] if told.may_add and not told.is_denial else []
    found += [_("It includes records marked as sensitive.")] if told.with_sensitive else []
    found += [_("It has other limits too.")] if told.has_more else []
    return found


def _opening(told: Agreement, who: str) -> str:
    whole = told.is_whole
    if told.is_denial:
        return (
            _("{who} may not see your health record.") if whole else _("{who} may not see part of your health record.")
        ).format(who=who)
    if told.state == "proposed":
        sentence = (
            _("{who} asks to read all of your health record.") if whole else _("{who} asks to read some records.")
        )
    elif told.state == "active":
        sentence = _("{who} may read all of your health record.") if whole else _("{who} may read some records.")
    elif told.state == "rejected":
        sentence = _("You did not let {who} read your health record.")
    else:
        sentence = _("{who} cannot use this permission now.")
    return sentence.format(who=who)


def _few(number: int) -> str:
    return ngettext("It names {n} single record.", "It names {n} single records.", number).format(n=number)


def _listed(words: list[str]) -> str:
    """Words in a row: "a, b and c"."""
    if len(words) < len(("one", "other")):
        return "".join(words)
    return _("{first} and {last}").format(first=", ".join(words[:-1]), last=words[-1])


def told_consent(record: Record) -> Draft:
    """A Consent as one record among others."""
    told = agreement(record.body, record.reader)
    title = joined(list(told.who), _listed)
    draft = Draft(_("Permission for {who}").format(who=title) if title else _("Permission"), "")
    draft.sentence = told.sentences[0] if record.patient else told.paragraph
    draft.value = told.state_name
    draft.fact(_("State"), told.state_name)
    draft.fact(_("In words"), told.paragraph)
    draft.fact(_("Reason given"), told.reason)
    draft.fact(_("Starts"), told.starts)
    draft.fact(_("Ends"), told.until)
    return draft
