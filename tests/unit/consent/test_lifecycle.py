"""Who may ask, grant, refuse, withdraw and end a contract."""

from dataclasses import replace

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.consent.lifecycle import Event, Standing, judge_creation, judge_deletion, judge_update
from tests.unit.consent.cast import (
    ACTION,
    ADA,
    ALDER,
    ALDERS_SYSTEMS,
    BEN,
    BIRCH,
    BIRCHS_SYSTEMS,
    BYRNE,
    CHART,
    CHEN,
    CONFIDENTIALITY,
    CORNER,
    EVERYBODY,
    IRIS,
    MALLORY,
    MAX,
    OLU,
    RITA,
    SAM,
    TERMINOLOGY,
    TYPES,
    UNVERIFIED,
    actor,
    coding,
    concept,
    consent,
    delegate,
    deny,
    permit,
    ref,
)

NORMAL = frozenset({0})
TO_BYRNE, TO_ALDER = actor(BYRNE.person), actor(ALDER)
REQUEST = consent(permit(TO_BYRNE), status="proposed")
GRANTED = REQUEST | {"status": "active"}
ASKED = Standing(True, Event.PROPOSED, CHART, BYRNE.account)
GIVEN = Standing(True, Event.GRANTED, CHART, BYRNE.account)
MADE = Standing(True, Event.GRANTED, CHART, ADA.account)
SENT = Standing(False, Event.STORED, CHART, ALDERS_SYSTEMS.account)
RESEARCH = {"scope": concept(TERMINOLOGY + "consentscope", "research")}


def with_status(resource, status):
    return resource | {"status": status}


def create(principal, resource, owner=CHART, **more):
    return judge_creation(principal, resource, owner, **more)


def refused(judge, *args, **kwargs):
    with pytest.raises(Failure) as caught:
        judge(*args, **kwargs)
    (issue,) = caught.value.issues
    assert issue.text.endswith(".")
    return caught.value.category


FORBIDDEN, UNPROCESSABLE = Category.FORBIDDEN, Category.UNPROCESSABLE


# ── asking ──


OWN_WORK = {"meaning": "authoredby", "reference": ref(BYRNE.person)}


@pytest.mark.parametrize(
    "provision", [permit(TO_BYRNE), permit(TO_ALDER), permit(TO_BYRNE, TO_ALDER), permit(TO_BYRNE, data=[OWN_WORK])]
)
def test_a_verified_doctor_asks_for_themself_or_their_hospital(provision):
    assert create(BYRNE, consent(provision, "proposed")) == ASKED


@pytest.mark.parametrize("principal", [p for p in EVERYBODY if p not in (ADA, ALDERS_SYSTEMS, BIRCHS_SYSTEMS)])
def test_nobody_else_makes_a_contract_active(principal):
    assert refused(create, principal, consent(permit(actor(principal.person)))) is FORBIDDEN


@pytest.mark.parametrize("principal", [BEN, OLU, SAM, RITA, IRIS, MAX, UNVERIFIED])
def test_only_doctors_ask(principal):
    assert refused(create, principal, consent(permit(actor(principal.person)), "proposed")) is FORBIDDEN


@pytest.mark.parametrize("provision", [permit(actor(CHEN.person)), permit(TO_BYRNE, actor(BIRCH))])
def test_a_doctor_does_not_ask_for_others(provision):
    assert refused(create, BYRNE, consent(provision, "proposed")) is FORBIDDEN


@pytest.mark.parametrize(
    "request_",
    [
        consent(permit(), "proposed"),
        consent(deny(TO_BYRNE), "proposed"),
        consent(permit(delegate(BYRNE.person)), "proposed"),
        consent(permit(TO_BYRNE, unheardOf=1), "proposed"),
        consent(permit(TO_BYRNE, period={"start": "2027", "end": "2026"}), "proposed"),
        consent(permit(TO_BYRNE), "proposed", patient={"display": "Ada"}),
        consent(permit(TO_BYRNE), "proposed", patient=ref("Group/all")),
        consent(permit(TO_BYRNE), "proposed", **RESEARCH),
        consent(permit(TO_BYRNE), "rejected"),
        consent(None, "proposed"),
    ],
)
def test_a_request_has_to_make_sense(request_):
    assert refused(create, BYRNE, request_) is UNPROCESSABLE


