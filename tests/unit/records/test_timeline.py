"""The line of time shows what the caller may see, all of it, once, in order; pages and counts against the slow way."""

import asyncio
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carefolio.base.failures import Category, Failure
from carefolio.fhir.dates import interval
from carefolio.fhir.json import parse
from carefolio.ledger.entry import Kind, SealedEntry, open_entry
from carefolio.records import find, timeline
from carefolio.records.changes import Change, Method
from carefolio.records.disclose import Moved
from carefolio.records.timeline import CLINICAL, NO_HOSPITAL, Slice, Wanted
from carefolio.search import timeline as statements
from carefolio.store import owners, records
from carefolio.store.rows import State
from tests.faults.cast import consent, found, observation, opened
from tests.stores import ABOUT_SQLITE, settle

TERMS = "http://terminology.hl7.org/CodeSystem/"
CATEGORY = f"{TERMS}observation-category"
LABORATORY = f"{CATEGORY}|laboratory"
VITAL = f"{CATEGORY}|vital-signs"
POTASSIUM = "http://loinc.org|2823-3"
DATES = [
    "2024-05-01", "2024-05-01", "2023", "2023-06", "1970-01-01T00:00:00Z", "1969-12-31", "1955-03-02", "2026-11-01",
    None,
]  # fmt: skip
SOURCE = "https://carefolio.org/fhir/StructureDefinition/source-hospital"
ALL = tuple(
    Slice(one) for one in ("Condition", "Consent", "Encounter", "Goal", "Observation", "Patient", "Appointment")
)


class House:
    """A clinic, Ada and Anna whose charts it knows, Ben who is asked about and Bo who must not get in."""

    def __init__(self, carefolio, cast):
        self.carefolio, self.cast, self.door = carefolio, cast, carefolio.door
        self.ada, self.anna = (one.ref for one in cast.patients)
        self.tokens = {
            "Clinic": cast.hospital_token,
            "Ada": cast.patients[0].token,
            "Ben": cast.doctors[0].token,
            "Bo": cast.doctors[1].token,
        }
        self.number = owners.of_reference(self.database, self.ada).number

    @property
    def database(self):
        return self.carefolio.database

    def caller(self, name):
        return self.door.admit(self.tokens[name], "request")

    def write(self, name, *resources, method=Method.CREATE):
        changes = [Change(method, one["resourceType"], one.get("id", ""), one) for one in resources]
        return asyncio.run(self.door.write(self.caller(name), changes))

    def page(self, name, wanted=None, patient=""):
        return asyncio.run(self.door.timeline(self.caller(name), patient or self.ada, wanted or Wanted()))

    def counts(self, name, kinds):
        return asyncio.run(self.door.counts(self.caller(name), self.ada, kinds))

    def walk(self, name, **wanted):
        """The references on all pages, one after the other."""
        found, cursor = [], ""
        while True:
            page = self.page(name, Wanted(**wanted, cursor=cursor))
            found += [one.row.reference for one in page.found]
            cursor = page.next
            if not cursor:
                return found

    def slow(self, name, kinds, keep=lambda row: True):
        """What a walk has to give: every row of the chart is decided about and sorted."""
        caller = self.caller(name)
        rows = records.by_numbers(self.database, [rid for (rid,) in self.database.read("SELECT rid FROM record")])
        types = {one.type for one in kinds}
        rows = [row for row in rows if row.owner == self.number and row.type in types and row.state == State.LIVE]
        rows = [row for row in rows if self.door.viewer.decide(caller, row).permit and keep(row)]
        rows.sort(key=lambda row: (row.low == row.high == 0, -row.low, -row.rid))
        return [row.reference for row in rows]

    @contextmanager
    def contracts(self, *provisions):
        """Ben holds contracts with these provisions for a while."""
        made = []
        for provision in provisions:
            body = consent(self.ada, self.cast.doctors[0].ref) | {"status": "active"}
            body["provision"] = body["provision"] | provision
            made.append(self.write("Ada", body)[0])
        try:
            yield
        finally:
            for one in made:
                self.write("Ada", parse(one.body) | {"status": "inactive"}, method=Method.UPDATE)

    def entries(self):
        settle(self.database)
        rows = self.database.read("SELECT time, kind, owner, actor, body, leaf FROM entry ORDER BY seq")
        sealed = [SealedEntry(*row) for row in rows]
        return [open_entry(one, self.carefolio.keyring.of(one.owner)) for one in sealed]


