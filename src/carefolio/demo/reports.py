"""The words of reports and letters: conclusions from values, result sheets, letters between doctors."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from carefolio.demo.codes import Measure
from carefolio.demo.people import Doctor, Patient
from carefolio.demo.places import HOSPITALS
from carefolio.demo.records import flag

_WORDS = {"L": "below", "H": "above"}


def conclusion(values: Mapping[Measure, Decimal]) -> str:
    """Say in words which values are outside their usual range."""
    outside = [
        f"{measure.name} {value} {unit(measure)} is {_WORDS[letter]} the usual range ({_range(measure)})."
        for measure, value in values.items()
        if (letter := flag(measure, value)) in _WORDS
    ]
    if not outside:
        return "All results are within the usual range."
    rest = [] if len(outside) == len(values) else ["All other results are within the usual range."]
    return " ".join([*outside, *rest])


def sheet(title: str, patient: Patient, drawn: str, values: Mapping[Measure, Decimal]) -> str:
    """Return the result sheet as a laboratory would print it."""
    rows = [_row(measure, value) for measure, value in values.items()]
    head = [
        title.upper(),
        f"Patient: {patient.name}   Born: {patient.birth_date.isoformat()}",
        f"Drawn: {drawn}",
        "",
    ]
    return "\n".join([*head, *rows, "", conclusion(values), ""])


def _row(measure: Measure, value: Decimal) -> str:
    mark = flag(measure, value) if flag(measure, value) in _WORDS else ""
    return f"{measure.name:<42}{value!s:>9} {unit(measure):<10}{_range(measure):<16}{mark}".rstrip()


def _range(measure: Measure) -> str:
    return f"{measure.low} to {measure.high}"


def unit(measure: Measure) -> str:
    """Return the unit as people write it."""
    return measure.shown or measure.unit


def correspondence(patient: Patient, author: Doctor, dated: str, paragraphs: Sequence[str]) -> str:
    """Return a letter in plain text from the author's house."""
    house = HOSPITALS[author.hospital]
    head = [house.name, f"{house.line}, {house.city}", "", dated, ""]
    about = [
        f"Re: {patient.name}, born {patient.birth_date.isoformat()}, MRN {patient.mrns[author.hospital]}",
        "",
    ]
    foot = ["", "Yours sincerely,", author.name, author.qualification, author.speciality, ""]
    return "\n".join([*head, *about, *paragraphs, *foot])
