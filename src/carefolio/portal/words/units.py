"""Numbers and units as people write them: 10*3/uL is 10³/µL with a times sign, Cel is °C, {score} is nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from babel.numbers import format_decimal

from carefolio.portal.words.dates import locale_of
from carefolio.portal.words.translate import gettext as _
from carefolio.portal.words.translate import marked

TIMES: Final = "\N{MULTIPLICATION SIGN}"
_LARGEST: Final = 15
"""Beyond so many digits before or after the point a number is written as a power of ten."""
_DIGITS: Final = 6
_DECIMALS, _FEW, _SMALL_DIGITS = 4, 2, 1
_WRITTEN: Final[Mapping[str, str]] = marked(
    {
        "mm[Hg]": "mmHg",
        "Cel": "°C",
        "[degF]": "°F",
        "kg/m2": "kg/m²",
        "m2": "m²",
        "/min": "per minute",
        "{beats}/min": "beats per minute",
        "{breaths}/min": "breaths per minute",
        "beats/min": "beats per minute",
        "breaths/min": "breaths per minute",
        "mL/min/{1.73_m2}": "mL/min/1.73 m²",
        "[pH]": "",
        "pH": "",
        "1": "",
        "d": "days",
        "wk": "weeks",
        "mo": "months",
        "a": "years",
        "h": "hours",
        "min": "minutes",
        "s": "seconds",
        "deg": "degrees",
        "d/mo": "days a month",
        "[lb_av]": "lb",
        "[in_i]": "in",
        "[oz_av]": "oz",
        "[ft_i]": "ft",
        "[arb'U]": "units",
        "points": "points",
    }
)
_ANNOTATION: Final = re.compile(r"[{(]([^{}()]*)[})]")
_POWER: Final = re.compile(r"^10[*^](\d+)")
_SUPERSCRIPT: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_INTERNATIONAL: Final = re.compile(r"\[(iu|IU|U)\]")
_MICRO: Final = re.compile(r"(^|[/.])u(?=[A-Za-z])")
_SILENT: Final = frozenset({"score", "count", "ratio", "nominal", "inr", "t-score", "number"})


def unit_of(quantity: object) -> str:
    """The unit of a FHIR Quantity as people write it; what the record itself wrote, where it is plain already."""
    if not isinstance(quantity, Mapping):
        return ""
    shown, code = quantity.get("unit"), quantity.get("code")
    text = shown if isinstance(shown, str) and shown else code
    return written(text) if isinstance(text, str) else ""


def written(unit: str) -> str:
    """A UCUM code, or a unit as a laboratory wrote it, in plain signs."""
    known = _WRITTEN.get(unit)
    if known is not None:
        return _(known) if known else ""
    text = _ANNOTATION.sub(_annotated, unit).strip()
    text = _POWER.sub(lambda match: TIMES + "10" + match[1].translate(_SUPERSCRIPT), text)
    text = re.sub(r"^10(?=[⁰¹²³⁴⁵⁶⁷⁸⁹])", TIMES + "10", text)
    text = _INTERNATIONAL.sub("IU", text)
    return _MICRO.sub(r"\1µ", text).replace("[", "").replace("]", "")


def _annotated(match: re.Match[str]) -> str:
    """An annotation counts as a word, unless it only says that a thing is counted."""
    word = match[1].strip()
    return "" if word.casefold() in _SILENT else f" {word.replace('_', ' ')}"


def decimal_of(value: object) -> Decimal | None:
    """A JSON number as a Decimal; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    return number if number.is_finite() else None


def written_number(number: Decimal, locale: str) -> str:
    """A number to the digit that it was recorded with (1.10 stays 1.10), in the locale's way of writing.

    What a machine wrote with more than four decimals is rounded to two, or to two digits below one.
    """
    number = _rounded(number)
    exponent = number.as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    if number and (abs(number.adjusted()) > _LARGEST or places > _LARGEST):
        return _as_power(number, locale)
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return str(format_decimal(number, pattern, locale_of(locale), decimal_quantization=False))


def _rounded(number: Decimal) -> Decimal:
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent <= _DECIMALS or not number:
        return number
    return round(number, _FEW if number.adjusted() >= 0 else _SMALL_DIGITS - number.adjusted())


def _as_power(number: Decimal, locale: str) -> str:
    power = number.adjusted()
    front = round(number.scaleb(-power), _DIGITS).normalize()
    sign = "⁻" if power < 0 else ""
    return f"{written_number(front, locale)} {TIMES} 10{sign}{str(abs(power)).translate(_SUPERSCRIPT)}"


def with_unit(number: str, unit: str) -> str:
    """Number and unit: "5.3 mmol/L", "97 %", "36.8 °C"; the number alone where there is no unit."""
    return f"{number} {unit}" if unit else number