def records_of(patient):
    """Records of several kinds with every sort of date."""
    subject = {"reference": patient}
    for number, date in enumerate(DATES):
        dated = {"effectiveDateTime": date}
        vital = {"category": [{"coding": [{"system": CATEGORY, "code": "vital-signs"}]}]}
        both = {
            "category": [{"coding": [{"system": CATEGORY, "code": code}]} for code in ("vital-signs", "laboratory")]
        }
        for more in ({}, vital, both if number % 3 == 0 else {"category": []}):
            made = observation(patient, number, **(dated | more))
            yield {key: value for key, value in made.items() if value}
        secret = (
            {"meta": {"security": [{"system": f"{TERMS}v3-Confidentiality", "code": "R"}]}} if number % 4 == 0 else {}
        )
        onset = {"onsetDateTime": date} if date else {}
        yield {"resourceType": "Condition", "subject": subject, "code": {"text": "a"}} | onset | secret
    yield {"resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "walk"}, "subject": subject}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    data = tmp_path_factory.mktemp("line")
    cast = found(data, patients=2, doctors=2)
    with opened(data) as carefolio:
        made = House(carefolio, cast)
        made.write("Clinic", *records_of(made.ada))
        made.write("Clinic", *list(records_of(made.anna))[:8])
        gone = made.write("Ada", observation(made.ada, 90), observation(made.ada, 91))
        change = Change(Method.DELETE, "Observation", gone[0].row.id)
        asyncio.run(made.door.write(made.caller("Ada"), [change]))
        hours = {"start": "2026-12-01T09:00:00Z", "end": "2026-12-01T09:30:00Z"}
        actors = [{"actor": {"reference": who}, "status": "accepted"} for who in (made.ada, cast.doctors[0].ref)]
        made.write("Clinic", {"resourceType": "Appointment", "status": "booked", "participant": actors} | hours)
        yield made


def test_a_patient_sees_their_whole_chart_newest_first_and_undated_last(house):
    found = house.walk("Ada", count=7)
    assert found == house.slow("Ada", CLINICAL)
    assert len(found) == len(set(found)) == 2 + 4 * len(DATES) + 1
    assert found[0].startswith("Appointment/")
    dates = [one.row.low for one in house.page("Ada", Wanted(count=100)).found if one.row.high]
    assert dates == sorted(dates, reverse=True)
    assert min(dates) < 0 in dates


def test_the_default_leaves_out_contracts_and_bills(house):
    types = {one.type for one in CLINICAL}
    assert types.isdisjoint(
        {"Consent", "Provenance", "AuditEvent", "Binary", "Claim", "Coverage", "ExplanationOfBenefit"}
    )
    with house.contracts({}):
        assert not any(one.startswith("Consent/") for one in house.walk("Ada"))
        assert all(one.startswith("Consent/") for one in house.walk("Ada", kinds=[Slice("Consent")]))


def test_kinds_hospitals_and_dates_narrow_it(house):
    shelf = owners.of_reference(house.database, house.cast.hospital).number
    may, june = interval("2024-05-01")[0], interval("2024-06-01")[1]
    assert house.walk("Ada", hospitals=frozenset({NO_HOSPITAL})) == house.slow(
        "Ada", CLINICAL, lambda r: not r.hospital
    )
    assert house.walk("Ada", hospitals=frozenset({house.cast.hospital, "Organization/none"}), count=9) == house.slow(
        "Ada", CLINICAL, lambda r: r.hospital == shelf
    )
    assert house.walk("Ada", since=may, until=june) == house.slow("Ada", CLINICAL, lambda r: may <= r.low <= june)
    assert house.walk("Ada", until=0) == house.slow("Ada", CLINICAL, lambda r: r.low <= 0 and r.high != 0)
    assert house.walk("Ada", hospitals=frozenset({"Organization/none"})) == []
    laboratory = house.walk("Ada", kinds=[Slice("Observation", frozenset({LABORATORY}))])
    others = house.walk("Ada", kinds=[Slice("Observation", unless=frozenset({LABORATORY}))])
    assert sorted(laboratory + others) == sorted(house.slow("Ada", [Slice("Observation")]))
    either = [Slice("Observation", frozenset({LABORATORY, VITAL})), Slice("Observation", frozenset({LABORATORY}))]
    assert len(laboratory) < len(house.walk("Ada", kinds=either, count=4)) < len(laboratory + others)


def test_nobody_s_chart_and_a_hidden_chart_are_absent_alike(house):
    for name, patient in (("Bo", house.ada), ("Bo", "Patient/none"), ("Ada", house.anna), ("Bo", "Group/x")):
        for ask in (house.door.timeline, lambda *args: house.door.counts(*args[:2], {})):
            with pytest.raises(Failure) as caught:
                asyncio.run(ask(house.caller(name), patient, Wanted()))
            assert caught.value.category is Category.ABSENT
        assert [entry.kind for entry in house.entries()[-2:]] == [Kind.REFUSED] * 2


def test_who_holds_no_contract_sees_what_addresses_them_and_nothing_beside(house):
    (one,) = house.walk("Ben")
    assert one.startswith("Appointment/")
    with pytest.raises(Failure):
        house.page("Ben", Wanted(kinds=[Slice("Observation")]))


def test_the_page_s_one_entry_names_records_and_contracts(house):
    with house.contracts({"class": [{"system": CATEGORY, "code": "laboratory"}]}, {"class": [{"code": "Goal"}]}):
        before = len(house.entries())
        page = house.page("Ben", Wanted(count=100))
        (entry,) = house.entries()[before:]
        assert entry.kind is Kind.DISCLOSED_SEARCH
        assert entry.owner == house.number
        assert entry.content["interaction"] == "timeline"
        assert len(entry.content["records"]) == len(page.found) > 10
        assert len(entry.content["contracts"]) == 2
        assert entry.content["rules"] == ["participant", "contract"]
        held = house.counts("Ben", {"goals": [Slice("Goal")], "claims": [Slice("Claim")]})
        assert (held.kinds, held.hospitals, held.total) == ({"goals": 1}, {house.cast.hospital: 1}, 1)
        told = house.entries()[-1].content
        assert told["total"] == 1
        assert len(told["contracts"]) == 2


def provisions(house):
    record = house.slow("Ada", [Slice("Condition")])[0]
    clinic = {"extension": [{"url": SOURCE, "valueReference": {"reference": house.cast.hospital}}]}
    return [
        {},
        {"class": [{"system": CATEGORY, "code": "laboratory"}]},
        {"class": [{"system": "http://hl7.org/fhir/resource-types", "code": one} for one in ("Condition", "Consent")]},
        {"code": [{"coding": [{"system": CATEGORY, "code": "vital-signs"}]}], "dataPeriod": {"start": "2024"}},
        {"dataPeriod": {"end": "1970-01-01"}},
        {"data": [{"meaning": "instance", "reference": {"reference": record}}]},
        {"securityLabel": [{"system": f"{TERMS}v3-Confidentiality", "code": "R"}]},
        {"code": [{"coding": [{"system": "http://loinc.org", "code": str(n)}]} for n in range(9)]},
        clinic,
        {"provision": [{"type": "deny", "class": [{"system": CATEGORY, "code": "laboratory"}]}]},
        {"type": "deny", "dataPeriod": {"start": "2024"}},
        {"type": "deny", "class": [{"code": "Condition"}]},
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=st.sets(st.integers(0, 11), max_size=4), count=st.integers(1, 30), kinds=st.sampled_from([CLINICAL, ALL]))
def test_under_any_contracts_the_pages_hold_what_a_decision_permits(house, chosen, count, kinds):
    every = provisions(house)
    with house.contracts(*(every[one] for one in sorted(chosen))):
        expected = house.slow("Ben", kinds)
        assert house.walk("Ben", kinds=kinds, count=count) == expected
        held = house.counts("Ben", {one.type: [one] for one in kinds})
        assert sum(held.kinds.values()) == held.total == sum(held.hospitals.values()) == len(expected)


def test_counts_tell_each_record_of_a_kind_once(house):
    kinds = {
        "tests": [Slice("Observation", frozenset({LABORATORY}))],
        "measurements": [
            Slice("Observation", frozenset({VITAL})),
            Slice("Observation", frozenset({VITAL, LABORATORY})),
        ],
        "others": [Slice("Observation", unless=frozenset({VITAL, LABORATORY}))],
        "problems": [Slice("Condition")],
        "vaccines": [Slice("Immunization")],
    }
    held = house.counts("Ada", kinds)
    assert set(held.kinds) == set(kinds) - {"vaccines"}
    assert held.kinds["measurements"] + held.kinds["others"] == len(house.slow("Ada", [Slice("Observation")]))
    assert held.kinds["tests"] == len(house.walk("Ada", kinds=kinds["tests"]))
    assert held.hospitals == {house.cast.hospital: held.total - 1, NO_HOSPITAL: 1}
    assert house.counts("Ada", {}).total == 0


def test_a_cursor_is_bound_to_person_and_chart(house):
    cursor = house.page("Ada", Wanted(count=2)).next
    with pytest.raises(Failure) as caught:
        house.page("Ben", Wanted(cursor=cursor))
    assert caught.value.category is Category.MALFORMED
    other = house.door.finder.cursors.seal(house.caller("Ada").principal.account, b"0 1 2 999")
    with pytest.raises(Failure, match="another address"):
        house.page("Ada", Wanted(cursor=other))


@pytest.mark.parametrize("type_", ["Practitioner", "Nonsense"])
def test_what_no_chart_holds_is_refused(house, type_):
    with pytest.raises(Failure, match="is no type of record that a chart holds"):
        house.page("Ada", Wanted(kinds=[Slice(type_)]))
    with pytest.raises(Failure, match="is no type of record that a chart holds"):
        house.counts("Ada", {"x": [Slice(type_)]})


def test_too_many_kinds_at_once_are_refused(house):
    many = [Slice("Observation", frozenset({str(number)})) for number in range(300)]
    with pytest.raises(Failure, match="fewer kinds"):
        house.page("Ada", Wanted(kinds=many))


def test_too_many_places_to_count_are_refused(house, monkeypatch):
    monkeypatch.setattr(statements, "_PLACES", 1)
    with pytest.raises(Failure, match="fewer kinds"):
        house.counts("Ada", {"x": [Slice("Goal"), Slice("Condition")]})


def test_a_page_of_long_records_ends_early_and_goes_on(house, monkeypatch):
    monkeypatch.setattr(timeline, "ANSWER_BYTES", 1)
    assert house.walk("Ada", count=20, kinds=[Slice("Condition")]) == house.slow("Ada", [Slice("Condition")])
    assert len(house.page("Ada").found) == 1
    assert find.ANSWER_BYTES > 1


def test_a_record_that_is_gone_between_two_looks_means_deciding_anew(house):
    with pytest.raises(Moved):
        house.door.line._decided(house.caller("Ada"), None)


@ABOUT_SQLITE
def test_a_page_reads_about_as_many_rows_as_it_shows(house):
    caller = house.caller("Ada")
    owner = owners.of_reference(house.database, house.ada)
    chart = house.door.line._chart(caller, owner, Wanted())
    sql = statements.page_sql(chart, CLINICAL, 0, None, 26)
    plan = [row[3] for row in house.database.read(f"EXPLAIN QUERY PLAN {sql.text}", sql.args)]
    assert any("MERGE (UNION)" in step for step in plan)
    assert not any("SCAN" in step or "TEMP B-TREE" in step for step in plan)


def test_a_contract_on_a_code_is_read_from_that_code(house):
    with house.contracts({"class": [{"system": CATEGORY, "code": "laboratory"}]}):
        chart = house.door.line._chart(house.caller("Ben"), owners.of_reference(house.database, house.ada), Wanted())
        sql = statements.page_sql(chart, [Slice("Observation")], 0, None, 26)
        assert house.carefolio.keyring.blind.value(f"Observation.category={LABORATORY}") in sql.args
        assert house.carefolio.keyring.blind.value("Observation") not in sql.args
