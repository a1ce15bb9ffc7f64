"""Observations: what was measured, found or answered, and whether that is usual."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from carefolio.portal.words import told
from carefolio.portal.words.elements import Element, Record, choice, code_of, codings, dig, each, text
from carefolio.portal.words.glossary.measures import MEASURES
from carefolio.portal.words.interpret import Judgement, Range, flag_word, judge, judged, range_of
from carefolio.portal.words.plain import Name, lowered, name_of, words_in, words_of
from carefolio.portal.words.told import Draft, Number
from carefolio.portal.words.translate import gettext as _
from carefolio.portal.words.translate import marked
from carefolio.portal.words.units import decimal_of, unit_of, with_unit, written_number

PRESSURE: Final = frozenset({"85354-9", "55284-4", "35094-2"})
SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"
_CATEGORIES: Final = marked(
    {
        "vital-signs": "Measurement",
        "exam": "Finding",
        "survey": "Questionnaire",
        "activity": "Measurement",
        "social-history": "Way of life",
        "laboratory": "Test result",
        "imaging": "Scan result",
        "procedure": "Test result",
        "therapy": "Finding",
    }
)
_ABSENT: Final = marked(
    {
        "not-performed": "it was not done",
        "asked-declined": "you chose not to answer",
        "not-asked": "nobody asked",
        "masked": "it is kept back",
        "error": "the test did not work",
        "not-applicable": "it does not apply",
        "temp-unknown": "it is not ready yet",
    }
)
_PARTS_SHOWN: Final = 40


def told_observation(record: Record) -> Draft:
    """A number, a finding, words, or several parts."""
    body = record.body
    name = name_of(body.get("code"), MEASURES) or Name(_("Test result"))
    draft = Draft(title=name.plain if record.patient else name.written or name.plain, sentence="")
    draft.concept, draft.name = body.get("code"), _category(body)
    parts = list(each(body, "component"))
    if _is_pressure(body, parts):
        _pressure(record, draft, parts)
    elif choice(body, "value")[0] or not parts:
        _single(record, draft, name)
    else:
        _several(record, draft, name)
    for part in parts[:_PARTS_SHOWN]:
        draft.fact(name_of(part.get("code"), MEASURES).plain or _("Part"), _part(record, part))
    _more(record, draft, name)
    return draft


def _category(body: Element) -> str:
    """What such an observation is called."""
    codes = [code for one in each(body, "category") for _system, code in codings(one)]
    kind = next((_CATEGORIES[code] for code in codes if code in _CATEGORIES), "")
    return _(kind) if kind else ""


# ── one value ──


def _single(record: Record, draft: Draft, name: Name) -> None:
    value = _value(record, record.body)
    number = _number(record, record.body, name.plain)
    usual = range_of(record.body)
    judgement = judge(record.body, number.value if number else None, usual)
    draft.value, draft.flag = value, judgement.flag
    draft.numbers = (number,) if number else ()
    draft.sentence = _sentence(record, name, value, judgement) if record.patient else _line(record, draft, value, usual)
    draft.fact(_("Result"), value)
    draft.fact(_("Usual range"), _range_words(record, record.body, usual))


def _sentence(record: Record, name: Name, value: str, judgement: Judgement) -> str:
    """The patient's sentence: how it compares where that is known, else what it was."""
    ending = judged(judgement)
    if not value:
        return _absent(record, name)
    is_number = choice(record.body, "value")[0] in ("Quantity", "Integer")
    if ending and (is_number or judgement.flag in (told.POSITIVE, told.NEGATIVE)):
        return _("Your {name} is {ending}.").format(name=name.inside, ending=ending)
    if ending:
        return _("Your {name}: {value}. That is {ending}.").format(name=name.inside, value=value, ending=ending)
    if is_number:
        return _("Your {name} was {value}.").format(name=name.inside, value=value)
    return _("{name}: {value}.").format(name=name.plain, value=value.rstrip("."))


def _absent(record: Record, name: Name) -> str:
    code = code_of(record.body.get("dataAbsentReason"))
    if code in _ABSENT:
        return _("There is no result for {name}: {why}.").format(name=name.inside, why=_(_ABSENT[code]))
    return _("There is no result for {name} here.").format(name=name.inside)


def _line(record: Record, draft: Draft, value: str, usual: Range) -> str:
    """The doctor's line: "Potassium 5.3 mmol/L (3.5-5.0) high"."""
    ends = _ends(record, usual)
    why = words_of(record.body.get("dataAbsentReason")) or code_of(record.body.get("dataAbsentReason"))
    parts = [draft.title, value or _("no value") + (f" ({why})" if why else "")]
    parts += [f"({ends})"] if ends else []
    parts += [flag_word(draft.flag)] if draft.flag not in ("", told.USUAL) else []
    return " ".join(parts)


def _value(record: Record, element: Element) -> str:
    kind, value = choice(element, "value")
    if kind in ("Quantity", "Range", "Ratio", "String"):
        return record.amount(value)
    if kind in ("CodeableConcept", "Boolean"):
        return words_of(value) if kind == "CodeableConcept" else _("Yes") if value is True else _("No")
    if kind in ("Integer", "Decimal"):
        return _written(record, decimal_of(value))
    if kind == "SampledData":
        return _("A curve was recorded")
    told_date = record.reader.calendar.period(value) if kind == "Period" else record.reader.calendar.told(value)
    return told_date or (value if kind == "Time" and isinstance(value, str) else "")


