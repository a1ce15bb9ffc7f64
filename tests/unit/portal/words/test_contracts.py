from datetime import date

import pytest

from carefolio.fhir.dates import interval
from carefolio.portal.words.banned import banned_in
from carefolio.portal.words.contracts import agreement, purpose_words
from carefolio.portal.words.told import Reader
from carefolio.workflows.sharing.categories import provisions
from carefolio.workflows.sharing.describe import Contract, Party, State, Version, contract_of
from carefolio.workflows.sharing.rules import Terms
from tests.unit.portal.words.makers import doctor, facts, patient
from tests.unit.portal.words.reading import grade, longest

HART = Party("Practitioner/h", "Dr Sam Hart")
READER = Reader("en", "Europe/Dublin", names={"Organization/n": "North Hospital"})
UNTIL = date(2027, 3, 2)


def contract(state=State.ACTIVE, exact=True, actors=(HART,), **terms):
    return Contract(
        id="c",
        version=1,
        state=state,
        patient=Party("Patient/p"),
        actors=actors,
        asker=HART,
        terms=Terms(**terms),
        exact=exact,
        denies=not exact,
        labels=frozenset({0} if exact else {0, 1}),
        purposes=frozenset({"TREAT"}),
        starts=interval("2027-01-01")[0],
        ends=interval(str(terms["ends"]))[1] if "ends" in terms else None,
        since=None,
        until=None,
        reason="To treat your knee",
        refusal="",
        changed=0,
    )


@pytest.mark.parametrize(
    ("one", "paragraph"),
    [
        (
            contract(whole=True, ends=UNTIL),
            "Dr Sam Hart may read all of your health record. It is for your treatment. It ends on 2 March 2027.",
        ),
        (
            contract(State.PROPOSED, categories=frozenset({"results", "medicines"}), ends=UNTIL),
            "Dr Sam Hart asks to read parts of your health record. These are: medicines and test results."
            " It is for your treatment. It ends on 2 March 2027.",
        ),
        (
            contract(
                categories=frozenset({"problems", "allergies", "results", "visits", "plans"}),
                records=frozenset({"Observation/a"}),
                hospitals=frozenset({"Organization/n", "Organization/x"}),
                since=date(2020, 1, 1),
                correct=True,
            ),
            "Dr Sam Hart may read parts of your health record. These are 5 kinds of records."
            " It names 1 single record. Only records from North Hospital and one hospital count."
            " Only records from 1 January 2020 count. They may also add records."
            " It is for your treatment. It has no end date.",
        ),
        (
            contract(exact=False, whole=True, actors=(HART, Party("Patient/b", "", delegate=True))),
            "Dr Sam Hart and somebody may read all of your health record. somebody may act for you."
            " This includes records marked as sensitive. It also keeps somebody out of some records."
            " It may open less than this. It is for your treatment. It has no end date.",
        ),
        (
            contract(State.UPCOMING, whole=True),
            "Dr Sam Hart may soon read all of your health record. It is for your treatment."
            " It starts on 1 January 2027. It has no end date.",
        ),
        (
            contract(State.REJECTED, whole=True),
            "Dr Sam Hart asked to read all of your health record. It is for your treatment. You said no.",
        ),
        (
            contract(State.INACTIVE, whole=True),
            "Dr Sam Hart could read all of your health record. It is for your treatment. This has ended.",
        ),
        (
            contract(State.EXPIRED, whole=True, ends=UNTIL),
            "Dr Sam Hart could read all of your health record. It is for your treatment. It ran out on 2 March 2027.",
        ),
        (contract(State.POWERLESS, actors=()), "This names Nobody, and opens nothing."),
    ],
)
def test_a_contract_in_short_sentences(one, paragraph):
    told = agreement(one, READER)
    assert told.paragraph == paragraph.replace("somebody may act", "Somebody may act")
    assert longest(told.paragraph) <= 20
    assert grade(told.paragraph) <= 8
    assert banned_in(told.paragraph) == []


def test_its_parts_for_a_list():
    told = agreement(contract(categories=frozenset({"results"}), until=UNTIL), READER)
    assert (told.state, told.who, told.kinds, told.is_whole) == ("In force", ("Dr Sam Hart",), ("Test results",), False)
    assert (told.dated, told.why, told.reason) == ("until 2 March 2027", "your treatment", "To treat your knee")


def test_purposes():
    assert purpose_words("HRESCH") == "research"
    assert purpose_words("nonsense") == "another reason"


CONSENT = {
    "resourceType": "Consent",
    "id": "c",
    "status": "active",
    "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]},
    "patient": {"reference": "Patient/p"},
    "dateTime": "2024-03-04",
    "provision": {
        "period": {"end": "2999-03-02"},
        "actor": [
            {"role": {"coding": [{"code": "IRCP"}]}, "reference": {"reference": "Practitioner/h", "display": "Dr Hart"}}
        ],
        "provision": provisions("results"),
    },
}


def test_from_a_consent_as_sharing_reads_it():
    told = agreement(contract_of(CONSENT, Version(1, 0), 0), READER)
    assert told.sentences[:2] == ("Dr Hart may read parts of your health record.", "These are: test results.")
    shown = patient(CONSENT)
    assert (shown.title, shown.value) == ("Permission for Dr Hart", "In force")
    assert shown.sentence == "Dr Hart may read parts of your health record."
    assert facts(shown)["Kinds of records"] == "Test results"
    assert doctor(CONSENT).sentence == "Permission for Dr Hart (active)"


@pytest.mark.parametrize("provision", [{}, {"type": "permit"}, {"actor": [{"reference": 5}]}, {"actor": 3}])
def test_a_consent_that_names_nobody_is_told_like_any_record(provision):
    told = patient({**CONSENT, "provision": provision})
    assert told.sentence == "This is on your record: permission."
