"""The cast before Ada's chart: who sees what by which rule. Mallory is always asked too."""

from dataclasses import replace

import pytest

from carefolio.consent.decide import decide
from carefolio.consent.policy import DIRECTORY, FOREVER, Emergency, access, visible
from tests.unit.consent.cast import (
    ACTION,
    ADA,
    ALDER,
    ALDERS_SHELF,
    ALDERS_SYSTEMS,
    BEN,
    BENS_CHART,
    BIRCH,
    BIRCHS_SYSTEMS,
    BYRNE,
    CHART,
    CHEN,
    CORNER,
    DAY,
    EVERYBODY,
    IRIS,
    MALLORY,
    MAX,
    NOW,
    OLU,
    REASON,
    RITA,
    SAM,
    TYPES,
    UNVERIFIED,
    actor,
    at,
    chart,
    coding,
    concept,
    consent,
    delegate,
    deny,
    may,
    may_add,
    permit,
    record,
)

TO_BYRNE = consent(permit(actor(BYRNE.person)))
TO_ALDER = consent(permit(actor(ALDER)))
CORRECT = [concept(ACTION, "correct")]


def test_without_a_contract_ada_alone_sees_her_record():
    assert {p.person or p.organization: may(p, record()) for p in EVERYBODY if may(p, record())} == {
        ADA.person: "own-chart"
    }


def test_her_own_chart_is_open_whatever_the_label_and_whatever_is_denied():
    assert may(ADA, record(label=2), consent(deny())) == "own-chart"


def test_a_contract_names_one_doctor():
    assert [p for p in EVERYBODY if may(p, record(), TO_BYRNE) == "contract"] == [BYRNE]


def test_a_contract_with_a_hospital_covers_its_verified_doctors_and_its_systems():
    assert [p for p in EVERYBODY if may(p, record(), TO_ALDER) == "contract"] == [BYRNE, ALDERS_SYSTEMS]


@pytest.mark.parametrize("principal", [SAM, RITA, IRIS, MAX, UNVERIFIED])
def test_no_contract_opens_a_chart_to_them(principal):
    named = consent(permit(actor(principal.person), action=CORRECT))
    theirs = record(author=principal.account, hospital=ALDERS_SHELF, participants=frozenset({principal.person}))
    assert may(principal, theirs, named) == ""
    assert may_add(principal, theirs, named) == ""


@pytest.mark.parametrize("principal", [SAM, RITA, IRIS, MAX, UNVERIFIED])
def test_they_are_patients_too(principal):
    assert may(replace(principal, chart=CHART), record()) == "own-chart"


@pytest.mark.parametrize("status", ["draft", "proposed", "rejected", "inactive", "entered-in-error", None, 1])
def test_only_an_active_contract_opens_anything(status):
    assert may(BYRNE, record(), TO_BYRNE | {"status": status}) == ""
    assert may(BYRNE, record(), TO_BYRNE, consent(deny(), status=status)) == "contract"


def test_a_contract_holds_from_its_first_to_its_last_microsecond():
    term = consent(permit(actor(BYRNE.person), period={"start": "2026-11-01", "end": "2026-11-22"}))
    first, after = at("2026-11-01"), at("2026-11-23")
    assert [bool(may(BYRNE, record(), term, now=t)) for t in (first - 1, first, after - 1, after)] == [
        *(False, True, True, False)
    ]


# ── what was written, who is addressed ──


def test_authors_and_sending_hospitals_see_what_they_wrote():
    assert may(BYRNE, record(author=BYRNE.account), consent(deny())) == "author"
    assert may(CHEN, record(author=BYRNE.account)) == ""
    assert may(ALDERS_SYSTEMS, record(hospital=ALDERS_SHELF)) == "hospital"
    assert may(BIRCHS_SYSTEMS, record(hospital=ALDERS_SHELF)) == ""
    assert may(BYRNE, record(hospital=ALDERS_SHELF)) == ""


def test_addressed_participants_see_that_record_alone():
    prescription = record("MedicationRequest", participants=frozenset({CORNER}))
    assert may(OLU, prescription) == "participant"
    assert may(MALLORY, prescription) == ""
    assert may(OLU, record("AllergyIntolerance")) == ""
    assert may(OLU, record("Observation", participants=frozenset({CORNER}))) == ""


def test_nobody_is_addressed_by_an_empty_name():
    nameless = replace(ALDERS_SYSTEMS, organization="")
    assert may(nameless, record("Task", participants=frozenset({""}))) == ""
    assert may(nameless, record(), consent(permit(actor("")))) == ""


def test_account_0_wrote_nothing():
    assert may(replace(BYRNE, account=0), record(author=0)) == ""


