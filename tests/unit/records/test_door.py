"""What the door does when something moves between the decision and its record, and when memory and rows disagree."""

import asyncio
from contextlib import closing
from dataclasses import replace

import pytest

from carefolio.base import clock
from carefolio.base.failures import Category, Failure
from carefolio.fhir.json import parse
from carefolio.records.changes import Change, Method
from carefolio.records.disclose import Guard, Moved
from carefolio.records.door import Handling
from carefolio.records.emergency import Reason
from carefolio.records.founding import Founding
from carefolio.records.guesses import ALLOWED, Guesses
from carefolio.records.prepare import CODE_AAD
from carefolio.records.vault import open_stored
from carefolio.store import owners, records
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.rules import NewHospital, NewPerson, PersonRole
from tests.stores import installed

TERMS = "http://terminology.hl7.org/CodeSystem/"
REASON = Reason(f"{TERMS}v3-ActReason", "ETREAT", "Unconscious in the street")


class House:
    """North Hospital, Ada who is its patient, Ben who is a verified doctor; each call is a request of its own."""

    def __init__(self, carefolio):
        self.carefolio, self.door = carefolio, carefolio.door
        self.hospital = actions.add_hospital(self.door, NewHospital("North"))
        ada = NewPerson(PersonRole.PATIENT, "Ada Quinn", "ada@example.org")
        ben = NewPerson(PersonRole.DOCTOR, "Ben Osei", "ben@example.org", verified=True)
        self.ada, self.ben = actions.add_person(self.door, ada), actions.add_person(self.door, ben)
        self.tokens = {"North": self.hospital.token} | {
            name: actions.issue_token(self.door, f"{name.lower()}@example.org", minutes=600) for name in ("Ada", "Ben")
        }
        self.chart = owners.of_reference(self.database, self.ada.person).number

    @property
    def database(self):
        return self.carefolio.database

    def caller(self, name):
        return self.door.admit(self.tokens[name], "request")

    def do(self, name, method, resource, id_="", **more):
        """One write by this person."""
        change = Change(method, resource["resourceType"], id_, resource, **more)
        return asyncio.run(self.door.write(self.caller(name), [change]))[0]

    def create(self, name, resource, **more):
        return self.do(name, Method.CREATE, resource, **more)

    def move(self):
        """Ada's contracts are not what they were."""
        self.database.write_now(lambda tx: owners.move_consent(tx, self.chart))

    def observation(self, **more):
        code = {"coding": [{"system": "http://loinc.org", "code": "8302-2"}]}
        subject = {"reference": self.ada.person}
        return {"resourceType": "Observation", "status": "final", "code": code, "subject": subject} | more

    def contract(self, **more):
        actor = {
            "role": {"coding": [{"system": f"{TERMS}v3-ParticipationType", "code": "IRCP"}]},
            "reference": {"reference": self.ben.person},
        }
        return {
            "resourceType": "Consent",
            "status": "proposed",
            "scope": {"coding": [{"system": f"{TERMS}consentscope", "code": "patient-privacy"}]},
            "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
            "patient": {"reference": self.ada.person},
            "policyRule": {"coding": [{"system": f"{TERMS}v3-ActCode", "code": "OPTIN"}]},
            "provision": {"type": "permit", "actor": [actor]},
        } | more


@pytest.fixture
def house(tmp_path):
    with closing(installed(tmp_path / "data")) as carefolio:
        yield House(carefolio)


@pytest.fixture
def later():
    yield clock.shift
    clock.shift(0)


def refused(category, work):
    with pytest.raises(Failure) as caught:
        work()
    assert caught.value.category is category
    return caught.value


# ── something moves ──


def test_a_decision_whose_time_is_over_does_not_hold(house):
    guard = Guard(house.caller("Ben").principal, house.database.epoch(), clock.now() - 1, ())
    assert not house.database.write_now(lambda tx: guard.holds(tx, tx.epoch()))
    assert house.database.write_now(lambda tx: guard._replace(until=clock.now() + clock.DAY).holds(tx, tx.epoch()))


class Restless:
    """A reader in front of a chart that changes faster than anybody can look."""

    tries = 0

    async def read(self, *_):
        self.tries += 1
        raise Moved

    vread = read


def test_a_chart_that_never_rests_is_told_so_after_some_tries(house):
    house.door.reader = Restless()
    again = refused(Category.BUSY, lambda: asyncio.run(house.door.read(house.tokens["Ben"], "r", "Patient", "x")))
    assert again.retry_after == 1
    first = house.door.reader.tries
    assert first > 1
    refused(Category.BUSY, lambda: asyncio.run(house.door.vread(house.caller("Ben"), "Patient", "x", 1)))
    assert house.door.reader.tries == 2 * first


