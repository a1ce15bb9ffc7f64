"""The resources that people and hospitals become."""

import pytest

from carefolio.fhir.validate import validate
from carefolio.workflows.registration import rules
from carefolio.workflows.registration.rules import Gender, HospitalType, NewHospital, NewPerson, PersonRole


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ada Byron", {"text": "Ada Byron", "family": "Byron", "given": ["Ada"]}),
        (
            " Dr. Ada  Mary Byron ",
            {"text": "Dr. Ada Mary Byron", "family": "Byron", "given": ["Ada", "Mary"], "prefix": ["Dr."]},
        ),
        ("Plato", {"text": "Plato", "family": "Plato"}),
        ("Dr", {"text": "Dr", "family": "Dr"}),
        ("José Álvarez-Ñíguez", {"text": "José Álvarez-Ñíguez", "family": "Álvarez-Ñíguez", "given": ["José"]}),
    ],
)
def test_a_name_is_taken_apart(text, name):
    assert rules.human_name(text) == name


@pytest.mark.parametrize("role", list(PersonRole))
def test_everybody_becomes_a_valid_resource(role):
    new = NewPerson(role, "Ada Byron", "ada@example.org", gender=Gender.OTHER)
    assert validate(rules.person(new)) == []
    assert validate(rules.practitioner_role(new, "Practitioner/a", "Organization/b")) == []


@pytest.mark.parametrize("kind", list(HospitalType))
def test_every_kind_of_hospital_becomes_a_valid_resource(kind):
    made = rules.organization(NewHospital("North", kind, "https://example.org/h|n"))
    assert validate(made) == []
    assert made["identifier"] == [{"system": "https://example.org/h", "value": "n"}]
    assert "identifier" not in rules.organization(NewHospital("North", kind))


def test_only_a_patient_has_a_birth_date():
    ada = NewPerson(PersonRole.PATIENT, "Ada Byron", "ada@example.org", birth_date="1985-04")
    assert rules.person(ada)["birthDate"] == "1985-04"
    assert "telecom" not in rules.person(ada)
