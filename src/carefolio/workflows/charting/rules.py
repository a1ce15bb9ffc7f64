"""What becomes of a filled-in form: the FHIR resources, purely; and when a visit lets its doctor write.

An answer that was left open makes nothing. All that one form makes is written together or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from carefolio.base import clock
from carefolio.base.ids import new_id
from carefolio.records.visits import Visit
from carefolio.workflows.charting import codes
from carefolio.workflows.charting.codes import Code, coded, concept
from carefolio.workflows.charting.fields import LONGEST_LINE, MOST_LINES, Answer, Field, Form, Kind, Usual
from carefolio.workflows.charting.forms import MASS_INDEX, PANELS
from carefolio.workflows.charting.pictures import Picture, attachment
from carefolio.workflows.charting.problems import codes_of
from carefolio.workflows.charting.units import QUANTITIES, Amount

Resource = dict[str, Any]
Values = Mapping[str, Any]
"""By field: an Amount, the key of an answer, words, a list of lines, of teeth, or a Picture; None for no answer."""

EARLY: Final = clock.HOUR
"""A visit that is booked lets its doctor write from so long before it begins."""
LATE: Final = clock.DAY
"""And until so long after it ends, where nobody said that it took place."""
WRITE_UP: Final = 90 * clock.DAY
"""A visit that took place lets its doctor write for so long: results come in after it."""
_CENTIMETRES: Final = Decimal(100)
_FLAGS: Final = MappingProxyType({"L": "Low", "N": "Normal", "H": "High"})


@dataclass(frozen=True, slots=True)
class Setting:
    """Whose chart it is, who writes, and about which day. ``patient``, ``person``: ``Type/id``. ``since``: when what is
    told began. ``adult``: whether they are known to be one, so that adults' usual ranges say something; ``sex``: the
    administrative one, as FHIR writes it, "" where it is not known.
    """

    patient: str
    person: str
    day: date
    note: str = ""
    adult: bool = False
    name: str = ""
    """What the writer is called."""
    since: date | None = None
    sex: str = ""

    @property
    def own(self) -> bool:
        """Whether it is the patient's own word."""
        return self.person == self.patient

    @property
    def writer(self) -> Resource:
        """A reference to who writes."""
        return {"reference": self.person} | ({"display": self.name} if self.name else {})

    @property
    def subject(self) -> Resource:
        """A reference to the patient."""
        return {"reference": self.patient}


@dataclass(slots=True)
class _Making:
    """One form on its way to resources."""

    form: Form
    values: Values
    setting: Setting
    new_id: Callable[[], str]
    made: dict[str, Resource] = field(default_factory=dict)
    """By field, for those that others are derived from."""

    def base(self, type_: str, **more: Any) -> Resource:
        found: Resource = {"resourceType": type_, "id": self.new_id()} | more
        if self.setting.note and type_ != "ClinicalImpression":
            found["note"] = [{"text": self.setting.note, "authorReference": self.setting.writer}]
        return found

    def observation(self, category: str, code: Resource) -> Resource:
        found = self.base(
            "Observation",
            status="final",
            category=[coded("observation-category", category)],
            code=code,
            subject=self.setting.subject,
            effectiveDateTime=self.setting.day.isoformat(),
            performer=[self.setting.writer],
        )
        site = self.site()
        return found | ({"bodySite": site} if site else {})

    def site(self) -> Resource:
        """Where on the body, where the form asks for it."""
        for one in self.form.fields:
            if one.kind is Kind.SITE and self.values.get(one.name):
                answer = one.answer(self.values[one.name])
                return concept(*answer.codes, text=answer.words)
        return {}


def resources(form: Form, values: Values, setting: Setting, new_id: Callable[[], str]) -> list[Resource]:
    """All that a filled-in form makes; nothing where it has no answer."""
    making = _Making(form, values, setting, new_id)
    found = list(_panels(making))
    for one in form.fields:
        if not one.panel and not _is_empty(values.get(one.name)):
            found += _MAKERS[one.kind](making, one, values[one.name])
    found += _mass_index(making)
    _show_pictures(found)
    return found


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], ())


# ── amounts and choices ──


def _amount(making: _Making, one: Field, value: Amount) -> Iterator[Resource]:
    made = making.observation(one.category or making.form.category, _named(one))
    made |= quantified(one, value.value, _usual(making, one))
    making.made[one.name] = made
    yield made


def _usual(making: _Making, one: Field) -> Usual:
    return one.usual(making.setting.sex) if making.setting.adult else (None, None)


