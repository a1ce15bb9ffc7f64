"""A record's elements, read with care: whatever the JSON holds, nothing is raised and nothing is invented."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from carefolio.fhir.kinds import literal
from carefolio.portal.words.dates import low_of
from carefolio.portal.words.told import Reader
from carefolio.portal.words.translate import gettext as _
from carefolio.portal.words.translate import marked
from carefolio.portal.words.units import decimal_of, unit_of, with_unit, written_number

Element = Mapping[str, Any]
_NAME_USES: Final = ("official", "usual", "")
_LONGEST: Final = 2_000
"""A longer text is no fact of a summary; the page shows it elsewhere."""
_CENTS: Final = 2
_COMPARED: Final = marked({"<": "less than {}", "<=": "{} or less", ">": "more than {}", ">=": "{} or more"})


def dig(element: object, *names: str) -> Any:
    """What stands at a path; of a list its first item; None where there is nothing."""
    for name in names:
        element = first(element)
        if not isinstance(element, Mapping):
            return None
        element = element.get(name)
    return first(element)


def first(value: object) -> object:
    """The first item of a list, or the value itself."""
    if isinstance(value, list):
        return value[0] if value else None
    return value


def text(element: object, *names: str) -> str:
    """The text at a path, trimmed; "" where there is none."""
    found = dig(element, *names)
    return " ".join(found.split())[:_LONGEST] if isinstance(found, str) else ""


def each(element: object, name: str) -> Iterator[Element]:
    """The objects of a list, or the one object."""
    value = element.get(name) if isinstance(element, Mapping) else None
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, Mapping):
            yield item


def texts(element: object, name: str) -> list[str]:
    """The texts of a list."""
    value = element.get(name) if isinstance(element, Mapping) else None
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str) and item]


def codings(concept: object) -> Iterator[tuple[str, str]]:
    """(system, code) of a CodeableConcept, or of a Coding itself."""
    if not isinstance(concept, Mapping):
        return
    for coding in each(concept, "coding") if "coding" in concept else [concept]:
        code = coding.get("code")
        if isinstance(code, str) and code:
            yield text(coding, "system"), code


def code_of(concept: object) -> str:
    """The first code of a concept, "" for none."""
    return next((code for _, code in codings(concept)), "")


def choice(element: object, stem: str) -> tuple[str, Any]:
    """Type and value of a choice: ``("Quantity", {…})`` for ``valueQuantity``; ("", None) where it is absent."""
    if isinstance(element, Mapping):
        for name, value in element.items():
            if name.startswith(stem) and name[len(stem) : len(stem) + 1].isupper():
                return name[len(stem) :], value
    return "", None


def human_name(person: object) -> str:
    """The name of a person: as it is written, else its parts in their order."""
    names = sorted(each(person, "name"), key=lambda name: text(name, "use") not in _NAME_USES)
    if not names:
        return text(person, "name")
    name = names[0]
    parts = [*texts(name, "prefix"), *texts(name, "given"), text(name, "family"), *texts(name, "suffix")]
    return text(name, "text") or " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Record:
    """A record and who reads it."""

    body: Element
    reader: Reader

    @property
    def type(self) -> str:
        """Its FHIR type."""
        return text(self.body, "resourceType")

    @property
    def patient(self) -> bool:
        """Whether the patient reads it."""
        return self.reader.is_patient

    def who(self, reference: object) -> str:
        """What a Reference's target is called: its display, a name that the page looked up, a contained one's."""
        if not isinstance(reference, Mapping):
            return ""
        shown = text(reference, "display")
        named = shown or self.reader.names.get(literal(reference), "")
        return named or self._contained(text(reference, "reference"))

    def whos(self, name: str, *inner: str) -> str:
        """Who stands in a list of References, or of backbones that hold one."""
        found = (self.who(dig(item, *inner) if inner else item) for item in each(self.body, name))
        return ", ".join(dict.fromkeys(one for one in found if one))

    def contained(self, reference: object) -> Element | None:
        """The contained resource that a Reference names."""
        target = text(reference, "reference")
        found = (one for one in each(self.body, "contained") if target and target == f"#{text(one, 'id')}")
        return next(found, None)

    def _contained(self, reference: str) -> str:
        one = self.contained({"reference": reference}) if reference.startswith("#") else None
        return human_name(one) if one is not None else ""

    def day(self, *names: str) -> str:
        """A date at a path as a day."""
        return self.reader.calendar.day(dig(self.body, *names), short=not self.patient)

    def date(self, *names: str) -> str:
        """A date at a path, as exact as it is."""
        return self.reader.calendar.told(dig(self.body, *names), short=not self.patient)

    def timing(self, stem: str) -> tuple[str, int | None]:
        """When, of a choice (``effective[x]``), and its first microsecond to sort by."""
        kind, value = choice(self.body, stem)
        if kind == "Period":
            return self.reader.calendar.period(value, short=not self.patient), low_of(dig(value, "start"))
        if kind == "Timing":
            return self.reader.calendar.day(dig(value, "event")), low_of(dig(value, "event"))
        if kind in ("DateTime", "Date", "Instant"):
            return self.reader.calendar.day(value, short=not self.patient), low_of(value)
        return self.amount(value), None

    def amount(self, quantity: object) -> str:
        """A Quantity, Age, Duration, Range or Ratio in words; a text as it is."""
        if isinstance(quantity, str):
            return quantity if low_of(quantity) is None else self.reader.calendar.day(quantity)
        if not isinstance(quantity, Mapping):
            return ""
        if "numerator" in quantity:
            parts = (self.amount(quantity.get("numerator")), self.amount(quantity.get("denominator")))
            return " / ".join(part for part in parts if part)
        if "low" in quantity or "high" in quantity:
            low, high = self.amount(quantity.get("low")), self.amount(quantity.get("high"))
            return _("{low} to {high}").format(low=low, high=high) if low and high else low or high
        return self._quantity(quantity)

    def _quantity(self, quantity: Element) -> str:
        number = decimal_of(quantity.get("value"))
        if number is None:
            return ""
        told = with_unit(written_number(number, self.reader.locale), unit_of(quantity))
        comparator = text(quantity, "comparator")
        return _(_COMPARED[comparator]).format(told) if comparator in _COMPARED else told

    def money(self, value: object) -> str:
        """A FHIR Money, or an older Quantity with a currency: "45.00 EUR"."""
        number = decimal_of(dig(value, "value"))
        if number is None:
            return ""
        currency = text(value, "currency") or text(value, "code")
        return with_unit(written_number(round(number, _CENTS), self.reader.locale), currency)

    def notes(self, name: str = "note") -> str:
        """What somebody wrote beside it."""
        return " ".join(told for item in each(self.body, name) if (told := text(item, "text")))
