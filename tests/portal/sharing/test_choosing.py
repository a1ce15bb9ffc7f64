"""Less than was asked for: kinds, hospitals, days, single records; what is granted is what the page showed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from carefolio.workflows.sharing.rules import LONGEST_DAYS, Terms
from tests.acceptance.cast import name
from tests.portal.sharing.conftest import parts, today, whole


def boxes(field, day):
    return {f"{field}_day": str(day.day), f"{field}_month": str(day.month), f"{field}_year": str(day.year)}


def day(year, month=1, number=1):
    return today().replace(year=year, month=month, day=number)


def choose(she, request, **more):
    return she.get(f"/sharing/requests/{request}/choose/").fill(more).send()


def test_a_kind_a_hospital_and_a_year(town, she):
    request = town.ask(town.ben)
    town.ben.actor.found(f"/Patient?identifier={town.ada.code}")
    she.get(f"/sharing/requests/{request}/choose/")
    form = she.page.form
    assert form.choices["categories"] == ["whole", "problems", "results", "personal"]
    assert form.choices["hospitals"][0] == "all"
    assert not {"categories", "hospitals", "ends"} & form.fields.keys(), "nothing is ticked before she ticks it"
    she.fill(categories=["results"], hospitals=[town.north.organization], ends=form.choices["ends"][1])
    she.fill(boxes("since", day(2026)) | boxes("until", day(2026, 12, 31))).send()
    assert she.page.h1 == "Give Ben Osei access to this?"
    assert town.sees(town.ben) == set()
    for words in ("Test results (up to 3 records)", "North Hospital", "From 1 January 2026", "31 December 2026"):
        assert words in she.page.text
    she.send()
    assert she.page.h1 == "Ben Osei has access now"
    assert town.sees(town.ben) == {"new result"}
    assert town.ben.actor.found(f"/Observation?patient={town.ada.person}") == [name(town.records["new result"])[1:]]
    assert town.ben.actor.found(f"/Condition?patient={town.ada.person}") == []


def test_the_whole_record_for_a_shorter_time(town, she):
    request = town.ask(town.ben)
    last = today() + timedelta(days=9)
    choose(she, request, categories=["whole"], hospitals=["all"], ends="other", **boxes("last_day", last)).send()
    assert town.sees(town.ben) == set(town.records)
    assert town.consent(request)["provision"]["period"]["end"] == f"{last}T23:59:59Z"


def test_the_last_day_ends_on_the_readers_own_clock(town, she):
    request = town.ask(town.ben)
    she.get("/accounts/").fill(zone="America/New_York").send()
    last = today() + timedelta(days=9)
    choose(she, request, categories=["whole"], hospitals=["all"], ends="other", **boxes("last_day", last))
    assert f"Until {last:%-d %B %Y}" in she.page.text
    assert "UTC" not in she.page.text
    she.send()
    assert town.consent(request)["provision"]["period"]["end"] == f"{last + timedelta(days=1)}T04:59:59Z"
    assert f"until {last:%-d %B %Y}" in she.get(f"/sharing/{request}/").page.text.replace("Until", "until")
    she.get("/accounts/").fill(zone="Europe/London").send()
    assert "at 04:59 (London time)" in she.get(f"/sharing/{request}/").page.text


def test_single_records(town, she):
    request = town.ask(town.ben)
    she.get(f"/sharing/requests/{request}/choose/").follow("Choose single records instead")
    wanted = name(town.records["asthma"])[1:]
    form = next(one for one in she.page.forms if "records" in one.names)
    she.form("Go on and check").fill(records=[wanted], ends=form.choices["ends"][0]).send()
    assert "Asthma" in she.page.text
    she.follow("Change")
    assert next(one for one in she.page.forms if "records" in one.names).fields["records"] == [wanted]
    she.form("Go on and check").send().send()
    assert she.page.h1 == "Ben Osei has access now"
    assert town.sees(town.ben) == {"asthma"}


def test_single_records_of_one_kind(town, she):
    request = town.ask(town.ben)
    she.get(f"/sharing/requests/{request}/records/?kind=problems")
    assert next(one for one in she.page.forms if "records" in one.names).choices["records"] == [
        name(town.records["asthma"])[1:]
    ]
    assert she.get(f"/sharing/requests/{request}/records/?kind=nonsense").status == 200


def test_records_that_were_asked_for_singly(town, she):
    new, old = (name(town.records[one])[1:] for one in ("new result", "old result"))
    request = town.ask(town.ben, Terms(records=frozenset({new, old}), ends=today() + timedelta(days=20)))
    she.get(f"/sharing/requests/{request}/")
    assert she.page.text.count("1 March") == 2
    she.get(f"/sharing/requests/{request}/choose/")
    form = she.page.form
    assert {"categories", "hospitals", "since_day"} & form.names == set()
    she.fill(records=[old], ends=form.choices["ends"][0]).send().send()
    assert town.sees(town.ben) == {"old result"}


def test_an_answer_stays_inside_what_was_asked_for(town, she):
    asked = parts("results", hospitals=frozenset({town.north.organization}), since=day(2020), until=day(2026, 12, 31))
    request = town.ask(town.ben, asked)
    she.get(f"/sharing/requests/{request}/choose/")
    form = she.page.form
    assert form.choices["categories"] == ["results"]
    assert form.choices["hospitals"] == ["all", town.north.organization]
    assert "correct" not in form.names
    she.fill(categories=["results"], hospitals=["all"], ends=form.choices["ends"][0]).fill(boxes("since", day(2010)))
    she.send().send()
    assert town.sees(town.ben) == {"new result"}
    given = town.consent(request)["provision"]["provision"][0]
    assert given["dataPeriod"]["start"] == "2020-01-01"


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ({}, ["Choose what they may see", "Choose how long they may see this"]),
        ({"categories": ["results"], "ends": "other"}, ["Choose at least one hospital", "Enter the last day"]),
        ({"categories": ["whole", "results"], "hospitals": ["all"], "ends": "other"}, ["not both", "Enter the last"]),
        ({"categories": ["nonsense"], "hospitals": ["Organization/x"], "ends": "never"}, ["Choose one of"] * 3),
        (
            {"categories": ["results"], "hospitals": ["all", "N"], "ends": "other"} | boxes("last_day", day(2020)),
            ["all hospitals or some", "today or later"],
        ),
        (
            {"categories": ["results"], "hospitals": ["all"], "ends": "other"}
            | boxes("last_day", today() + timedelta(days=LONGEST_DAYS + 2))
            | boxes("since", day(2026))
            | boxes("until", day(2025)),
            ["before the first day", "or earlier"],
        ),
        (
            {"categories": ["results"], "hospitals": ["all"], "ends": "other", "last_day_day": "31"}
            | {"last_day_month": "2", "last_day_year": "2027", "since_day": "x", "since_month": "", "since_year": "1"},
            ["The date must have", "Enter a real date"],
        ),
    ],
)
def test_nonsense_is_told_and_stays(town, she, given, errors):
    request = town.ask(town.ben)
    if "N" in given.get("hospitals", []):
        given = given | {"hospitals": ["all", town.north.organization]}
    choose(she, request, **given)
    assert she.page.title.startswith("Error: ")
    assert len(she.page.errors) == len(errors), she.page.errors
    for said, words in zip(she.page.errors, errors, strict=True):
        assert words in said
    assert she.page.form.fields.get("categories", []) == [
        one for one in given.get("categories", []) if one != "nonsense"
    ]
    assert (town.status(request), town.sees(town.ben)) == ("proposed", set())


def test_nonsense_among_single_records(town, she):
    request = town.ask(town.ben)
    she.get(f"/sharing/requests/{request}/records/").post(
        f"/sharing/requests/{request}/records/", records=["Observation/x"], ends="other"
    )
    assert len(she.page.errors) == 2


def test_two_tabs_do_not_mix(town, she, browse):
    request = town.ask(town.ben)
    other = browse().enter(town.ada)
    for tab, key in ((she, "problems"), (other, "results")):
        tab.get(f"/sharing/requests/{request}/choose/")
        tab.fill(categories=[key], hospitals=["all"], ends=tab.page.form.choices["ends"][0]).send()
    she.send()
    assert town.sees(town.ben) == {"asthma"}
    other.send()
    assert (other.status, town.sees(town.ben)) == (409, {"asthma"})
    assert "has this access now" in other.page.text


def test_what_was_chosen_for_an_older_request_is_not_granted(town, she):
    request = town.ask(town.ben, whole())
    she.get(f"/sharing/requests/{request}/choose/")
    she.fill(categories=["results"], hospitals=["all"], ends=she.page.form.choices["ends"][0]).send()
    checking = she.path
    asked = town.ben.actor.get(f"/Consent/{request}").json()
    asked["provision"]["purpose"][0]["code"] = "HRESCH"
    town.ben.actor.change(asked)
    she.send()
    assert (she.status, town.status(request)) == (409, "proposed")
    assert "research" in she.page.text
    assert she.get(checking).status == 409


def test_nonsense_in_what_was_chosen_is_nothing(town, she):
    request = town.ask(town.ben)
    chosen = {"chosen-for": f"/sharing/requests/{request}/", "chosen-terms": '{"whole":true}', "version": "x"}
    she.get(f"/sharing/requests/{request}/choose/").post("/drafts/sharing/chosen/made-up/", chosen)
    assert she.get(f"/sharing/requests/{request}/check/made-up/").status == 409


def test_what_somebody_else_chose_is_not_there(town, she, browse):
    request = town.ask(town.ben)
    she.get(f"/sharing/requests/{request}/choose/")
    she.fill(categories=["results"], hospitals=["all"], ends=she.page.form.choices["ends"][0]).send()
    key = she.path.rstrip("/").rpartition("/")[2]
    second = town.ask(town.cleo)
    assert she.get(f"/sharing/requests/{second}/check/{key}/").path == f"/sharing/requests/{second}/choose/"
    assert she.get(f"/sharing/requests/{request}/check/nonsense/").path == f"/sharing/requests/{request}/choose/"
    assert browse().enter(town.dan).get(f"/sharing/requests/{request}/check/{key}/").status == 404


def test_a_form_that_was_left_is_back(town, she):
    request = town.ask(town.ben)
    she.get(f"/sharing/requests/{request}/choose/")
    she.post(f"/drafts/sharing/requests/{request}/choose/", categories=["results"], since_day="3", ends="other")
    assert she.status == 204
    she.get(f"/sharing/requests/{request}/choose/")
    assert she.page.form.fields["categories"] == ["results"]
    assert she.page.form.fields["since_day"] == ["3"]
    she.get(f"/sharing/requests/{request}/refuse/").post(f"/drafts/sharing/refuse/{request}/", why="Not now")
    assert she.get(f"/sharing/requests/{request}/refuse/").page.form.fields["why"][0].strip() == "Not now"
