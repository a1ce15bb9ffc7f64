"""The last day of a contract ends on the clock of who picked it; FHIR holds the moment."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from carefolio.fhir.dates import interval
from carefolio.workflows.sharing.describe import Version, contract_of
from carefolio.workflows.sharing.rules import Ask, Narrowing, Terms, narrowed, proposal

DAY = date(2027, 3, 28)
"""On which clocks are put forward in Europe."""


@pytest.mark.parametrize(
    ("zone", "end"),
    [
        ("UTC", "2027-03-28T23:59:59Z"),
        ("Europe/Dublin", "2027-03-28T22:59:59Z"),
        ("America/New_York", "2027-03-29T03:59:59Z"),
        ("Pacific/Auckland", "2027-03-28T10:59:59Z"),
    ],
)
def test_the_day_ends_on_that_clock(zone, end):
    terms = Terms(whole=True, ends=DAY, zone=zone)
    made = proposal({"reference": "Patient/p"}, {"reference": "Practitioner/d"}, Ask("p", terms, "Why"), DAY)
    assert made["provision"]["period"]["end"] == end
    contract = contract_of(made, Version(1, 0), 0)
    assert contract.ends == interval(end)[1]
    assert contract.last_day(ZoneInfo(zone)) == DAY


@pytest.mark.parametrize(("day", "end"), [(DAY, "2027-03-28T23:59:59Z"), (date(2027, 3, 27), "2027-03-28T03:59:59Z")])
def test_an_answer_elsewhere_that_keeps_the_day_keeps_its_end(day, end):
    """Asked for in London, answered in New York: the same day would end four hours later there."""
    terms = Terms(whole=True, ends=DAY)
    asked = proposal({"reference": "Patient/p"}, {"reference": "Practitioner/d"}, Ask("p", terms, "Why"), DAY)
    asked["provision"]["period"]["start"] = "2027-01-01"
    answer = narrowed(asked, Narrowing(Terms(whole=True, ends=day, zone="America/New_York")), date(2027, 3, 1))
    assert answer["provision"]["period"] == {"start": "2027-01-01", "end": end}


def test_no_end_and_the_end_of_time_have_a_day_too():
    assert contract_of({"provision": {}}, Version(1, 0), 0).last_day(ZoneInfo("UTC")) is None
    actor = {"reference": {"reference": "Practitioner/d"}, "role": {"text": "doctor"}}
    last = {"type": "permit", "actor": [actor], "period": {"end": "9999-12-31T23:00:00Z"}}
    made = proposal(
        {"reference": "Patient/p"}, {"reference": "Practitioner/d"}, Ask("p", Terms(True, ends=DAY), "W"), DAY
    )
    contract = contract_of(made | {"provision": made["provision"] | last}, Version(1, 0), 0)
    assert contract.last_day(ZoneInfo("Pacific/Auckland")) == date(9999, 12, 31)
