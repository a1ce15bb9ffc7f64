from decimal import Decimal

import pytest

from carefolio.fhir.dates import EARLIEST, LATEST, interval
from carefolio.fhir.extract import (
    Composite,
    Link,
    Number,
    Quantity,
    Span,
    Text,
    Token,
    Uri,
    compiled,
    extract,
)
from carefolio.fhir.parameters import TYPES, parameters

from . import samples

HALF = Decimal("0.50")
FOUR_YEARS = Quantity(Decimal(4), None, "a")
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
PRESSURE = [Token(LOINC, "85354-9"), Token(None, "bp")]
SYSTOLIC = Quantity(Decimal("117.0"), UCUM, "mm[Hg]")
DIASTOLIC = Quantity(Decimal(76), UCUM, "mm[Hg]")


@pytest.mark.parametrize("type_name", sorted(TYPES))
def test_every_parameter_of_r4_compiles(type_name):
    for name in parameters(type_name):
        assert extract(type_name, name, {"resourceType": type_name}) in ([], [Token(None, "false")])


def test_only_one_parameter_of_r4_has_values_of_no_kind():
    nothing = compiled("Location", "near")
    assert {
        (type_name, name)
        for type_name in TYPES
        for name in parameters(type_name)
        if compiled(type_name, name) is nothing
    } == {("Location", "near")}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("_id", [Token(None, "pressure")]),
        ("_lastUpdated", [Span(*interval("2026-03-01T08:00:00Z"))]),
        ("_tag", [Token("urn:x:tag", "ward")]),
        ("code", PRESSURE),
        ("status", [Token("http://hl7.org/fhir/observation-status", "final")]),
        ("category", [Token("urn:x:category", "vital-signs")]),
        ("date", [Span(*interval("2026-03-01T06:55:00Z"))]),
        ("patient", [Link("Patient/anna")]),
        ("subject", [Link("Patient/anna")]),
        ("performer", [Link("Practitioner/ines")]),
        ("component-code", [Token(LOINC, "8480-6"), Token(LOINC, "8462-4")]),
        ("combo-code", [*PRESSURE, Token(LOINC, "8480-6"), Token(LOINC, "8462-4")]),
        ("combo-value-quantity", [SYSTOLIC, DIASTOLIC]),
        ("value-quantity", []),
        ("code-value-quantity", []),
        (
            "component-code-value-quantity",
            [Composite((Token(LOINC, "8480-6"), SYSTOLIC)), Composite((Token(LOINC, "8462-4"), DIASTOLIC))],
        ),
    ],
)
def test_an_observation(name, values):
    assert extract("Observation", name, samples.observation()) == values


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("identifier", [Token("urn:x:mrn", "4711"), Token(None, "loose")]),
        ("active", [Token(None, "true")]),
        ("gender", [Token("http://hl7.org/fhir/administrative-gender", "female")]),
        ("email", [Token("email", "anna@example.org")]),
        ("phone", [Token("phone", "+44 20 7946 0000")]),
        ("family", [Text("Peterson")]),
        ("given", [Text("Anna"), Text("Maria")]),
        ("name", [Text("Anna Maria Peterson"), Text("Peterson"), Text("Anna"), Text("Maria")]),
        ("address", [Text("1 High Street"), Text("Leeds"), Text("LS1")]),
        ("birthdate", [Span(*interval("1985-04-23"))]),
        ("deceased", [Token(None, "false")]),
        ("general-practitioner", [Link("Practitioner/ines")]),
    ],
)
def test_a_patient(name, values):
    assert extract("Patient", name, samples.patient()) == values


@pytest.mark.parametrize(
    ("deceased", "code"),
    [
        ({"deceasedBoolean": False}, "false"),
        ({"deceasedBoolean": True}, "true"),
        ({"deceasedDateTime": "2020"}, "true"),
    ],
)
def test_deceased_is_true_with_a_date_too(deceased, code):
    assert extract("Patient", "deceased", samples.patient() | deceased) == [Token(None, code)]


def observation_with(**elements):
    return samples.observation() | elements


def test_a_choice_yields_the_type_that_is_there():
    concept = observation_with(valueCodeableConcept={"coding": [{"code": "pos"}], "text": "positive"})
    assert extract("Observation", "value-concept", concept) == [Token(None, "pos")]
    assert extract("Observation", "value-string", concept) == [Text("positive")]
    assert extract("Observation", "code-value-concept", concept) == [
        Composite((code, Token(None, "pos"))) for code in PRESSURE
    ]


@pytest.mark.parametrize(
    ("period", "spans"),
    [
        ({"start": "2020", "end": "2021"}, [Span(interval("2020")[0], interval("2021")[1])]),
        ({"start": "2020"}, [Span(interval("2020")[0], LATEST)]),
        ({"end": "2021"}, [Span(EARLIEST, interval("2021")[1])]),
        ({"extension": []}, []),
    ],
)
def test_a_period_may_be_open(period, spans):
    resource = {"resourceType": "Observation", "effectivePeriod": period}
    assert extract("Observation", "date", resource) == spans


