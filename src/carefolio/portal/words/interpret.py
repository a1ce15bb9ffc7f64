"""Whether a result is usual: as the record says (interpretation) first, else by its own reference range.

A range is never invented. How far outside a value lies is told by one rule: the distance from the nearest end,
measured in widths of the range. Up to a quarter of a width is "a little", up to one width "clearly", more is "far".
Where only one end is given, the distance is measured in that end's own value, up to a tenth and up to a half.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from carefolio.portal.words import told
from carefolio.portal.words.elements import Element, code_of, dig, each, text
from carefolio.portal.words.translate import gettext as _
from carefolio.portal.words.translate import marked
from carefolio.portal.words.units import decimal_of, unit_of

_CODES: Final = {
    **dict.fromkeys(("L", "LL", "LU", "LX", "<"), told.LOW),
    **dict.fromkeys(("H", "HH", "HU", "HX", ">"), told.HIGH),
    **dict.fromkeys(("A", "AA"), told.ABNORMAL),
    **dict.fromkeys(("POS", "DET", "RR", "WR"), told.POSITIVE),
    **dict.fromkeys(("NEG", "ND", "NR"), told.NEGATIVE),
    "N": told.USUAL,
}
_CRITICAL: Final = frozenset({"LL", "HH"})
_LITTLE, _CLEAR = Decimal("0.25"), Decimal(1)
_LITTLE_OF_END, _CLEAR_OF_END = Decimal("0.1"), Decimal("0.5")
_ORDINARY_RANGE: Final = frozenset({"normal", ""})


@dataclass(frozen=True, slots=True)
class Range:
    """The usual range as the record gives it; None: that end is not given."""

    low: Decimal | None = None
    high: Decimal | None = None
    text: str = ""

    @property
    def has_ends(self) -> bool:
        """Whether there is an end to compare with."""
        return self.low is not None or self.high is not None


@dataclass(frozen=True, slots=True)
class Judgement:
    """Flag as in ``Told.flag``, and how far: "", little, clear or far."""

    flag: str = ""
    degree: str = ""


def judge(element: Element, value: Decimal | None, usual: Range) -> Judgement:
    """What an Observation, or a component of one, says of its value."""
    code = next((code for one in each(element, "interpretation") if (code := code_of(one)) in _CODES), "")
    flag = _CODES.get(code) or _compared(value, usual, text(element, "valueQuantity", "comparator"))
    if flag not in (told.LOW, told.HIGH):
        return Judgement(flag)
    return Judgement(flag, "far" if code in _CRITICAL else _degree(flag, value, usual))


def range_of(element: Element) -> Range:
    """The one usual range that the record gives for this value, in the unit of the value; else an empty one.

    Where several are given (by sex, by age) it is not for us to choose.
    """
    ranges = [one for one in each(element, "referenceRange") if code_of(one.get("type")) in _ORDINARY_RANGE]
    if len(ranges) != 1:
        return Range()
    unit = unit_of(dig(element, "valueQuantity"))
    low, high = _end(ranges[0], "low", unit), _end(ranges[0], "high", unit)
    if low is not None and high is not None and low > high:
        return Range()
    return Range(low, high, text(ranges[0], "text"))


def _end(range_: Element, name: str, unit: str) -> Decimal | None:
    end = dig(range_, name)
    same = unit_of(end) in ("", unit) or not unit
    return decimal_of(dig(end, "value")) if same else None


def _compared(value: Decimal | None, usual: Range, comparator: str) -> str:
    """By the range. "Less than 5" is low only where 5 is not above the low end, and never known to be usual."""
    if value is None or not usual.has_ends:
        return ""
    if comparator:
        is_low = "<" in comparator and usual.low is not None and value <= usual.low
        is_high = ">" in comparator and usual.high is not None and value >= usual.high
        return told.LOW if is_low else told.HIGH if is_high else ""
    if usual.low is not None and value < usual.low:
        return told.LOW
    return told.HIGH if usual.high is not None and value > usual.high else told.USUAL


def _degree(flag: str, value: Decimal | None, usual: Range) -> str:
    end = usual.low if flag == told.LOW else usual.high
    if value is None or end is None:
        return ""
    distance = end - value if flag == told.LOW else value - end
    if distance < 0:
        return ""
    if usual.low is not None and usual.high is not None and usual.high > usual.low:
        return _step(distance / (usual.high - usual.low), _LITTLE, _CLEAR)
    return _step(distance / abs(end), _LITTLE_OF_END, _CLEAR_OF_END) if end else ""


def _step(distance: Decimal, little: Decimal, clear: Decimal) -> str:
    if distance <= little:
        return "little"
    return "clear" if distance <= clear else "far"


def judged(judgement: Judgement) -> str:
    """The judgement as the end of a sentence: "a little above the usual range"; "" where there is none."""
    words = _TOLD.get((judgement.flag, judgement.degree)) or _TOLD.get((judgement.flag, ""), "")
    return _(words) if words else ""


def flag_word(flag: str) -> str:
    """One word for a chip beside the value."""
    return _(_FLAG_WORDS[flag]) if flag in _FLAG_WORDS else ""


_TOLD: Final = marked(
    {
        (told.LOW, "little"): "a little below the usual range",
        (told.LOW, "clear"): "clearly below the usual range",
        (told.LOW, "far"): "far below the usual range",
        (told.LOW, ""): "below the usual range",
        (told.HIGH, "little"): "a little above the usual range",
        (told.HIGH, "clear"): "clearly above the usual range",
        (told.HIGH, "far"): "far above the usual range",
        (told.HIGH, ""): "above the usual range",
        (told.USUAL, ""): "within the usual range",
        (told.ABNORMAL, ""): "not as usual",
        (told.POSITIVE, ""): "positive",
        (told.NEGATIVE, ""): "negative",
    }
)
_FLAG_WORDS: Final = marked(
    {
        told.LOW: "low",
        told.HIGH: "high",
        told.USUAL: "usual",
        told.ABNORMAL: "not as usual",
        told.POSITIVE: "positive",
        told.NEGATIVE: "negative",
    }
)
