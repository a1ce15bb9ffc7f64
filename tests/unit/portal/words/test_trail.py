import pytest

from carefolio.fhir.dates import interval
from carefolio.ledger.entry import Entry, Kind
from carefolio.portal.words.banned import banned_in
from carefolio.portal.words.told import Reader
from carefolio.portal.words.trail import Viewpoint, told_step
from carefolio.records.trail import SHOWN, Step
from tests.unit.portal.words.reading import grade, longest

AT = interval("2024-03-04T09:15:00Z")[0]
READER = Reader("en", "Europe/Dublin", names={"Organization/n": "North Hospital", "Patient/p": "Ada Byrne"})
MINE = Viewpoint(READER, me="Patient/p", granted={"Consent/c": interval("2024-03-02")[0]})
DOCTORS = Viewpoint(READER, me="Practitioner/h", owns_chart=False)
WHEN = "4 March 2024 at 09:15 (Dublin time)"
WHO = "Dr Sam Hart (doctor, North Hospital)"
BASE = {"who": "Practitioner/h", "role": "doctor", "purpose": "TREAT", "organization": "Organization/n"}


def step(kind, name="Dr Sam Hart", **content):
    return Step(7, Entry(AT, kind, 1, 2, {**BASE, **content}), name)


THREE = ["Observation/a/_history/1", "Observation/b/_history/1", "Observation/c/_history/2"]
CONTRACT = {"rules": ["contract"], "contracts": ["Consent/c/_history/2"]}


def test_no_record_is_left_out_of_the_number():
    many = [f"Observation/{number}/_history/1" for number in range(406)]
    told = told_step(step(Kind.DISCLOSED_INDEX, records=many), MINE)
    assert len(told.targets) == len(many)


def test_a_search_under_a_contract():
    told = told_step(step(Kind.DISCLOSED_SEARCH, records=THREE, **CONTRACT), MINE)
    assert told.sentence == f"{WHO} read 3 test results on {WHEN}."
    assert (told.why, told.allowed) == (
        "The reason given is your treatment.",
        "Your permission of 2 March 2024 allowed it.",
    )
    assert told.whole == f"{told.sentence} {told.why} {told.allowed}"
    assert told.targets == (("Observation", "a"), ("Observation", "b"), ("Observation", "c"))
    assert told.contracts == (("Consent", "c"),)
    assert (told.seq, told.sort, told.moment, told.when, told.is_mine) == (7, "read", AT, WHEN, False)
    unnamed = told_step(step(Kind.DISCLOSED_SEARCH, records=THREE, **CONTRACT), Viewpoint(READER, me="Patient/p"))
    assert unnamed.allowed == "A permission that you gave allowed it."


def test_the_doctors_own_trail():
    told = told_step(step(Kind.DISCLOSED_READ, records=["Encounter/v/_history/1"], **CONTRACT), DOCTORS)
    assert (told.sentence, told.why, told.allowed, told.is_mine) == (f"You read 1 visit on {WHEN}.", "", "", True)


def test_an_auditor_reads_of_others():
    auditor = Viewpoint(READER, me="Practitioner/z", owns_chart=False)
    told = told_step(step(Kind.DISCLOSED_READ, records=["Encounter/v"], **CONTRACT), auditor)
    assert (told.why, told.allowed) == ("The reason given is treatment.", "The patient's permission allowed it.")
    opened = told_step(step(Kind.BREAK_GLASS, reason={"text": "Unconscious"}), auditor)
    assert opened.sentence == f"{WHO} opened a health record in an emergency on {WHEN}."
    read = told_step(step(Kind.DISCLOSED_READ, records=["Encounter/v"], rules=["break-glass"]), auditor)
    assert read.allowed == "They had opened the record in an emergency."


