"""Who may write what, from the caller and facts of the record alone."""

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.consent.policy import DIRECTORY
from carefolio.consent.principal import Principal, Role, parse_scopes
from carefolio.fhir import tables
from carefolio.records import rights
from carefolio.records.rights import KEPT_BY_DOCTORS
from carefolio.store.rows import Flag, Row

CHART = tables.types() - DIRECTORY - {"AuditEvent", "Patient"}
ROW = Row(1, "Observation", "o1", 1, 7, 0, 3, 5, 0, 0, 0, 0, 0, b"", b"")
HOSPITAL = Principal(9, Role.HOSPITAL, organization="Organization/north", hospital=5, shelf=5)
DOCTOR = Principal(3, Role.DOCTOR, hospital=5, verified=True)
PATIENT = Principal(4, Role.PATIENT, chart=7)
ADMIN = Principal(8, Role.ADMIN)
KIM = [
    Principal(6, role, verified=True) for role in Role if role.value in ("pharmacist", "staff", "researcher", "auditor")
]


def refused(principal, type_, interaction="c"):
    """Whether the role or the token stands against it; then in a sentence."""
    try:
        rights.refuse_role(principal, type_, interaction)
    except Failure as failure:
        assert failure.category is Category.FORBIDDEN
        assert failure.sentence.endswith(".")
        return True
    return False


@pytest.mark.parametrize("interaction", ["c", "u", "d"])
def test_what_each_role_may_write(interaction):
    def written(principal):
        return {type_ for type_ in tables.types() if not refused(principal, type_, interaction)}

    assert written(HOSPITAL) == CHART | DIRECTORY | {"Patient"}
    assert written(DOCTOR) == CHART | KEPT_BY_DOCTORS | ({"Patient"} if interaction != "c" else set())
    assert written(PATIENT) == CHART | {"Patient"}
    assert written(ADMIN) == DIRECTORY
    ends = {"Consent"} if interaction == "u" else set()
    assert all(written(one) == (ends if one.role is Role.PHARMACIST else set()) for one in KIM)


def test_a_doctor_whose_licence_nobody_looked_at_writes_nothing():
    unverified = Principal(3, Role.DOCTOR)
    assert all(refused(unverified, type_) for type_ in tables.types())


def test_a_scope_narrows_and_never_widens():
    narrow = Principal(9, Role.HOSPITAL, hospital=5, scopes=parse_scopes("system/Observation.cu system/Patient.r"))
    assert not refused(narrow, "Observation", "c")
    assert refused(narrow, "Observation", "d")
    assert refused(narrow, "Condition", "c")
    assert refused(narrow, "Patient", "u")
    wide = Principal(6, Role.AUDITOR, scopes=parse_scopes("user/*.cruds"))
    assert refused(wide, "Observation", "c")


@pytest.mark.parametrize(
    ("principal", "row", "may"),
    [
        (PATIENT, ROW._replace(type="Patient", author=1), True),  # their own master data, whoever sent it
        (PATIENT, ROW._replace(type="Patient", owner=8, author=1), False),
        (PATIENT, ROW, False),  # in their chart, written by somebody else
        (PATIENT, ROW._replace(author=4), True),
        (DOCTOR, ROW, True),
        (DOCTOR, ROW._replace(author=4), False),  # of the same hospital, by a colleague
        (HOSPITAL, ROW, True),  # by one of its people
        (HOSPITAL, ROW._replace(hospital=6), False),
        (Principal(9, Role.HOSPITAL), ROW._replace(hospital=0), False),  # no hospital is not a hospital
        (ADMIN, ROW._replace(type="Organization"), True),
        (ADMIN, ROW, False),
        (Principal(0, Role.DOCTOR), ROW, False),
        (DOCTOR, ROW._replace(flags=Flag.KEPT), False),  # whoever wrote it: it is its workflow's
        (HOSPITAL, ROW._replace(flags=Flag.KEPT), False),
    ],
)
def test_who_may_change_what_stands_there(principal, row, may):
    assert rights.may_change(principal, row) is may


IDENTIFIED = {"identifier": [{"system": "urn:mrn", "value": "1"}]}


@pytest.mark.parametrize(
    ("principal", "row", "new", "may"),
    [
        (PATIENT, ROW._replace(type="Patient", author=1), IDENTIFIED | {"gender": "other"}, True),
        (PATIENT, ROW._replace(type="Patient", author=1), {"gender": "other"}, False),
        (PATIENT, ROW._replace(type="Patient", author=1), {"identifier": [{"value": "2"}]}, False),
        (PATIENT, ROW._replace(author=4), {}, True),  # a record of another type
        (HOSPITAL, ROW._replace(type="Patient"), {"identifier": [{"value": "2"}]}, True),
        (Principal(9, Role.HOSPITAL, hospital=5, chart=7), ROW._replace(type="Patient"), {}, True),
    ],
)
def test_by_what_hospitals_name_a_chart_only_its_sender_changes(principal, row, new, may):
    try:
        rights.refuse_other_identifiers(principal, row, IDENTIFIED, new, "Patient.identifier")
    except Failure as failure:
        assert not may
        assert (failure.category, failure.issues[0].path) == (Category.UNPROCESSABLE, "Patient.identifier")
    else:
        assert may


def test_a_scope_for_ones_own_chart_stops_in_others():
    narrow = Principal(4, Role.PATIENT, chart=7, scopes=parse_scopes("patient/*.cud"))
    rights.refuse_scope(narrow, "Observation", "u", 7)
    with pytest.raises(Failure) as caught:
        rights.refuse_scope(narrow, "Observation", "u", 8)
    assert caught.value.category is Category.FORBIDDEN


def test_a_missing_chart_and_a_closed_one_are_told_alike_and_without_a_name():
    failure = rights.no_such_chart("Observation.subject")
    assert failure.category is Category.UNPROCESSABLE
    assert (failure.issues[0].code, failure.issues[0].path) == ("not-found", "Observation.subject")
    assert rights.not_yours().category is Category.FORBIDDEN