def test_an_emergency_decided_on_old_contracts_is_not_opened(house):
    caller = house.caller("Ben")
    house.door.viewer.of(caller, house.chart)
    house.move()
    id_ = house.ada.person.partition("/")[2]
    with pytest.raises(Moved):
        asyncio.run(house.door.emergency.open(caller, id_, REASON))
    assert house.database.one("SELECT count(*) FROM emergency") == (0,)
    assert asyncio.run(house.door.break_glass(caller, id_, REASON)) > clock.now()


def test_a_name_asked_for_by_code_on_old_contracts_does_not_leave(house):
    caller = house.caller("Ben")
    house.door.viewer.of(caller, house.chart)
    house.move()
    with pytest.raises(Moved):
        asyncio.run(house.door.inquiry.patient(caller, house.ada.code))
    assert house.database.one("SELECT count(*) FROM inquiry") == (0,)


def search(house, caller, type_="Observation"):
    pairs = [("code", "8302-2")]
    return [found.row.id for found in asyncio.run(house.door.search(caller, type_, pairs, Handling()))[1].matches]


def test_a_search_that_a_new_contract_overtakes_is_decided_again(house):
    made = house.create("North", house.observation())
    asked = house.create("Ben", house.contract()).row.id
    caller = house.caller("Ben")
    house.door.viewer.of(caller, house.chart)
    house.do("Ada", Method.UPDATE, house.contract(id=asked, status="active"), asked)
    house.door.viewer.of(house.caller("Ada"), house.chart)  # somebody else's request knows the new contract already
    assert search(house, caller) == [made.row.id]


def test_a_search_and_a_decision_that_differ_without_a_reason_fail_closed(house, caplog):
    house.create("North", house.observation())
    caller = house.caller("Ada")
    caller.views[house.chart] = replace(house.door.viewer.of(caller, house.chart), windows=())
    failure = refused(Category.BROKEN, lambda: search(house, caller))
    assert house.ada.person not in failure.sentence
    assert "search and decision differ" in caplog.text


# ── memory ──


def test_small_memories_answer_the_same(house, monkeypatch):
    monkeypatch.setattr("carefolio.records.view.CACHED_VIEWS", 1)
    monkeypatch.setattr("carefolio.records.charts.CACHED_CHARTS", 1)
    made = [house.create("North", house.observation()).row.id for _ in range(2)]
    caller = house.caller("Ada")
    for _ in range(2):
        for number in (house.chart, 99, house.caller("North").principal.shelf):
            house.door.viewer.of(house.caller("Ada"), number)
    assert sorted(search(house, caller)) == sorted(made)


def test_a_contract_with_somebody_who_has_no_account_opens_nothing_to_anybody(house):
    made = house.create("North", house.observation())
    asked = house.contract(status="active")
    for reference in ("Practitioner/nobody", "Organization/nobody"):
        asked["provision"]["actor"][0]["reference"] = {"reference": reference}
        house.create("Ada", asked)
    assert search(house, house.caller("Ben")) == []
    assert search(house, house.caller("Ada")) == [made.row.id]


@pytest.mark.parametrize("author", ["Ben", "North", "nobody"])
def test_a_contract_may_be_about_what_one_author_wrote(house, author):
    """Ada opens to Kim what this author wrote; one whom nobody knows has written nothing."""
    kim = NewPerson(PersonRole.DOCTOR, "Kim Roe", "kim@example.org", verified=True)
    kim = actions.add_person(house.door, kim)
    house.tokens["Kim"] = actions.issue_token(house.door, "kim@example.org", minutes=60)
    house.create("North", house.observation())
    about = {"Ben": house.ben.person, "North": house.hospital.organization, "nobody": "Practitioner/nobody"}[author]
    contract = house.contract(status="active")
    contract["provision"]["actor"][0]["reference"] = {"reference": kim.person}
    contract["provision"]["data"] = [{"meaning": "authoredby", "reference": {"reference": about}}]
    house.create("Ada", contract)
    assert len(search(house, house.caller("Kim"))) == (author == "North")


def test_a_body_that_stands_in_the_wrong_place_is_told_to_the_operator(house):
    row = house.create("North", house.observation()).row
    assert parse(open_stored(house.door.keyring, row))["id"] == row.id
    flipped = row.body[:-1] + bytes((row.body[-1] ^ 1,))
    for moved in (row._replace(owner=9_999), row._replace(version=2), row._replace(body=flipped)):
        assert (
            "ledger verify"
            in refused(Category.BROKEN, lambda moved=moved: open_stored(house.door.keyring, moved)).sentence
        )


def test_too_many_taken_ids_are_too_many_for_a_minute(house, later):
    taken = house.create("North", house.observation()).row.id

    def attempt():
        return refused(Category.CONFLICT, lambda: house.do("Ben", Method.UPDATE, house.observation(id=taken), taken))

    for _ in range(20):
        attempt()
    failure = refused(Category.BUSY, lambda: house.do("Ben", Method.UPDATE, house.observation(id=taken), taken))
    assert 1 <= failure.retry_after <= 61
    later(2 * clock.MINUTE)
    attempt()