def test_a_request_is_for_a_chart():
    assert refused(create, BYRNE, REQUEST, 0) is UNPROCESSABLE


@pytest.mark.parametrize("status", ["proposed", "active"])
def test_what_a_hospital_sends_is_stored_without_force(status):
    for principal, fed in ((ALDERS_SYSTEMS, False), (ALDERS_SYSTEMS, True), (MAX, True)):
        standing = create(principal, with_status(REQUEST, status), via_hospital_feed=fed)
        assert (standing.force, standing.event) == (False, Event.STORED)
        assert standing.remark


# ── the patient answers ──


@pytest.mark.parametrize(
    ("answer", "event"),
    [
        (GRANTED, Event.GRANTED),
        (consent(permit(TO_BYRNE, class_=[coding(TYPES, "Observation")])), Event.GRANTED),
        (consent(permit(TO_BYRNE, TO_ALDER, action=[concept(ACTION, "correct")])), Event.GRANTED),
        (consent(deny(TO_BYRNE)), Event.DENIED),
        (with_status(REQUEST, "rejected"), Event.REJECTED),
        (REQUEST | {"meta": {"versionId": "1"}}, Event.UNCHANGED),
    ],
)
def test_ada_answers_as_she_likes(answer, event):
    assert judge_update(ADA, REQUEST, ASKED, answer) == Standing(True, event, CHART, BYRNE.account)


@pytest.mark.parametrize("status", ["inactive", "entered-in-error", "draft", None])
def test_an_answer_is_yes_or_no(status):
    assert refused(judge_update, ADA, REQUEST, ASKED, with_status(REQUEST, status)) is UNPROCESSABLE


def test_ada_does_not_rewrite_a_request():
    other = consent(permit(TO_ALDER), "proposed")
    assert refused(judge_update, ADA, REQUEST, ASKED, other) is UNPROCESSABLE


@pytest.mark.parametrize("answer", [consent(permit()), consent(permit(TO_BYRNE, unheardOf=1))])
def test_what_would_open_nothing_is_told(answer):
    assert refused(judge_update, ADA, REQUEST, ASKED, answer) is UNPROCESSABLE


def test_ada_grants_without_being_asked_changes_and_withdraws():
    assert create(ADA, GRANTED) == Standing(True, Event.GRANTED, CHART, ADA.account)
    assert create(ADA, consent(deny())) == Standing(True, Event.DENIED, CHART, ADA.account)
    assert judge_update(ADA, GRANTED, GIVEN, consent(permit(TO_ALDER))).event is Event.CHANGED
    assert judge_update(ADA, GRANTED, GIVEN, with_status(GRANTED, "inactive")).event is Event.WITHDRAWN
    assert judge_update(ADA, consent(deny()), MADE, consent(deny(), "inactive")).event is Event.WITHDRAWN


@pytest.mark.parametrize("status", ["rejected", "proposed", "entered-in-error", "draft"])
def test_a_contract_is_withdrawn_with_inactive(status):
    assert refused(judge_update, ADA, GRANTED, GIVEN, with_status(GRANTED, status)) is UNPROCESSABLE


@pytest.mark.parametrize(
    "contract",
    [
        with_status(GRANTED, "proposed"),
        with_status(GRANTED, "draft"),
        consent(permit(TO_BYRNE), patient={"display": "me"}),
        consent({"provision": []}),
    ],
)
def test_what_ada_makes_herself_is_whole_and_active(contract):
    assert refused(create, ADA, contract) is UNPROCESSABLE


def test_a_consent_about_something_else_is_kept_without_force():
    standing = create(ADA, GRANTED | RESEARCH)
    assert (standing.force, standing.event) == (False, Event.STORED)
    again = judge_update(ADA, GRANTED | RESEARCH, standing, GRANTED | RESEARCH | {"dateTime": "2026"})
    assert (again.force, again.event) == (False, Event.STORED)


# ── the end ──