def quantified(one: Field, value: Decimal, usual: Usual) -> Resource:
    """The elements of an Observation, or of a part of one, that hold this number; without a usual range, no flag."""
    found: Resource = {"valueQuantity": quantity(one, value)}
    if usual == (None, None):
        return found
    flag = _flag(usual, value)
    meaning = {"system": codes.HL7 + "v3-ObservationInterpretation", "code": flag, "display": _FLAGS[flag]}
    found["interpretation"] = [{"coding": [meaning]}]
    found["referenceRange"] = [
        {name: quantity(one, Decimal(end)) for name, end in zip(("low", "high"), usual, strict=True) if end is not None}
    ]
    return found


def quantity(one: Field, value: Decimal) -> Resource:
    """The number with its UCUM unit."""
    unit = QUANTITIES[one.quantity].kept
    return {"value": value, "unit": unit.shown, "system": codes.UCUM, "code": unit.code}


def _flag(usual: Usual, value: Decimal) -> str:
    low, high = usual
    if low is not None and value < Decimal(low):
        return "L"
    return "H" if high is not None and value > Decimal(high) else "N"


def _choice(making: _Making, one: Field, key: str) -> Iterator[Resource]:
    made = making.observation(one.category or making.form.category, _named(one))
    yield made | {"valueCodeableConcept": _answered(one.answer(key))}


def _named(one: Field) -> Resource:
    return concept(one.code, text=one.label) if one.code else {"text": one.label}


def _answered(answer: Answer) -> Resource:
    return concept(*answer.codes, text=answer.words)


def _panels(making: _Making) -> Iterator[Resource]:
    """Fields that are one Observation together."""
    for key in dict.fromkeys(one.panel for one in making.form.fields if one.panel):
        panel = PANELS[key]
        parts = [one for one in making.form.fields if one.panel == key]
        told = [one for one in parts if not _is_empty(making.values.get(one.name))]
        if not told or (panel.all and len(told) < len(parts)):
            continue
        made = making.observation(panel.category, concept(panel.code, text=panel.label))
        for one in told:
            if one.name == panel.main:
                made |= _valued(making, one)
        components = [{"code": _named(one)} | _valued(making, one) for one in told if one.name != panel.main]
        making.made[key] = made | ({"component": components} if components else {})
        yield making.made[key]


def _valued(making: _Making, one: Field) -> Resource:
    value = making.values[one.name]
    if one.kind is Kind.CHOICE:
        return {"valueCodeableConcept": _answered(one.answer(value))}
    return quantified(one, value.value, _usual(making, one))


def mass_index(weight: Decimal, height: Decimal) -> Decimal:
    """Kilograms by the square of metres, to one digit."""
    return round(weight / (height / _CENTIMETRES) ** 2, 1)


def _mass_index(making: _Making) -> Iterator[Resource]:
    weight, height = making.made.get("weight"), making.made.get("height")
    if weight is None or height is None:
        return
    value = mass_index(weight["valueQuantity"]["value"], height["valueQuantity"]["value"])
    made = making.observation(MASS_INDEX.category, _named(MASS_INDEX))
    made |= quantified(MASS_INDEX, value, _usual(making, MASS_INDEX))
    yield made | {"derivedFrom": [{"reference": f"Observation/{one['id']}"} for one in (weight, height)]}


def with_mass_index(index: Resource, *parts: Resource) -> Resource:
    """The mass index as these two, a weight and a height in either order, make it."""
    values = {one["valueQuantity"]["code"]: Decimal(one["valueQuantity"]["value"]) for one in parts}
    if values.keys() != {"kg", "cm"}:
        return index
    quantity_now = index["valueQuantity"] | {"value": mass_index(values["kg"], values["cm"])}
    kept = {name: value for name, value in index.items() if name not in ("interpretation", "text")}
    return kept | {"valueQuantity": quantity_now}


# ── problems and allergies ──


def _illness(making: _Making, one: Field, key: str) -> Iterator[Resource]:
    yield _condition(making, _answered(one.answer(key)))


def _problem(making: _Making, _one: Field, words: str) -> Iterator[Resource]:
    made = _condition(making, concept(*codes_of(words), text=words))
    if making.form.summary:
        made["verificationStatus"] = coded("condition-ver-status", making.values["sure"])
    yield made
    if making.form.summary and making.setting.note:
        yield _impression(making, made, words)


def _condition(making: _Making, code: Resource) -> Resource:
    setting = making.setting
    onset = {"onsetDateTime": setting.since.isoformat()} if setting.since else {}
    return making.base(
        "Condition",
        clinicalStatus=coded("condition-clinical", "active"),
        category=[coded("condition-category", _listed(making.form))],
        code=code,
        subject=setting.subject,
        recorder=setting.writer,
        asserter=setting.writer,
        recordedDate=setting.day.isoformat(),
        **onset,
    )


def _listed(form: Form) -> str:
    return form.category if form.category == "encounter-diagnosis" else "problem-list-item"


