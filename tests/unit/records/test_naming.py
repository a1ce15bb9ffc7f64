"""Which chart is meant: by id, by patient code, by an identifier that one live Patient has; else nobody."""

import pytest

from carefolio.consent.principal import Principal, Role
from carefolio.records.compose import Place, compose, tombstone
from carefolio.records.naming import CODE_SYSTEM, Naming
from carefolio.store import owners, records
from carefolio.store.owners import Owner

NORTH = Principal(9, Role.HOSPITAL, hospital=5, shelf=5)
SOUTH = Principal(10, Role.HOSPITAL, hospital=6, shelf=6)
WEST = Principal(11, Role.HOSPITAL, hospital=4, shelf=4)
BEN = Principal(3, Role.DOCTOR, verified=True)
MRN = "http://north.example.org/mrn"
CODE, OTHER_CODE, DOCTORS_CODE = "PAT-7KQ2M-X9RDT", "PAT-B3C4D-5E6FA", "DOC-7KQ2M-X9RDT"


def patient(*identifiers):
    return {
        "resourceType": "Patient",
        "identifier": [{"system": s, "value": v} if s else {"value": v} for s, v in identifiers],
    }


@pytest.fixture
def add(database, keyring):
    """A chart with its Patient record."""

    def add_one(number, id_, *identifiers, code=None, hospital=5):
        place = Place(number, f"Patient/{id_}", keyring.of(number), 9, hospital, 1_000)
        record = compose(keyring, patient(*identifiers), id_, place)[0]
        blind = keyring.blind.value(f"code={code}") if code else None

        def work(tx):
            owners.add(tx, Owner(number, "chart", f"Patient/{id_}", 1, None, 1), blind)
            return records.insert(tx, [record])[0]

        rid = database.write_now(work)
        return type(record)(record.row._replace(rid=rid), record.index)

    return add_one


@pytest.fixture
def naming(database, keyring, add):
    add(7, "ada", (MRN, "123"), (MRN, "a|b"), (None, "plain"), code=CODE)
    add(8, "charlie", (MRN, "456"), ("urn:other", "123"))
    return Naming(database, keyring)


def found(naming, principal, reference):
    owner = naming.chart(principal, reference)
    return owner and owner.ref


@pytest.mark.parametrize("principal", [NORTH, BEN])
@pytest.mark.parametrize(
    "reference",
    [
        "Patient/ada",
        "Patient/ada/_history/4",
        f"Patient?identifier={CODE}",
        f"Patient?identifier={CODE.lower().replace('-', '')}",
        f"Patient?identifier={CODE_SYSTEM}|{CODE}",
        f"Patient?identifier={CODE_SYSTEM}%7C{CODE}",
    ],
)
def test_id_and_code_name_a_chart_for_everybody(naming, principal, reference):
    assert found(naming, principal, reference) == "Patient/ada"


@pytest.mark.parametrize(
    ("reference", "ref"),
    [
        (f"Patient?identifier={MRN}|123", "Patient/ada"),
        (f"Patient?identifier={MRN}|a|b", "Patient/ada"),
        ("Patient?identifier=456", "Patient/charlie"),
        ("Patient?identifier=plain", "Patient/ada"),
        ("Patient?identifier=|plain", "Patient/ada"),
        ("Patient?identifier=|456", None),  # it has a system
        ("Patient?identifier=123", None),  # two have it
        (f"Patient?identifier={MRN}|999", None),
    ],
)
def test_a_hospital_names_charts_by_identifiers_that_one_patient_has(naming, reference, ref):
    assert found(naming, NORTH, reference) == ref


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.HOSPITAL])
def test_nobody_else_does(naming, role):
    assert found(naming, Principal(3, role, verified=True), f"Patient?identifier={MRN}|123") is None


@pytest.mark.parametrize(
    "reference",
    [
        "Patient/nobody",
        "Patient?identifier=",
        f"Patient?name=ada&identifier={MRN}|123",
        f"Patient?identifier={MRN}|123&identifier={MRN}|123",
        "Patient?family=quinn",
        f"Patient?identifier=urn:x|{CODE}",
        f"Patient?identifier={OTHER_CODE}",
        f"Patient?identifier={DOCTORS_CODE}",
        "Patient?",
        "Patient",
        "#ada",
    ],
)
def test_what_names_no_chart_is_nobody(naming, reference):
    assert found(naming, NORTH, reference) is None


def test_an_identifier_of_a_deleted_patient_names_nobody(naming, database, keyring, add):
    gone = add(9, "dora", (MRN, "789"))
    assert found(naming, NORTH, f"Patient?identifier={MRN}|789") == "Patient/dora"
    mark = tombstone(gone.row, keyring.of(9), 2_000)
    database.write_now(lambda tx: records.supersede(tx, mark, gone.index, gone.row.low))
    assert found(naming, NORTH, f"Patient?identifier={MRN}|789") is None


def test_two_records_of_one_chart_are_one_patient(naming, database, keyring):
    place = Place(7, "Patient/ada", keyring.of(7), 9, 5, 1_000)
    second = compose(keyring, patient((MRN, "123")), "ada-again", place)[0]
    database.write_now(lambda tx: records.insert(tx, [second]))
    assert found(naming, NORTH, f"Patient?identifier={MRN}|123") == "Patient/ada"


def test_what_others_call_their_patients_takes_nothing_from_the_hospital_that_asks(naming, add):
    reference = f"Patient?identifier={MRN}|123"
    add(9, "dora", (MRN, "123"), hospital=6)
    add(10, "eve", (MRN, "123"), hospital=0)
    assert [found(naming, asker, reference) for asker in (NORTH, SOUTH, WEST)] == ["Patient/ada", "Patient/dora", None]
    add(11, "finn", (MRN, "123"), hospital=6)
    assert [found(naming, asker, reference) for asker in (NORTH, SOUTH)] == ["Patient/ada", None]
