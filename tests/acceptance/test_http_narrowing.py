"""HTTP rule 4: what a contract can be narrowed by, each way with what falls inside and what outside."""

import pytest

from carefolio.base import clock
from tests.acceptance.cast import name
from tests.acceptance.resources import (
    GLUCOSE,
    POTASSIUM,
    RESTRICTED,
    TERMINOLOGY,
    action,
    category,
    concept,
    condition,
    consent,
    kinds,
    observation,
    single,
)

SOURCE = "https://carefolio.org/fhir/StructureDefinition/source-hospital"


@pytest.fixture
def chart(cast, hospital, ada):
    """Records that differ in one respect each."""
    other = cast.hospital("South Hospital")
    return {
        "plain": hospital.send(observation(ada.person)),
        "old": hospital.send(observation(ada.person, effectiveDateTime="2019-05-01")),
        "glucose": hospital.send(observation(ada.person, code=concept(GLUCOSE))),
        "vital": hospital.send(observation(ada.person, category=category("vital-signs"))),
        "condition": hospital.send(condition(ada.person)),
        "elsewhere": other.send(observation(ada.person)),
        "restricted": hospital.send(observation(ada.person, meta=RESTRICTED)),
        "own": ada.send(observation(ada.person)),
    }


def opened(doctor, chart):
    """What of the chart a read, a search and $everything let through; the three have to agree."""
    read = {key for key, body in chart.items() if doctor.sees(body)}
    keys = {name(body)[1:]: key for key, body in chart.items()}
    found = {keys[reference] for type_ in ("Observation", "Condition") for reference in doctor.found(f"/{type_}")}
    assert found == read
    return read


def grant(ada, doctor, **provision):
    return ada.change(doctor.send(consent(ada.person, doctor.person, **provision)), status="active")


ALL = {"plain", "old", "glucose", "vital", "condition", "elsewhere", "own"}
OBSERVATIONS = ALL - {"condition"}


def test_nothing_narrows(ada, ben, chart):
    grant(ada, ben)
    assert opened(ben, chart) == ALL


def test_by_type(ada, ben, chart):
    grant(ada, ben, klass=kinds("Condition"))
    assert opened(ben, chart) == {"condition"}


def test_by_several_types(ada, ben, chart):
    grant(ada, ben, klass=kinds("Condition", "Observation"))
    assert opened(ben, chart) == ALL


def test_by_category(ada, ben, chart):
    grant(ada, ben, klass=[{"system": f"{TERMINOLOGY}observation-category", "code": "vital-signs"}])
    assert opened(ben, chart) == {"vital"}


def test_by_code(ada, ben, chart):
    grant(ada, ben, code=[concept(GLUCOSE)])
    assert opened(ben, chart) == {"glucose"}
    assert opened(ben, chart) != {"plain"}


def test_by_two_respects_at_once(ada, ben, chart):
    grant(ada, ben, code=[concept(POTASSIUM)], dataPeriod={"end": "2020-01-01"})
    assert opened(ben, chart) == {"old"}


def test_by_single_record(ada, ben, chart):
    grant(ada, ben, data=single(name(chart["plain"])[1:], name(chart["condition"])[1:]))
    assert opened(ben, chart) == {"plain", "condition"}


def test_a_restricted_record_is_opened_singly_or_by_its_label(cast, ada, ben, chart):
    grant(ada, ben, data=single(name(chart["restricted"])[1:]))
    assert opened(ben, chart) == {"restricted"}
    other = cast.doctor()
    grant(ada, other, securityLabel=[{"system": f"{TERMINOLOGY}v3-Confidentiality", "code": "R"}])
    assert opened(other, chart) == {"restricted"}


def test_by_sending_hospital(ada, ben, chart, hospital):
    extension = [{"url": SOURCE, "valueReference": {"reference": hospital.organization}}]
    grant(ada, ben, extension=extension)
    assert opened(ben, chart) == ALL - {"elsewhere", "own"}


def test_by_author(ada, ben, chart, hospital):
    authored = [{"meaning": "authoredby", "reference": {"reference": hospital.organization}}]
    grant(ada, ben, data=authored)
    assert opened(ben, chart) == ALL - {"elsewhere", "own"}


@pytest.mark.parametrize(
    ("period", "inside"),
    [
        ({"start": "2024-01-01"}, OBSERVATIONS - {"old"}),
        ({"end": "2023-12-31"}, {"old", "condition"}),
        ({"start": "2024-05-01", "end": "2024-05-01"}, OBSERVATIONS - {"old"}),
        ({"start": "2019", "end": "2019"}, {"old"}),
        ({"start": "2024-05-02"}, set()),
    ],
)
def test_by_the_age_of_the_data(ada, ben, chart, period, inside):
    grant(ada, ben, dataPeriod=period)
    assert opened(ben, chart) == inside


def test_a_record_without_a_date_is_outside_every_period(ada, ben, hospital):
    body = observation(ada.person)
    del body["effectiveDateTime"]
    undated = hospital.send(body)
    grant(ada, ben, dataPeriod={"start": "1900-01-01"})
    assert opened(ben, {"undated": undated}) == set()
    grant(ada, ben)
    assert opened(ben, {"undated": undated}) == {"undated"}


def test_by_person(cast, ada, ben, chart):
    grant(ada, ben)
    assert opened(cast.doctor(), chart) == set()


def test_by_organisation_and_role(cast, ada, chart):
    clinic = cast.hospital("Clinic")
    ada.send(consent(ada.person, clinic.organization, status="active"))
    assert opened(cast.doctor(clinic), chart) == ALL
    assert opened(cast.doctor(clinic, verified=False), chart) == set()
    assert opened(cast.doctor(), chart) == set()


def test_by_validity(ada, ben, chart, later):
    now = clock.now()
    first, last = clock.instant(now + clock.HOUR), clock.instant(now + 2 * clock.HOUR)
    grant(ada, ben, period={"start": first, "end": last})
    seen = []
    for minutes in (0, 59, 61, 119, 121):
        later(minutes * clock.MINUTE)
        seen.append(opened(ben, chart))
    assert seen == [set(), set(), ALL, ALL, set()]


def test_by_exception(ada, ben, chart):
    grant(
        ada,
        ben,
        provision=[{"type": "deny", "code": [concept(GLUCOSE)]}, {"type": "deny", "class": kinds("Condition")}],
    )
    assert opened(ben, chart) == ALL - {"glucose", "condition"}


def test_reading_alone_does_not_let_add(ada, ben):
    grant(ada, ben)
    assert ben.post("/Observation", observation(ada.person)).status_code == 422


def test_adding_can_be_narrowed_too(ada, ben):
    grant(ada, ben, action=action("correct"), klass=kinds("Observation"), code=[concept(GLUCOSE)])
    assert ben.post("/Observation", observation(ada.person, code=concept(GLUCOSE))).status_code == 201
    assert ben.post("/Observation", observation(ada.person)).status_code == 422
    assert ben.post("/Condition", condition(ada.person)).status_code == 422