@pytest.mark.parametrize("final", ["rejected", "inactive", "entered-in-error"])
@pytest.mark.parametrize("status", ["active", "proposed", "inactive", "rejected"])
def test_what_is_over_stays_over(final, status):
    before, after = with_status(REQUEST, final), with_status(REQUEST, status)
    if final == status:
        assert judge_update(ADA, before, ASKED, after).event is Event.UNCHANGED
    else:
        assert refused(judge_update, ADA, before, ASKED, after) is UNPROCESSABLE
    assert refused(judge_update, BYRNE, before, ASKED, after) is (FORBIDDEN if status == "active" else UNPROCESSABLE)


@pytest.mark.parametrize("status", ["inactive", "entered-in-error"])
def test_the_asker_takes_a_request_back(status):
    assert judge_update(BYRNE, REQUEST, ASKED, with_status(REQUEST, status)).event is Event.TAKEN_BACK


def test_the_asker_changes_a_request_within_its_rules():
    assert judge_update(BYRNE, REQUEST, ASKED, consent(permit(TO_ALDER), "proposed")).event is Event.CHANGED
    assert refused(judge_update, BYRNE, REQUEST, ASKED, consent(permit(actor(BIRCH)), "proposed")) is FORBIDDEN
    assert refused(judge_update, BYRNE, REQUEST, ASKED, with_status(REQUEST, "rejected")) is UNPROCESSABLE
    assert refused(judge_update, BYRNE, REQUEST, ASKED, GRANTED) is FORBIDDEN


def test_the_doctor_ends_a_contract_and_changes_nothing_else():
    ended = with_status(GRANTED, "inactive")
    assert judge_update(BYRNE, GRANTED, GIVEN, ended).event is Event.ENDED
    assert judge_update(BYRNE, GRANTED, MADE, ended).event is Event.ENDED
    assert refused(judge_update, BYRNE, GRANTED, GIVEN, ended | {"dateTime": "2026"}) is FORBIDDEN
    for status in ("active", "proposed", "rejected", "entered-in-error"):
        assert refused(judge_update, BYRNE, GRANTED, GIVEN, with_status(GRANTED, status)) is FORBIDDEN


def test_a_pharmacist_ends_a_contract_with_their_pharmacy_and_changes_nothing_else():
    theirs = consent(permit(actor(CORNER)))
    ended = with_status(theirs, "inactive")
    assert judge_update(OLU, theirs, MADE, ended).event is Event.ENDED
    assert refused(judge_update, OLU, theirs, MADE, ended | {"dateTime": "2026"}) is FORBIDDEN
    assert refused(judge_update, OLU, GRANTED, MADE, with_status(GRANTED, "inactive")) is FORBIDDEN
    assert refused(judge_update, replace(OLU, verified=False), theirs, MADE, ended) is FORBIDDEN
    assert refused(judge_update, OLU, theirs, SENT, ended) is FORBIDDEN
    assert refused(judge_update, replace(OLU, organization=""), theirs, MADE, ended) is FORBIDDEN
    proposed = with_status(theirs, "proposed")
    assert refused(judge_update, OLU, proposed, ASKED, ended) is FORBIDDEN


@pytest.mark.parametrize("principal", [p for p in EVERYBODY if p not in (ADA, BYRNE)])
@pytest.mark.parametrize("status", ["active", "inactive", "rejected", "proposed", "entered-in-error"])
def test_strangers_touch_nothing(principal, status):
    for before, standing in ((REQUEST, ASKED), (GRANTED, GIVEN)):
        assert refused(judge_update, principal, before, standing, with_status(REQUEST, status)) is FORBIDDEN


def test_a_contract_stays_with_its_patient():
    moved = GRANTED | {"patient": ref("Patient/ben")}
    assert refused(judge_update, ADA, GRANTED, GIVEN, moved) is UNPROCESSABLE


# ── what a hospital sent ──


def test_a_hospital_sends_a_new_version_of_its_own():
    assert judge_update(ALDERS_SYSTEMS, GRANTED, SENT, GRANTED).event is Event.STORED
    assert refused(judge_update, BIRCHS_SYSTEMS, GRANTED, SENT, GRANTED) is FORBIDDEN
    assert refused(judge_update, BYRNE, GRANTED, SENT, with_status(GRANTED, "inactive")) is FORBIDDEN


