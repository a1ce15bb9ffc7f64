"""What the trail's pages read out of entries."""

from carefolio.ledger.entry import Entry, Kind
from carefolio.portal.trail.steps import contracts_in, days
from carefolio.portal.words.told import Reader
from carefolio.portal.words.trail import Viewpoint
from carefolio.records.trail import Step


def read_under(*contracts):
    return Step(1, Entry(0, Kind.DISCLOSED_READ, 2, 3, {"contracts": list(contracts)}), "Ben Osei")


def test_contracts_are_told_with_their_version_and_emergencies_are_none():
    steps = [read_under("Consent/a/_history/2"), read_under("break-glass/01a2"), read_under("Consent/b/_history/1")]
    assert contracts_in(steps) == {"Consent/a": 2, "Consent/b": 1}


def test_a_contract_that_two_versions_allowed_is_left_out():
    assert contracts_in([read_under("Consent/a/_history/2", "Consent/a/_history/3")]) == {}


def test_what_has_no_link_is_not_counted_as_left_out():
    trail = [f"AuditEvent/{number}" for number in range(400)]
    read = Step(1, Entry(0, Kind.DISCLOSED_SEARCH, 2, 3, {"records": trail}), "Ben Osei")
    (day,) = days([read], Viewpoint(Reader("en", "Europe/Dublin")), "p")
    assert [(len(one.records), one.more) for one in day["steps"]] == [(0, 0)]