def test_whoever_a_contract_names_sees_the_contract():
    request = record("Consent", participants=frozenset({BYRNE.person}))
    assert may(BYRNE, request) == "asker"
    assert may(CHEN, request) == ""


def test_a_pharmacy_that_ada_chose_sees_what_it_needs():
    chosen = consent(permit(actor(CORNER)))
    assert may(OLU, record("AllergyIntolerance"), chosen) == "contract"
    assert may(OLU, record("Observation"), chosen) == ""
    assert may(OLU, record("Observation"), consent(permit(actor(OLU.person)))) == "contract"
    assert may(replace(OLU, verified=False), record("AllergyIntolerance"), chosen) == ""


NAMED_SINGLY = [{"meaning": "instance", "reference": {"reference": one}} for one in ("Provenance/p1", "Observation/o1")]


def test_a_pharmacy_sees_a_signature_that_is_named_and_no_other():
    single = consent(permit(actor(CORNER), data=NAMED_SINGLY))
    assert may(OLU, record("Provenance", id="p1"), single) == "contract"
    assert may(OLU, record("Provenance", id="p2"), single) == ""
    assert may(OLU, record("Observation", id="o1"), single) == ""
    assert may(OLU, record("Provenance", id="p1"), consent(permit(actor(CORNER)))) == ""


def test_a_pharmacy_sees_what_it_handed_out():
    handed = record("MedicationDispense", participants=frozenset({CORNER}))
    assert may(OLU, handed) == "participant"
    assert may(MALLORY, handed) == ""


# ── delegates ──


def test_ben_cares_for_ada():
    assert may(BEN, record(), consent(permit(delegate(BEN.person)))) == "contract"
    assert access(BEN, chart(consent(permit(delegate(BEN.person)))), NOW).delegate == {0}


@pytest.mark.parametrize("role", ["DELEGATEE", "GUARD", "POWATT", "DPOWATT", "HPOWATT", "RESPRSN"])
def test_every_role_of_a_delegate_counts(role):
    assert access(BEN, chart(consent(permit(delegate(BEN.person, role)))), NOW).delegate


@pytest.mark.parametrize(
    "contract",
    [
        consent(permit(actor(BEN.person))),
        consent(permit(actor(BEN.person, "GUARD", "http://other"))),
        consent(permit(delegate(BEN.person), class_=[coding(TYPES, "Observation")])),
        consent(permit(delegate(BEN.person), provision=[deny(class_=[coding(TYPES, "Observation")])])),
        consent(permit(delegate(BEN.person), period={"end": "2026-11-21"})),
        consent(permit(delegate(CHEN.person))),
    ],
)
def test_only_a_delegate_for_the_whole_chart_acts_for_the_patient(contract):
    assert access(BEN, chart(contract), NOW).delegate == frozenset()


def test_a_denial_takes_from_a_delegate_what_it_denies():
    whole = consent(permit(delegate(BEN.person), securityLabel=[coding(LABEL, code) for code in "NRV"]))
    strict = consent(deny(securityLabel=[coding(LABEL, "R")]))
    assert access(BEN, chart(whole), NOW).delegate == {0, 1, 2}
    assert access(BEN, chart(whole, strict), NOW).delegate == {0}
    assert access(BEN, chart(whole, consent(deny())), NOW).delegate == frozenset()


LABEL = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"


# ── denials ──


def test_a_denial_stands_over_every_contract():
    assert may(BYRNE, record(), TO_BYRNE, TO_ALDER, consent(deny(actor(BYRNE.person)))) == ""
    assert may(BYRNE, record(), TO_BYRNE, consent(deny(actor(ALDER)))) == ""
    assert may(BYRNE, record(), TO_BYRNE, consent(deny(actor(CHEN.person)))) == "contract"
    assert may(BYRNE, record(), TO_BYRNE, consent(deny(class_=[coding(TYPES, "Condition")]))) == "contract"


def test_denying_nobody_in_particular_denies_everybody_but_ada():
    seen = [p for p in EVERYBODY if may(p, record(), TO_ALDER, consent(permit(delegate(BEN.person))), consent(deny()))]
    assert seen == [ADA]


# ── break-glass ──

GLASS = Emergency(MALLORY.account, NOW + 60, "Communication/g")


def test_break_glass_opens_the_chart_to_one_doctor_for_its_time():
    assert may(MALLORY, record(label=2), emergencies=[GLASS]) == "break-glass"
    assert may(MALLORY, record(), emergencies=[GLASS], now=NOW + 59) == "break-glass"
    assert may(MALLORY, record(), emergencies=[GLASS], now=NOW + 60) == ""
    assert may(BYRNE, record(), emergencies=[GLASS]) == ""
    assert may(replace(MALLORY, verified=False), record(), emergencies=[GLASS]) == ""
    assert may(replace(BEN, account=MALLORY.account), record(), emergencies=[GLASS]) == ""