def _number(record: Record, element: Element, label: str) -> Number | None:
    quantity = element.get("valueQuantity")
    value = decimal_of(dig(quantity, "value") if quantity is not None else element.get("valueInteger"))
    if value is None:
        return None
    unit = unit_of(quantity)
    usual = range_of(element)
    shown = with_unit(written_number(value, record.reader.locale), unit)
    return Number(label, value, unit, usual.low, usual.high, shown, judge(element, value, usual).flag)


def _range_words(record: Record, element: Element, usual: Range) -> str:
    """The range, "3.5 to 5.0 mmol/L"; the laboratory's own words where it gave no numbers."""
    if not usual.has_ends:
        return usual.text
    unit = unit_of(dig(element, "valueQuantity"))
    low, high = (_written(record, end) for end in (usual.low, usual.high))
    if low and high:
        return with_unit(_("{low} to {high}").format(low=low, high=high), unit)
    template = _("{low} or more") if low else _("up to {high}")
    return template.format(low=with_unit(low, unit), high=with_unit(high, unit))


def _ends(record: Record, usual: Range) -> str:
    low, high = (_written(record, end) for end in (usual.low, usual.high))
    if low and high:
        return f"{low}\N{EN DASH}{high}"
    return f"≥ {low}" if low else f"≤ {high}" if high else ""


def _written(record: Record, number: Decimal | None) -> str:
    return "" if number is None else written_number(number, record.reader.locale)


# ── several values ──


def _is_pressure(body: Element, parts: list[Element]) -> bool:
    is_panel = any(code in PRESSURE for _system, code in codings(body.get("code")))
    return is_panel and {SYSTOLIC, DIASTOLIC} <= {code for part in parts for _system, code in codings(part.get("code"))}


def _pressure(record: Record, draft: Draft, parts: list[Element]) -> None:
    by_code = {code: part for part in parts for _system, code in codings(part.get("code"))}
    upper = _number(record, by_code[SYSTOLIC], _("Upper blood pressure"))
    lower = _number(record, by_code[DIASTOLIC], _("Lower blood pressure"))
    if upper is None or lower is None:
        _several(record, draft, Name(draft.title))
        return
    draft.numbers = (upper, lower)
    pair = f"{_written(record, upper.value)}/{_written(record, lower.value)}"
    draft.value = with_unit(pair, upper.unit)
    draft.flag = _worst(upper.flag, lower.flag)
    if not record.patient:
        flag = flag_word(draft.flag) if draft.flag not in ("", told.USUAL) else ""
        draft.sentence = f"{draft.title} {draft.value} {flag}".rstrip()
        return
    over = _("Your blood pressure was {upper} over {lower}.").format(
        upper=_written(record, upper.value), lower=_written(record, lower.value)
    )
    draft.sentence = f"{over} {_compared(by_code, upper, lower)}".strip()


def _compared(by_code: dict[str, Element], upper: Number, lower: Number) -> str:
    """How the two numbers of a blood pressure compare; "" where the record does not say."""
    words = [
        judged(judge(by_code[code], number.value, range_of(by_code[code])))
        for code, number in ((SYSTOLIC, upper), (DIASTOLIC, lower))
    ]
    if words[0] == words[1]:
        return _("Both numbers are {ending}.").format(ending=words[0]) if words[0] else ""
    sentences = (_("The upper number is {ending}."), _("The lower number is {ending}."))
    return " ".join(one.format(ending=ending) for one, ending in zip(sentences, words, strict=True) if ending)


def _worst(*flags: str) -> str:
    order = (told.ABNORMAL, told.HIGH, told.LOW, told.POSITIVE, told.NEGATIVE, told.USUAL)
    return next((flag for flag in order if flag in flags), "")


def _several(record: Record, draft: Draft, name: Name) -> None:
    parts = list(each(record.body, "component"))
    numbers = [_number(record, part, name_of(part.get("code"), MEASURES).plain) for part in parts]
    draft.numbers = tuple(number for number in numbers if number is not None)
    draft.flag = _worst(*(_flag(part) for part in parts))
    if record.patient:
        draft.sentence = _("Your {name} has {n} parts.").format(name=name.inside, n=len(parts))
    else:
        values = (f"{words_of(part.get('code'))} {_value(record, part)}".strip() for part in parts)
        draft.sentence = f"{draft.title}: {'; '.join(values)}"


def _flag(part: Element) -> str:
    return judge(part, decimal_of(dig(part, "valueQuantity", "value")), range_of(part)).flag


def _part(record: Record, part: Element) -> str:
    value = _value(record, part)
    usual = range_of(part)
    ending = judged(judge(part, decimal_of(dig(part, "valueQuantity", "value")), usual))
    return ", ".join(word for word in (value, ending if record.patient else _ends(record, usual)) if word)


# ── what else it says ──


def _more(record: Record, draft: Draft, name: Name) -> None:
    body = record.body
    if record.patient:
        draft.fact(_("What this shows"), name.about)
        draft.fact(_("Medical name"), name.medical)
    draft.fact(_("Taken"), record.date("effectiveDateTime") or record.timing("effective")[0])
    draft.fact(_("Part of the body"), words_of(body.get("bodySite")))
    draft.fact(_("How it was done"), words_of(body.get("method")))
    draft.fact(_("By"), record.whos("performer"))
    draft.fact(_("Note"), record.notes())
    draft.fact(_("Meaning in the record"), _own_interpretation(body) if not record.patient else "")


def _own_interpretation(body: Element) -> str:
    return words_in(body, "interpretation") or text(body, "interpretation", "text")


def series_of(body: dict[str, Any]) -> str:
    """What the series of such values is called inside a heading: "weight"."""
    return lowered(name_of(body.get("code"), MEASURES).plain)
