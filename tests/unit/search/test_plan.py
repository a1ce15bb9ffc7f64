import pytest

from carefolio.base.filters import Visible, Window
from carefolio.search.parse import parse
from tests.unit.search.world import EVERYTHING, World

OWNERS = {number: f"Patient/p{number}" for number in range(1, 31)} | {
    90: "Organization/north",
    91: "Organization/south",
}
OWN = Visible((Window(owners=frozenset({5}), rule="own-chart"),))
DOCTOR = Visible(
    (
        Window(authors=frozenset({7}), rule="author"),
        Window(hospitals=frozenset({91}), rule="hospital"),
        Window(participants=frozenset({"Practitioner/p"}), rule="participant"),
        Window(
            owners=frozenset({5}), labels=frozenset({0}), unless=(Window(codes=frozenset({"c3"})),), rule="contract"
        ),
    )
)


@pytest.fixture(scope="module")
def world():
    made = World(OWNERS)
    for owner in range(1, 31):
        patient = {"resourceType": "Patient", "id": f"p{owner}", "name": [{"family": f"Name{owner}"}]}
        made.add(patient, owner, hospital=90)
        for place in range(20):
            code = {"coding": [{"system": "urn:c", "code": f"c{place % 4}"}]}
            resource = {"resourceType": "Observation", "id": f"o{owner}-{place}", "status": "final", "code": code}
            resource |= {"effectiveDateTime": f"2020-01-{1 + place:02}", "identifier": [{"value": f"{owner}-{place}"}]}
            made.add(resource, owner, hospital=90)
    return made


def _planned(world, pairs, visible, type_="Observation"):
    return world.plan(parse(type_, pairs, lenient=False), visible)


def _steps(world, plan):
    return [row[3] for row in world.connection.execute(f"EXPLAIN QUERY PLAN {plan.sql}", plan.args)]


@pytest.mark.parametrize("visible", [OWN, DOCTOR])
@pytest.mark.parametrize("sort", ["date", "-date"])
@pytest.mark.parametrize(
    "more", [[], [("code", "urn:c|c1")], [("code", "c1"), ("date", "lt2020-01-15"), ("status:not", "amended")]]
)
def test_one_chart_in_order_of_date_comes_straight_from_the_index(world, visible, sort, more):
    plan = _planned(world, [("patient", "p5"), *more, ("_sort", sort)], visible)
    steps = _steps(world, plan)
    assert steps[0].startswith("SEARCH d USING PRIMARY KEY (compartment=? AND value=?")
    assert steps[1] == "SEARCH r USING INTEGER PRIMARY KEY (rowid=?)"
    assert not any("TEMP B-TREE" in step or step.startswith("SCAN") for step in steps)


NORTH = Visible((Window(hospitals=frozenset({90}), rule="hospital"), Window(authors=frozenset({7}), rule="author")))
SOUTH = Visible((Window(hospitals=frozenset({91}), rule="hospital"),))


@pytest.mark.parametrize(("visible", "found"), [(NORTH, 20), (SOUTH, 0)])
def test_a_hospital_reads_one_chart_in_the_order_of_the_index_too(world, visible, found):
    """However long the chart is, nothing is sorted first. Where it never wrote, that is told at once."""
    pairs = [("patient", "p5"), ("_count", "100")]
    steps = _steps(world, _planned(world, pairs, visible))
    assert steps[0].startswith("SEARCH d USING PRIMARY KEY (compartment=? AND value=?")
    assert not any("TEMP B-TREE" in step or step.startswith("SCAN") for step in steps)
    assert len(world.page(parse("Observation", pairs, lenient=False), visible).rows) == found


def test_the_next_page_starts_inside_the_index(world):
    first = world.page(parse("Observation", [("patient", "p5"), ("_count", "3")], lenient=False), OWN)
    query = parse("Observation", [("patient", "p5"), ("_count", "3")], lenient=False, cursor=first.following)
    assert "low<?" in _steps(world, world.plan(query, OWN))[0].replace("(low,rid)<(?,?)", "low<?")


@pytest.mark.parametrize("visible", [OWN, DOCTOR, Visible()])
@pytest.mark.parametrize(
    "more", [[], [("code", "c1")], [("code", "c1,c2")], [("identifier", "6-1")], [("_sort", "_id")]]
)
def test_a_hidden_chart_and_an_absent_one_are_asked_for_alike(world, visible, more):
    hidden = _planned(world, [("patient", "p6"), *more], visible)
    absent = _planned(world, [("patient", "nobody"), *more], visible)
    assert hidden.sql == absent.sql
    assert len(hidden.args) == len(absent.args)
    assert _steps(world, hidden) == _steps(world, absent)
    for plan in (hidden, absent):
        assert world.connection.execute(plan.sql, plan.args).fetchall() == []
        assert world.connection.execute(plan.count_sql, plan.count_args).fetchall() == []


def test_a_hospital_sees_what_it_sent_across_charts(world):
    north = Visible((Window(hospitals=frozenset({90})),))
    assert len(world.search("Observation", [("code", "c1"), ("_count", "50")], north)) == 150
    assert world.search("Observation", [("code", "c1")], Visible((Window(hospitals=frozenset({91})),))) == []


def test_names_are_looked_for_inside_few_charts_and_among_all_when_many_can_be_seen(world):
    few = _planned(world, [("family", "name5")], OWN, "Patient")
    all_ = _planned(world, [("family", "name5")], EVERYTHING, "Patient")
    assert "FROM idx d" in few.sql
    assert "SELECT rid FROM lookup" in all_.sql
    assert world.search("Patient", [("family", "name5")], OWN) == ["Patient/p5"]
    assert sorted(world.search("Patient", [("family", "name5")])) == ["Patient/p5"]


def test_a_doctor_with_very_many_contracts_can_search(world):
    windows = tuple(
        Window(owners=frozenset({number}), since=number, contract=f"Consent/c{number}/_history/1")
        for number in range(1, 3001)
    )
    assert len(world.search("Observation", [("code", "c1"), ("_count", "1000")], Visible(windows))) == 150


def test_contracts_that_differ_in_their_patient_alone_are_one_test(world):
    windows = tuple(Window(owners=frozenset({number}), contract=f"Consent/c{number}") for number in range(1, 31))
    plan = _planned(world, [("code", "c1")], Visible(windows))
    assert plan.sql.count("r.owner IN") == 1
    assert len(world.search("Observation", [("code", "c1"), ("_count", "1000")], Visible(windows))) == 150


def test_deleted_records_are_not_found(world):
    world.connection.execute("UPDATE record SET state = 1 WHERE id = 'o5-0'")
    try:
        assert "Observation/o5-0" not in world.search("Observation", [("patient", "p5")], OWN)
        assert world.page(parse("Observation", [("patient", "p5")], lenient=False), OWN).total == 19
    finally:
        world.connection.execute("UPDATE record SET state = 0")


@pytest.mark.parametrize("prefix", ["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"])
@pytest.mark.parametrize("more", [[], [("code", "c1,c2")]])
def test_each_comparison_of_dates_finds_in_one_chart_what_reading_it_finds(world, prefix, more):
    for date in ("2020-01-10", "2020-01-11", "2020-01-10T12:00:00Z", "2020-01", "2019", "2021"):
        pairs = [("patient", "p5"), ("date", prefix + date), *more]
        query = parse("Observation", pairs, lenient=False)
        expected = sorted(one.row.reference for one in world.brute(query, OWN))
        assert sorted(world.search("Observation", pairs, OWN)) == expected, date


def test_nobody_is_born_in_the_far_future(world):
    assert world.search("Patient", [("birthdate", "gt2200")]) == []