def test_break_glass_adds_nothing():
    assert access(MALLORY, chart(emergencies=[GLASS]), NOW).adds == ()


def test_only_a_denial_that_names_the_emergency_stands_against_it():
    treatment = consent(deny(purpose=[coding(REASON, "TREAT")]))
    emergency = consent(deny(purpose=[coding(REASON, "BTG")]))
    assert may(MALLORY, record(), consent(deny()), treatment, emergencies=[GLASS]) == "break-glass"
    assert may(MALLORY, record(), emergency, emergencies=[GLASS]) == ""
    assert may(MALLORY, record(), emergency | {"status": "inactive"}, emergencies=[GLASS]) == "break-glass"


# ── adding ──


def test_who_may_add():
    adding = consent(permit(actor(BYRNE.person), action=CORRECT))
    assert {p.person or p.organization: r for p in EVERYBODY if (r := may_add(p, record(), adding))} == {
        ADA.person: "own-chart",
        BYRNE.person: "contract",
        ALDER: "hospital",
        BIRCH: "hospital",
    }


def test_reading_does_not_let_add():
    assert may_add(BYRNE, record(), TO_BYRNE) == ""


def test_what_is_added_may_be_restricted_unless_the_contract_says_otherwise():
    adding = permit(actor(BYRNE.person), action=CORRECT)
    assert may_add(BYRNE, record(label=1), consent(adding)) == "contract"
    assert may(BYRNE, record(label=1), consent(adding)) == ""
    assert may_add(BYRNE, record(label=1), consent(adding | {"securityLabel": [coding(LABEL, "N")]})) == ""


# ── other charts, everything ──


@pytest.mark.parametrize("principal", EVERYBODY)
def test_access_to_one_chart_says_nothing_about_another(principal):
    theirs = record(owner=BENS_CHART, author=principal.account, hospital=ALDERS_SHELF)
    assert may(principal, theirs, TO_ALDER) == ""


@pytest.mark.parametrize("principal", EVERYBODY)
def test_everybody_signed_in_reads_the_directory(principal):
    everything = visible(principal, [], NOW).any_of
    assert {decide(everything, record(kind, owner=0)).rule for kind in DIRECTORY} == {"directory"}
    assert not decide(everything, record("Patient")).permit


def test_a_shelf_is_read_by_whose_it_is():
    medication = record("Medication", owner=ALDERS_SHELF)
    readers = [p for p in EVERYBODY if decide(visible(p, [], NOW).any_of, medication).permit]
    assert readers == [ALDERS_SYSTEMS]
    assert decide(visible(MALLORY, [], NOW).any_of, record(owner=MALLORY.shelf)).rule == "shelf"


@pytest.mark.parametrize("principal", EVERYBODY)
@pytest.mark.parametrize("author", [0, BYRNE.account])
@pytest.mark.parametrize("kind", ["Observation", "MedicationRequest", "Consent"])
def test_searching_everything_agrees_with_reading_one(principal, author, kind):
    named = frozenset({BYRNE.person, CORNER})
    facts = record(kind, author=author, hospital=ALDERS_SHELF, participants=named)
    policy = chart(TO_ALDER, emergencies=[GLASS])
    one, all_of_it = access(principal, policy, NOW), visible(principal, [policy], NOW)
    assert decide(one.windows, facts).permit == decide(all_of_it.any_of, facts).permit


# ── time ──


def test_an_ended_token_sees_nothing():
    ended = replace(BYRNE, expires=NOW)
    found = access(ended, chart(TO_BYRNE), NOW)
    assert (found.windows, found.adds, visible(ended, [chart(TO_BYRNE)], NOW).any_of) == ((), (), ())
    assert access(replace(BYRNE, expires=NOW + 1), chart(TO_BYRNE), NOW).windows


def test_access_says_how_long_it_is_good_for():
    term = consent(permit(actor(CHEN.person), period={"start": "2026-11-23", "end": "2026-11-24"}))
    start, end = at("2026-11-23"), at("2026-11-25")
    assert access(BYRNE, chart(), NOW).until == FOREVER
    assert access(BYRNE, chart(term), NOW).until == start
    assert access(BYRNE, chart(term), start).until == end
    assert access(BYRNE, chart(term), end).until == FOREVER
    assert access(MALLORY, chart(term, emergencies=[GLASS]), NOW).until == GLASS.until
    assert access(replace(BYRNE, expires=NOW + DAY // 24), chart(term), NOW).until == NOW + DAY // 24


def test_access_carries_the_charts_version():
    assert access(BYRNE, chart(), NOW).version == 3