def test_ada_gives_force_to_what_a_hospital_sent():
    changed = consent(permit(TO_ALDER))
    assert judge_update(ADA, GRANTED, SENT, changed) == Standing(True, Event.GRANTED, CHART, SENT.asker)
    assert judge_update(ADA, REQUEST, SENT, GRANTED).force
    assert not judge_update(ADA, GRANTED, SENT, GRANTED).force
    assert refused(judge_update, ADA, GRANTED, SENT, with_status(GRANTED, "inactive")) is UNPROCESSABLE


# ── delegates ──


def bens(judge, *args, labels=NORMAL):
    return judge(BEN, *args, delegate=labels)


def test_ben_answers_for_ada():
    assert bens(judge_update, REQUEST, ASKED, GRANTED).event is Event.GRANTED
    assert bens(judge_update, REQUEST, ASKED, with_status(REQUEST, "rejected")).event is Event.REJECTED
    assert bens(judge_update, GRANTED, GIVEN, with_status(GRANTED, "inactive")).event is Event.WITHDRAWN
    assert bens(judge_creation, GRANTED, CHART).event is Event.GRANTED
    assert bens(judge_creation, consent(deny(TO_BYRNE)), CHART).event is Event.DENIED


def test_ben_gives_no_more_than_he_holds():
    restricted = consent(permit(TO_BYRNE, securityLabel=[coding(CONFIDENTIALITY, "R")]))
    assert refused(bens, judge_update, REQUEST, ASKED, restricted) is FORBIDDEN
    assert bens(judge_update, REQUEST, ASKED, restricted, labels=frozenset({0, 1})).event is Event.GRANTED
    singly = {"meaning": "instance", "reference": ref("Observation/o1")}
    assert bens(judge_update, REQUEST, ASKED, consent(permit(TO_BYRNE, data=[singly]))).event is Event.GRANTED


@pytest.mark.parametrize(
    "contract",
    [
        consent(permit(actor(BEN.person))),
        consent(permit(delegate(CHEN.person))),
        consent(deny()),
        consent(deny(actor(BEN.person))),
    ],
)
def test_ben_makes_no_contract_about_himself_and_no_delegates(contract):
    assert refused(bens, judge_creation, contract, CHART) is FORBIDDEN


def test_ben_ends_his_own_contract_and_does_not_change_it():
    his = consent(permit(delegate(BEN.person)))
    assert bens(judge_update, his, MADE, with_status(his, "inactive")).event is Event.WITHDRAWN
    assert refused(bens, judge_update, his, MADE, GRANTED) is FORBIDDEN


def test_ben_does_not_lift_what_ada_denied():
    barred = consent(deny(TO_BYRNE))
    assert refused(bens, judge_update, barred, MADE, with_status(barred, "inactive")) is FORBIDDEN
    assert refused(bens, judge_update, barred, MADE, GRANTED) is FORBIDDEN


# ── deleting ──


def test_an_active_contract_is_not_deleted():
    for principal in (ADA, BYRNE, ALDERS_SYSTEMS, MALLORY):
        assert refused(judge_deletion, principal, GRANTED, GIVEN) is FORBIDDEN


def test_a_request_is_deleted_by_its_asker_alone():
    assert judge_deletion(BYRNE, REQUEST, ASKED).event is Event.DELETED
    for principal in (ADA, CHEN, MAX):
        assert refused(judge_deletion, principal, REQUEST, ASKED) is FORBIDDEN


def test_what_is_over_is_deleted_by_the_patient():
    over = with_status(GRANTED, "inactive")
    assert judge_deletion(ADA, over, GIVEN).event is Event.DELETED
    assert bens(judge_deletion, over, GIVEN).event is Event.DELETED
    assert refused(judge_deletion, BYRNE, over, GIVEN) is FORBIDDEN


def test_what_has_no_force_is_deleted_by_the_sender_or_the_patient():
    assert judge_deletion(ALDERS_SYSTEMS, GRANTED, SENT).event is Event.DELETED
    assert judge_deletion(ADA, GRANTED, SENT).event is Event.DELETED
    assert refused(judge_deletion, BIRCHS_SYSTEMS, GRANTED, SENT) is FORBIDDEN