WRITES = [["Condition/a/_history/1", "x"], ["Encounter/b/_history/1", "y"]]
KINDS = [
    (step(Kind.RECORD_CREATED, writes=WRITES), f"{WHO} added 1 problem and 1 visit on {WHEN}."),
    (step(Kind.RECORD_UPDATED, writes=WRITES[:1]), f"{WHO} changed 1 problem on {WHEN}."),
    (step(Kind.RECORD_DELETED, writes=WRITES[:1]), f"{WHO} deleted 1 problem on {WHEN}."),
    (step(Kind.CONTRACT_PROPOSED), f"{WHO} asked for access on {WHEN}."),
    (step(Kind.CONTRACT_GRANTED, who="Patient/p", role="patient"), f"You gave access on {WHEN}."),
    (step(Kind.CONTRACT_REJECTED, who="Patient/p"), f"You said no to a request on {WHEN}."),
    (step(Kind.CONTRACT_WITHDRAWN, who="Patient/p"), f"You took a permission back on {WHEN}."),
    (step(Kind.CONTRACT_ENDED), f"{WHO} gave up access, or a request, on {WHEN}."),
    (step(Kind.CONTRACT_EXPIRED, name=""), f"A permission ran out on {WHEN}."),
    (step(Kind.CONTRACT_CHANGED), f"{WHO} changed a permission on {WHEN}."),
    (step(Kind.DISCLOSED_SEARCH, records=[], asked="Observation"),
     f"{WHO} looked for test results on {WHEN}, and saw none."),
    (step(Kind.DISCLOSED_SEARCH, records=[], asked="Observation", total=5),
     f"{WHO} counted test results on {WHEN}, and saw none of them."),
    (step(Kind.DISCLOSED_SEARCH, records=[], asked="x"), f"{WHO} looked for records on {WHEN}, and saw none."),
    (step(Kind.DISCLOSED_HISTORY, records=THREE[:1]), f"{WHO} read older versions of 1 test result on {WHEN}."),
    (step(Kind.DISCLOSED_READ, records=THREE[:1], older=True),
     f"{WHO} read an older version of 1 test result on {WHEN}."),
    (step(Kind.DISCLOSED_READ, records=THREE[:2], older=True),
     f"{WHO} read older versions of 2 test results on {WHEN}."),
    (step(Kind.DISCLOSED_EVERYTHING, records=["Condition/a", "Encounter/a", "Claim/a", "Goal/a"]),
     f"{WHO} read all that they may see, 4 records, on {WHEN}."),
    (step(Kind.DISCLOSED_EXPORT, total=1), f"{WHO} took a copy of 1 record on {WHEN}."),
    (step(Kind.DISCLOSED_INDEX, records=THREE),
     f"{WHO} saw a list of 3 test results on {WHEN}. What is in them was not shown."),
    (step(Kind.DISCLOSED_AUDIT, role="auditor", name="Pat Quinn", records=["AuditEvent/1"]),
     f"Pat Quinn (auditor, North Hospital) looked at this list on {WHEN}."),
    (step(Kind.DISCLOSED_NAME, rule="code"), f"{WHO} typed your code and saw your name on {WHEN}."),
    (step(Kind.REFUSED, records=["Observation/a"]), f"{WHO} asked to see something on {WHEN}, and was refused."),
    (step(Kind.BREAK_GLASS), f"{WHO} opened your health record in an emergency on {WHEN}."),
    (step(Kind.DISCLOSED_READ, name="", who="x", role="x", organization="x"), f"Somebody read no records on {WHEN}."),
    (step(Kind.DISCLOSED_READ, name="North Hospital", role="hospital", records=["Condition/a"]),
     f"North Hospital (hospital system) read 1 problem on {WHEN}."),
    (step(Kind.SIGN_IN), f"{WHO} did something on {WHEN}."),
]  # fmt: skip


@pytest.mark.parametrize(("one", "sentence"), KINDS)
def test_every_kind_of_step(one, sentence):
    assert told_step(one, MINE).sentence == sentence


def test_own_code_typed():
    told = told_step(step(Kind.DISCLOSED_NAME), Viewpoint(READER, me="Practitioner/h"))
    assert told.sentence == f"You typed a code and saw a name on {WHEN}."
    assert (
        told_step(step(Kind.DISCLOSED_NAME), DOCTORS).sentence
        == f"You typed a patient's code and saw the name on {WHEN}."
    )


def test_an_emergency_says_why_and_what_came_of_it():
    opened = told_step(step(Kind.BREAK_GLASS, reason={"code": "BTG", "text": "Unconscious after a crash"}), MINE)
    assert opened.sort == "emergency"
    assert (
        opened.reason
        == "They wrote: \N{LEFT DOUBLE QUOTATION MARK}Unconscious after a crash\N{RIGHT DOUBLE QUOTATION MARK}."
    )
    seen = told_step(step(Kind.BREAK_GLASS_REVIEWED, outcome="justified", text="All well"), MINE)
    assert (seen.sort, seen.why) == ("emergency", "They found that there was good reason.")
    assert "All well" in seen.reason


@pytest.mark.parametrize("rules", [["contract", "break-glass"], ["author", "break-glass", "contract"]])
def test_an_emergency_is_told_beside_a_permission(rules):
    told = told_step(step(Kind.DISCLOSED_READ, records=THREE, rules=rules), MINE)
    assert told.allowed == "They had opened your record in an emergency. A permission that you gave allowed it."


@pytest.mark.parametrize("rule", ["author", "hospital", "participant", "asker", "break-glass"])
def test_what_needs_no_contract_is_said(rule):
    told = told_step(step(Kind.DISCLOSED_READ, records=THREE, rules=["directory", rule]), MINE)
    assert told.allowed
    assert told_step(step(Kind.DISCLOSED_READ, records=THREE, rules=["directory"]), MINE).allowed == ""


@pytest.mark.parametrize("kind", sorted(SHOWN))
def test_every_step_that_is_shown_reads_easily(kind):
    content = {"records": THREE, "writes": WRITES, "reason": {"text": "Fell"}, **CONTRACT}
    for view in (MINE, DOCTORS, Viewpoint(READER, owns_chart=False)):
        told = told_step(step(kind, **content), view)
        assert "did something" not in told.sentence
        assert banned_in(told.whole) == []
        assert longest(told.whole) <= 25
        assert grade(told.whole.replace(WHEN, "4 March")) <= 8


def test_entries_that_hold_nonsense():
    told = told_step(
        step(Kind.DISCLOSED_READ, records=[5, "x", "Nonsense/1"], writes=[3], reason=4, purpose=None), MINE
    )
    assert (told.targets, told.what, told.why) == ((), "no records", "")
