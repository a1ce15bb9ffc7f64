"""Every record of the demo, every type of R4, and records that are no FHIR at all."""

import random
from copy import deepcopy
from datetime import date
from gettext import NullTranslations

import pytest
from babel.messages.pofile import read_po

from carefolio.demo import generate
from carefolio.fhir.tables import elements, types
from carefolio.portal.words.glossary.medicines import used_for
from carefolio.portal.words.records import told
from carefolio.portal.words.told import Reader
from carefolio.portal.words.translate import speaking
from carefolio.portal.words.typenames import TYPE_NAMES, counted, type_name
from carefolio.portal.words.units import unit_of
from scripts.catalogue import SOURCE
from tests.unit.portal.words.checking import problems, texts_of
from tests.unit.portal.words.makers import DOCTOR, PATIENT
from tests.unit.portal.words.reading import grade, longest

JUNK = [
    *(
        None,
        True,
        1,
        -3.5,
        "",
        "x",
        "2024-13-45",
        "entered-in-error",
        "9999-12-31T23:59:59Z",
        "1900-01-01T00:00:00+14:00",
    ),
    *([], {}, [None], [1, "a", {}], {"coding": "x"}, {"coding": [None, {"code": 3}]}, {"reference": 5}, {"value": "x"}),
    {"start": 5, "end": []},
]
PLAIN = [
    {"text": "Some words", "coding": [{"system": "http://loinc.org", "code": "2823-3"}]},
    *("2024-03-04", "final", {"start": "2024"}, {"display": "Dr Sam Hart"}, 3, {"value": 5.3, "unit": "mmol/L"}),
]


@pytest.fixture(scope="module")
def demo():
    bundles = [bundle for _, _, bundle in generate(today=date(2026, 11, 22)).bundles]
    return [entry["resource"] for bundle in bundles for entry in bundle["entry"]]


def test_every_record_of_the_demo(demo):
    assert [(record["resourceType"], bad) for record in demo for bad in problems(record)] == []


def test_the_demo_reads_easily(demo):
    shown = [told(record, PATIENT) for record in demo]
    sentences = sorted({one.sentence for one in shown}, key=longest)
    assert longest(sentences[int(len(sentences) * 0.95)]) <= 20
    assert longest(sentences[-1]) <= 25
    assert grade(" ".join(sentences)) <= 8


def test_results_of_the_demo_are_judged_as_they_were_flagged(demo):
    letters = {"low": "L", "high": "H", "usual": "N"}
    judged = [one for one in demo if one["resourceType"] == "Observation" and "interpretation" in one]
    assert len(judged) > 500
    for one in judged:
        assert letters[told(one, PATIENT).flag] == one["interpretation"][0]["coding"][0]["code"]


def test_every_type_has_its_words():
    assert TYPE_NAMES.keys() >= types()


@pytest.mark.parametrize("type_", sorted(types()))
def test_every_type_of_r4(type_):
    assert problems({"resourceType": type_, "id": "a"}) == []
    for value in PLAIN:
        filled = {one.name: [value] if one.repeats else value for one in elements(type_).values()}
        assert [bad for bad in problems({**filled, "resourceType": type_}) if bad != "FHIR"] == [], value


class Listening(NullTranslations):
    """Hears what a translation is looked for."""

    def __init__(self):
        super().__init__()
        self.heard = set()

    def gettext(self, message):
        self.heard.add(message)
        return message

    def ngettext(self, msgid1, msgid2, n):
        self.heard.add(msgid1)
        return msgid1 if n == 1 else msgid2


def test_all_that_is_told_is_looked_for_in_the_catalogue(demo):
    """And nothing is looked for that does not stand there, as the words of a record themselves."""
    listening = Listening()
    with speaking(listening):
        for record in demo:
            told(record, PATIENT), told(record, DOCTOR)
        for type_ in sorted(types()):
            told({one.name: PLAIN[0] for one in elements(type_).values()} | {"resourceType": type_}, PATIENT)
    with (SOURCE / "portal/locale/django.pot").open("rb") as source:
        known = {one.id if isinstance(one.id, str) else one.id[0] for one in read_po(source)}
    assert listening.heard - known == set()
    assert "" not in listening.heard, "it is not a text, but the catalogue's head"
    assert {"Weight", "You had this visit: {name}.", "measurement", "tablet"} & listening.heard


class Abroad(NullTranslations):
    def gettext(self, message):
        return f"~{message}"

    def ngettext(self, msgid1, msgid2, n):
        return self.gettext(msgid1 if n == 1 else msgid2)


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        ({"code": {"coding": [{"system": "http://snomed.info/sct", "code": "38341003"}]}}, "~High blood pressure"),
        ({"resourceType": "RiskAssessment"}, "~risk estimate"),
        ({"resourceType": "MedicationStatement", "status": "active"}, "~You take this"),
    ],
)
def test_words_of_tables_are_told_in_the_readers_language(record, sentence):
    with speaking(Abroad()):
        shown = told({"resourceType": "Condition"} | record, DOCTOR if "code" in record else PATIENT)
    assert sentence in f"{shown.title} {shown.sentence}"


def test_units_and_uses_are_told_in_the_readers_language():
    with speaking(Abroad()):
        assert (unit_of({"code": "wk"}), unit_of({"code": "1"})) == ("~weeks", "")
        assert used_for("metformin 500 mg") == "~diabetes"
        assert counted("Patient", 1) == "~personal details"
        assert type_name("Encounter") == ("~visit", "~visits")


def spoil(value, dice):
    """The value with something in it replaced by what does not belong there."""
    if isinstance(value, dict) and value and dice.random() < 0.9:
        name = dice.choice(list(value))
        if name != "resourceType":
            value[name] = spoil(value[name], dice) if dice.random() < 0.6 else deepcopy(dice.choice(JUNK))
        return value
    if isinstance(value, list) and value:
        place = dice.randrange(len(value))
        value[place] = spoil(value[place], dice)
        return value
    return deepcopy(dice.choice(JUNK))


def test_nothing_raises(demo):
    dice = random.Random(1)
    readers = Reader("de", "Europe/Vienna"), Reader("en", "UTC", "doctor")
    for _ in range(1500):
        record = deepcopy(dice.choice(demo))
        for _ in range(dice.randint(1, 4)):
            spoil(record, dice)
        for reader in readers:
            assert all(isinstance(text, str) for text in texts_of(told(record, reader)))


@pytest.mark.parametrize("type_", sorted(types()))
def test_nothing_raises_for_any_type(type_):
    dice = random.Random(type_)
    known = list(elements(type_).values())
    for _ in range(10):
        chosen = dice.sample(known, min(12, len(known)))
        record = {one.name: [dice.choice(JUNK)] if one.repeats else dice.choice(JUNK) for one in chosen}
        assert told({**record, "resourceType": type_}, PATIENT).title