def test_a_timing_is_its_events_and_its_bounds():
    timing = {"event": ["2020", None, "2021"], "repeat": {"boundsPeriod": {"start": "2022", "end": "2023"}}}
    assert extract("Observation", "date", {"effectiveTiming": timing}) == [
        Span(*interval("2020")),
        Span(*interval("2021")),
        Span(interval("2022")[0], interval("2023")[1]),
    ]


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        ({"reference": "Patient/1"}, True),
        ({"reference": "Patient/1/_history/3"}, True),
        ({"reference": "https://a.example/Patient/1"}, True),
        ({"reference": "Patient?identifier=1"}, True),
        ({"reference": "urn:uuid:c757873d-ec9a-4326-a141-556f43239520", "type": "Patient"}, True),
        ({"reference": "urn:uuid:c757873d-ec9a-4326-a141-556f43239520"}, False),
        ({"reference": "Group/1"}, False),
        ({"reference": "Group/1", "type": "Patient"}, False),
        ({"display": "somebody"}, False),
    ],
)
def test_where_a_reference_leads_decides(subject, found):
    assert extract("Observation", "patient", {"subject": subject}) == ([Link(subject["reference"])] if found else [])


@pytest.mark.parametrize(
    ("type_name", "name", "resource", "values"),
    [
        ("RiskAssessment", "probability", {"prediction": [{"probabilityDecimal": HALF}]}, [Number(HALF)]),
        ("ValueSet", "url", {"url": "urn:x:set"}, [Uri("urn:x:set")]),
        ("Library", "successor", {"relatedArtifact": [{"type": "successor", "resource": "u"}]}, [Link("u")]),
        ("Library", "successor", {"relatedArtifact": [{"type": "citation", "resource": "u"}]}, []),
        ("Condition", "onset-age", {"onsetAge": {"value": 4, "unit": "a"}}, [FOUR_YEARS]),
        (
            "Condition",
            "onset-age",
            {"onsetRange": {"low": {"value": 4}, "high": {"value": 5}}},
            [Quantity(Decimal(4), None, None), Quantity(Decimal(5), None, None)],
        ),
        (
            "Invoice",
            "totalgross",
            {"totalGross": {"value": Decimal("9.50"), "currency": "EUR"}},
            [Quantity(Decimal("9.50"), "urn:iso:std:iso:4217", "EUR")],
        ),
        (
            "Bundle",
            "composition",
            {"entry": [{"resource": {"resourceType": name, "id": "c"}} for name in ("Composition", "List")]},
            [Link("Composition/c")],
        ),
        ("Bundle", "composition", {"entry": [{"resource": {"resourceType": "Composition"}}]}, []),
        (
            "Patient",
            "mothersMaidenName",
            {
                "extension": [
                    {
                        "url": "http://hl7.org/fhir/StructureDefinition/patient-extensions-Patient-mothersMaidenName",
                        "valueString": "Smith",
                    },
                    {"url": "urn:x", "valueString": "other"},
                ]
            },
            [Text("Smith")],
        ),
        (
            "QuestionnaireResponse",
            "item-subject",
            {
                "item": [
                    {
                        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/questionnaireresponse-isSubject"}],
                        "answer": [{"valueReference": {"reference": "Patient/1"}}],
                    },
                    {"answer": [{"valueReference": {"reference": "Patient/2"}}]},
                ]
            },
            [Link("Patient/1")],
        ),
        (
            "MolecularSequence",
            "chromosome-variant-coordinate",
            {
                "referenceSeq": {"chromosome": {"coding": [{"code": "1"}]}},
                "variant": [{"start": 5, "end": 7}],
            },
            [Composite((Token(None, "1"), Number(Decimal(5)), Number(Decimal(7))))],
        ),
    ],
)  # fmt: skip
def test_rarer_constructs(type_name, name, resource, values):
    assert extract(type_name, name, resource) == values


def test_values_without_what_is_searched_for_yield_nothing():
    bare = {
        "code": {"text": "only words"},
        "category": [{"coding": [{"display": "x"}]}],
        "identifier": [{"system": "s"}],
    }
    for name in ("code", "category", "identifier"):
        assert extract("Observation", name, bare) == []
    assert extract("Observation", "value-quantity", {"valueQuantity": {"unit": "mg"}}) == []
    assert extract("Invoice", "totalgross", {"totalGross": {"currency": "EUR"}}) == []
    assert extract("Observation", "subject", {"subject": {"display": "x"}}) == []
    assert extract("Observation", "_tag", {"meta": {"tag": [{"display": "x"}]}}) == []


def test_nulls_in_arrays_are_passed_over():
    assert extract("Patient", "given", {"name": [{"given": [None, "Anna"]}]}) == [Text("Anna")]
    assert extract("Patient", "name", {"name": [{"given": [None, "Anna"]}]}) == [Text("Anna")]


def test_an_unknown_parameter_is_a_key_error():
    with pytest.raises(KeyError):
        extract("Patient", "shoe-size", samples.patient())