def _impression(making: _Making, condition: Resource, words: str) -> Resource:
    setting = making.setting
    return making.base(
        "ClinicalImpression",
        status="completed",
        description=words,
        subject=setting.subject,
        assessor=setting.writer,
        summary=setting.note,
        problem=[{"reference": f"Condition/{condition['id']}"}],
    )


def _allergies(making: _Making, _one: Field, lines: Sequence[str]) -> Iterator[Resource]:
    setting = making.setting
    for line in lines:
        substance, _colon, reaction = (part.strip() for part in line.partition(":"))
        made = making.base(
            "AllergyIntolerance",
            clinicalStatus=coded("allergyintolerance-clinical", "active"),
            verificationStatus=coded("allergyintolerance-verification", "unconfirmed" if setting.own else "confirmed"),
            code={"text": substance},
            patient=setting.subject,
            recordedDate=setting.day.isoformat(),
            recorder=setting.writer,
            asserter=setting.writer,
        )
        yield made | ({"reaction": [{"manifestation": [{"text": reaction}]}]} if reaction else {})


def lines_of(text: str) -> list[str]:
    """What was written one in a line; raises ValueError for too many, too long, or a reaction to nothing."""
    found = [" ".join(line.split()) for line in text.splitlines()]
    found = list(dict.fromkeys(line for line in found if line))
    if len(found) > MOST_LINES or any(len(line) > LONGEST_LINE or line.startswith(":") for line in found):
        raise ValueError
    return found


# ── pictures and teeth ──


def _picture(making: _Making, _one: Field, picture: Picture) -> Iterator[Resource]:
    setting, site = making.setting, making.site()
    title = f"Picture: {site['text'].lower() if site else making.form.title}"
    made = making.base(
        "Media",
        status="completed",
        type=coded("media-type", "image") | {"text": "Picture"},
        subject=setting.subject,
        createdDateTime=setting.day.isoformat(),
        operator=setting.writer,
        height=picture.height,
        width=picture.width,
        content=picture.attachment(title),
    )
    yield made | ({"bodySite": site} if site else {})


def document(title: str, file: tuple[str, bytes], setting: Setting) -> Resource:
    """The DocumentReference of a file (its type and its bytes) that somebody sent."""
    attached = attachment(*file, title) | {"creation": setting.day.isoformat()}
    made: Resource = {
        "resourceType": "DocumentReference",
        "id": new_id(),
        "status": "current",
        "subject": setting.subject,
        "date": f"{clock.moment(clock.now()):%Y-%m-%dT%H:%M:%SZ}",
        "author": [setting.writer],
        "description": title,
        "content": [{"attachment": attached}],
        "context": {"period": {"start": setting.day.isoformat(), "end": setting.day.isoformat()}},
    }
    return made


def _show_pictures(made: Iterable[Resource]) -> None:
    """What a form found leads to the picture of it."""
    found = list(made)
    media = [{"reference": f"Media/{one['id']}"} for one in found if one["resourceType"] == "Media"]
    for one in found:
        if media and one["resourceType"] == "Observation":
            one["derivedFrom"] = media


def _teeth(making: _Making, one: Field, teeth: Sequence[str]) -> Iterator[Resource]:
    finding = making.form.field("finding").answer(making.values["finding"])
    for tooth in teeth:
        made = making.observation(making.form.category, _named_tooth(one, tooth))
        made["bodySite"] = concept(Code(codes.TEETH, tooth, tooth), text=tooth)
        yield made | {"valueCodeableConcept": _answered(finding)}


def _named_tooth(one: Field, tooth: str) -> Resource:
    return concept(*[one.code] if one.code else [], text=f"Tooth {tooth}")


def _nothing(_making: _Making, _one: Field, _value: Any) -> Iterator[Resource]:
    """It stands in what other fields make."""
    return iter(())


_Maker = Callable[[_Making, Field, Any], Iterable[Resource]]
_MAKERS: Final[Mapping[Kind, _Maker]] = MappingProxyType(
    {
        Kind.AMOUNT: _amount,
        Kind.CHOICE: _choice,
        Kind.ILLNESS: _illness,
        Kind.PROBLEM: _problem,
        Kind.ALLERGIES: _allergies,
        Kind.CERTAINTY: _nothing,
        Kind.TEETH: _teeth,
        Kind.FINDING: _nothing,
        Kind.PICTURE: _picture,
        Kind.SITE: _nothing,
    }
)


# ── who ──


def lets_write(visit: Visit, now: int) -> bool:
    """Whether a visit is a reason for its doctor to write in the chart now (µs UTC)."""
    if visit.status == "arrived":
        return True
    if visit.status == "fulfilled":
        return now <= visit.end + WRITE_UP
    return visit.status == "booked" and visit.start - EARLY <= now <= visit.end + LATE