# ── writes that HTTP tests hardly reach ──


def test_a_shelf_is_founded_once(house):
    founding = Founding(house.door.parts, house.door.scribe)
    known = founding.shelf(house.hospital.organization)
    assert known.number == house.caller("North").principal.shelf
    assert founding.plan.owners == []
    refused(Category.UNPROCESSABLE, lambda: founding.add(known, {"resourceType": "Organization", "nmae": "x"}))


def test_nobody_but_a_hospital_begins_a_chart(house):
    new = {"resourceType": "Patient", "id": "new"}
    refused(Category.FORBIDDEN, lambda: house.do("Ada", Method.UPDATE, new, "new"))
    assert owners.of_reference(house.database, "Patient/new") is None


@pytest.mark.parametrize(
    "reference", ["Unknown?identifier=x", "?identifier=x", "https://example.org/Observation?code=x"]
)
def test_what_only_looks_like_a_condition_stays_as_it_was_sent(house, reference):
    made = house.create("North", house.observation(focus=[{"reference": reference}]))
    assert parse(made.body)["focus"] == [{"reference": reference}]


def test_a_condition_has_to_be_one_that_can_be_looked_at_again(house):
    for condition in ("", "family=quin"):
        new = {"resourceType": "Patient"}
        refused(Category.UNPROCESSABLE, lambda new=new, c=condition: house.create("North", new, if_none_exist=c))


def test_an_older_version_is_not_written_over_a_newer_one(house):
    made = house.create("North", house.observation())
    sent = house.observation(id=made.row.id)
    assert house.do("North", Method.UPDATE, sent, made.row.id, if_match=1).row.version == 2
    refused(Category.STALE, lambda: house.do("North", Method.UPDATE, sent, made.row.id, if_match=1))
    refused(Category.STALE, lambda: house.do("North", Method.DELETE, sent, made.row.id, if_match=1))


@pytest.mark.parametrize("subject", [None, {"reference": "Group/g"}, {"display": "somebody"}])
def test_a_record_cannot_be_taken_out_of_its_chart(house, subject):
    made = house.create("North", house.observation())
    sent = house.observation(id=made.row.id, subject=subject)
    sent = {name: value for name, value in sent.items() if value}
    refused(Category.UNPROCESSABLE, lambda: house.do("North", Method.UPDATE, sent, made.row.id))
    assert records.current(house.database, "Observation", made.row.id).version == 1


def test_a_condition_that_names_one_record_is_replaced_by_it(house):
    known = house.create("North", {"resourceType": "Practitioner", "identifier": [{"system": "urn:n", "value": "1"}]})
    performer = [{"reference": "Practitioner?identifier=urn:n|1"}]
    made = house.create("North", house.observation(performer=performer))
    assert parse(made.body)["performer"] == [{"reference": known.row.reference}]


def test_a_patient_makes_no_contract_about_a_stranger(house):
    actions.add_person(house.door, NewPerson(PersonRole.PATIENT, "Charlie Stone", "charlie@example.org"))
    house.tokens["Charlie"] = actions.issue_token(house.door, "charlie@example.org", minutes=60)
    failure = refused(Category.UNPROCESSABLE, lambda: house.create("Charlie", house.contract()))
    nobody = house.contract(patient={"reference": "Patient/nobody"})
    assert failure.issues == refused(Category.UNPROCESSABLE, lambda: house.create("Charlie", nobody)).issues


def test_a_scope_for_ones_own_chart_is_no_scope_for_another(house):
    asked = actions.issue_token(house.door, "ben@example.org", scope="patient/*.cruds", minutes=60)
    house.tokens["narrow"] = asked
    refused(Category.UNPROCESSABLE, lambda: house.create("narrow", house.contract()))


def test_the_code_of_a_patient_whose_record_was_deleted_names_nobody(house):
    made = house.create("North", {"resourceType": "Patient", "name": [{"family": "Doe"}]})
    number = owners.of_reference(house.database, made.row.reference).number
    sealed = owners.of_number(house.database, number).code
    code = house.door.keyring.of(number).open(sealed, CODE_AAD).decode()

    def asked():
        return asyncio.run(house.door.inquiry.patient(house.caller("Ben"), code))

    assert asked()[0].row.id == made.row.id
    house.do("North", Method.DELETE, {"resourceType": "Patient"}, made.row.id)
    assert asked() == (None, None)


def test_counts_of_those_who_asked_long_ago_make_room(monkeypatch):
    monkeypatch.setattr("carefolio.records.guesses._ACCOUNTS", 2)
    guesses = Guesses()
    for _ in range(ALLOWED):
        guesses.count(1)
    refused(Category.BUSY, lambda: guesses.check(1))
    guesses.count(2)
    guesses.count(3)
    guesses.check(1)
