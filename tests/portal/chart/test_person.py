"""A Patient and the form of one's own details: what is shown, and that nothing is touched but what was changed."""

from datetime import date

import pytest

from carefolio.portal.chart.person import changed, values_of, with_values

PATIENT = {
    "resourceType": "Patient",
    "id": "a",
    "text": {"status": "generated", "div": "<div>Ada Quinn</div>"},
    "name": [
        {"use": "maiden", "family": "Lee"},
        {"use": "official", "family": "Quinn", "given": ["Ada", "Rose"], "prefix": ["Dr"], "text": "Dr Ada Rose Quinn"},
    ],
    "gender": "female",
    "birthDate": "1985-03-27",
    "_birthDate": {"extension": [{"url": "urn:time", "valueDateTime": "1985-03-27T09:00:00Z"}]},
    "address": [
        {"use": "old", "city": "Limerick"},
        {"use": "home", "line": ["1 Quay", "Flat 2"], "city": "Cork", "postalCode": "T12", "country": "IE"},
    ],
    "telecom": [
        {"system": "email", "value": "ada@example.org"},
        {"system": "phone", "use": "home", "value": "021"},
        {"system": "phone", "use": "mobile", "value": "087"},
    ],
    "contact": [{"relationship": [{"text": "Neighbour"}], "name": {"text": "Rua"}}],
}


def test_what_the_form_shows():
    shown = values_of(PATIENT)
    assert shown["given"] == "Ada Rose"
    assert shown["family"] == "Quinn"
    assert shown["born"] == date(1985, 3, 27)
    assert shown["street"] == "1 Quay, Flat 2"
    assert shown["phone"] == "087"
    assert shown["contact"] == ""


def test_an_empty_patient():
    shown = values_of({"resourceType": "Patient", "birthDate": "1985"})
    assert shown["born"] is None
    assert shown["sex"] == "unknown"
    assert shown["given"] == shown["phone"] == ""


def test_nothing_changed_is_the_same_patient():
    assert with_values(PATIENT, values_of(PATIENT)) == PATIENT


@pytest.mark.parametrize(
    ("name", "value", "element", "made"),
    [
        ("sex", "other", "gender", "other"),
        ("born", date(1985, 3, 28), "birthDate", "1985-03-28"),
        ("phone", "0199", "telecom", [*PATIENT["telecom"][:2], {"system": "phone", "use": "mobile", "value": "0199"}]),
        ("phone", "", "telecom", PATIENT["telecom"][:2]),
        (
            "family",
            "Byron",
            "name",
            [
                PATIENT["name"][0],
                {"use": "official", "family": "Byron", "given": ["Ada", "Rose"], "prefix": ["Dr"]},
            ],
        ),
    ],
)
def test_one_change_touches_one_element(name, value, element, made):
    after = with_values(PATIENT, values_of(PATIENT) | {name: value})
    assert after[element] == made
    untouched = PATIENT.keys() - {element, "text", "_birthDate"}
    assert {key: after[key] for key in untouched} == {key: PATIENT[key] for key in untouched}
    assert "text" not in after
    assert ("_birthDate" in after) == (name != "born")


def test_moving_house_keeps_the_old_address():
    after = with_values(PATIENT, values_of(PATIENT) | {"street": "7 Mill Lane", "postcode": ""})
    assert after["address"][0] == {"use": "old", "city": "Limerick"}
    assert after["address"][1] == {"use": "home", "line": ["7 Mill Lane"], "city": "Cork", "country": "IE"}


def test_an_address_can_be_taken_away():
    empty = dict.fromkeys(("street", "city", "area", "postcode", "country"), "")
    assert with_values(PATIENT, values_of(PATIENT) | empty)["address"] == [{"use": "old", "city": "Limerick"}]
    alone = {"resourceType": "Patient", "address": [{"city": "Cork"}]}
    assert "address" not in with_values(alone, values_of(alone) | empty)


def test_the_emergency_contact_stands_beside_the_others():
    typed = {"contact": "Tom Quinn", "relation": "brother", "contact_phone": "0123"}
    after = with_values(PATIENT, values_of(PATIENT) | typed)
    assert after["contact"][0] == PATIENT["contact"][0]
    assert after["contact"][1]["relationship"][0]["coding"][0]["code"] == "C"
    assert {name: values_of(after)[name] for name in typed} == typed
    again = with_values(after, values_of(after) | {"relation": "", "contact_phone": ""})
    assert "telecom" not in again["contact"][1]
    assert again["contact"][1]["name"] == {"text": "Tom Quinn"}
    gone = with_values(after, values_of(after) | dict.fromkeys(typed, ""))
    assert gone["contact"] == PATIENT["contact"]


def test_changed_names_what_differs():
    assert changed(values_of(PATIENT), values_of(PATIENT) | {"city": "Galway"}) == ["city"]
