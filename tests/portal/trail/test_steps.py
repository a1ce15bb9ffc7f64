"""What the trail's pages read out of entries."""

import pytest

from carefolio.base.clock import MICROSECONDS
from carefolio.ledger.entry import Entry, Kind
from carefolio.portal.trail.steps import contracts_in, days, together
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


def look(seq, records, request="", actor=3, after=0, kind=Kind.DISCLOSED_READ, **more):
    content = {"records": records, "request": request or f"r{seq}"} | more
    return Step(seq, Entry(after * MICROSECONDS, kind, 2, actor, content), "Ben Osei")


def told_together(*newest_first):
    return [(one.seq, one.entry.content["records"]) for one in together(newest_first)]


UNDER = {"rules": ["contract"], "contracts": ["Consent/c/_history/1"]}
VISIT, MET, NOTE = "Appointment/v/_history/1", "Encounter/e/_history/2", "ClinicalImpression/n/_history/1"


def test_what_one_page_and_its_script_read_is_one_step():
    page = [look(1, [VISIT], "page"), look(2, [MET], "page"), look(3, [NOTE], "page")]
    script = [look(4, [VISIT], "script", after=2), look(5, [MET], "script", after=2)]
    assert told_together(*reversed(page + script)) == [(5, [MET, VISIT, NOTE])]


def test_a_room_that_went_on_is_the_same_record():
    later = look(2, ["Appointment/v/_history/2", MET], after=30)
    assert told_together(later, look(1, [VISIT], after=0)) == [(2, ["Appointment/v/_history/2", MET, VISIT])]


def test_the_minute_runs_from_the_first_look_to_the_last():
    """Whoever reads the same every 50 seconds for three hours has looked all the time, not once."""
    chain = [look(seq, [VISIT], after=seq * 50) for seq in range(1, 217)]
    assert len(told_together(*reversed(chain))) == 108


def test_older_versions_that_a_page_showed_are_a_line_of_their_own():
    page = [look(1, [NOTE], "page"), look(2, [NOTE], "page", kind=Kind.DISCLOSED_HISTORY)]
    again = [look(3, [NOTE], "again", after=5), look(4, [NOTE], "again", after=5, kind=Kind.DISCLOSED_HISTORY)]
    told = list(together(reversed(page + again)))
    assert [(one.seq, one.entry.kind) for one in told] == [(4, Kind.DISCLOSED_HISTORY), (3, Kind.DISCLOSED_READ)]


def test_an_older_version_is_not_told_as_the_record_itself():
    page = [look(1, [NOTE], "page"), look(2, ["ClinicalImpression/n/_history/0"], "page", older=True)]
    told = list(together(reversed(page)))
    assert [(one.seq, one.entry.content.get("older")) for one in told] == [(2, True), (1, None)]


def test_what_somebody_else_did_meanwhile_stands_between():
    steps = [look(3, [VISIT], after=2), look(2, [VISIT], actor=9, after=1), look(1, [VISIT], after=0)]
    assert told_together(*steps) == [(3, [VISIT]), (2, [VISIT])]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (look(1, [VISIT]), look(2, [NOTE], after=1)),  # something else
        (look(1, [VISIT]), look(2, [VISIT], after=61)),  # later
        (look(1, [NOTE, VISIT]), look(2, [NOTE], after=1)),  # one record of a page was opened
        (look(1, []), look(2, [], after=1)),  # who found nothing did look for something
        (look(1, [VISIT]), look(2, [VISIT], actor=9)),
        (look(1, [NOTE]), look(2, [NOTE], after=1, kind=Kind.DISCLOSED_HISTORY)),
        (look(1, [NOTE]), look(2, [NOTE.replace("/1", "/2")], after=1)),  # another version of it
        (look(1, [NOTE], rules=["break-glass"]), look(2, [NOTE], after=1, **UNDER)),
        (look(1, [NOTE], **UNDER), look(2, [NOTE], after=1, rules=["contract"], contracts=["Consent/c/_history/2"])),
        (look(1, [NOTE], role="doctor"), look(2, [NOTE], after=1, role="auditor")),
        (look(1, [VISIT], kind=Kind.DISCLOSED_EXPORT), look(2, [VISIT])),
        (look(1, [VISIT]), look(2, [VISIT], kind=Kind.RECORD_UPDATED)),
    ],
)
def test_all_else_is_a_step_of_its_own(first, second):
    assert [seq for seq, _records in told_together(second, first)] == [2, 1]


def test_what_has_no_link_is_not_counted_as_left_out():
    trail = [f"AuditEvent/{number}" for number in range(400)]
    read = Step(1, Entry(0, Kind.DISCLOSED_SEARCH, 2, 3, {"records": trail}), "Ben Osei")
    (day,) = days([read], Viewpoint(Reader("en", "Europe/Dublin")), "p")
    assert [(len(one.records), one.more) for one in day["steps"]] == [(0, 0)]
