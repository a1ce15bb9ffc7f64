"""Whatever people try in whatever order: a contract opens the chart only while the patient wants it to."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from carefolio.base.failures import Failure
from carefolio.consent.contract import compile_contract
from carefolio.consent.decide import decide
from carefolio.consent.lifecycle import Event, judge_creation, judge_deletion, judge_update
from carefolio.consent.policy import Chart, access
from tests.unit.consent.cast import (
    ADA,
    ALDER,
    ALDERS_SYSTEMS,
    BEN,
    BYRNE,
    CHART,
    CHEN,
    EVERYBODY,
    MALLORY,
    NOW,
    TYPES,
    actor,
    coding,
    consent,
    deny,
    permit,
    record,
)

STATUSES = ("draft", "proposed", "active", "rejected", "inactive", "entered-in-error")
PROVISIONS = (
    permit(actor(BYRNE.person)),
    permit(actor(ALDER)),
    permit(actor(BYRNE.person), class_=[coding(TYPES, "Observation")]),
    permit(actor(MALLORY.person)),
    permit(actor(BEN.person)),
    deny(actor(CHEN.person)),
    permit(),
)
STRANGERS = tuple(p for p in EVERYBODY if p not in (ADA, BYRNE))
WORKERS = (BYRNE, CHEN, MALLORY, BEN)


class Contract(RuleBasedStateMachine):
    """One Consent; ``willing`` is what Ada last said: the provision she granted, or None."""

    def __init__(self):
        super().__init__()
        self.resource = self.standing = self.willing = None
        self.is_over = False

    @precondition(lambda self: self.resource is None)
    @rule(
        who=st.sampled_from((ADA, BYRNE, MALLORY, ALDERS_SYSTEMS)),
        provision=st.sampled_from(PROVISIONS),
        status=st.sampled_from(STATUSES[1:3]),
    )
    def create(self, who, provision, status):
        self.attempt(who, consent(provision, status), judge_creation, CHART)

    @precondition(lambda self: self.resource is not None)
    @rule(
        who=st.sampled_from((ADA, ADA, BYRNE, BYRNE, *STRANGERS)),
        provision=st.none() | st.sampled_from(PROVISIONS),
        status=st.sampled_from(STATUSES),
    )
    def update(self, who, provision, status):
        after = consent(provision or self.resource["provision"], status)
        self.attempt(who, after, self.judge_update)

    def judge_update(self, who, after):
        return judge_update(who, self.resource, self.standing, after)

    def attempt(self, who, after, judge, *state):
        try:
            standing = judge(who, after, *state)
        except Failure:
            return
        if standing.event is not Event.UNCHANGED:
            assert not self.is_over
        self.note(who, after, standing)
        self.resource, self.standing = after, standing

    def note(self, who, after, standing):
        if who is ADA and after["status"] == "active" and standing.event is not Event.STORED:
            self.willing = after["provision"]
        elif standing.event in (Event.REJECTED, Event.WITHDRAWN, Event.ENDED):
            assert who is ADA or standing.event is Event.ENDED
            self.willing = None
        self.is_over = standing.force and after["status"] in STATUSES[3:]

    @precondition(lambda self: self.resource is not None)
    @rule(who=st.sampled_from(EVERYBODY))
    def delete(self, who):
        try:
            judge_deletion(who, self.resource, self.standing)
        except Failure:
            return
        assert self.willing is None
        self.resource = self.standing = None
        self.is_over = False

    @invariant()
    def the_chart_is_open_as_far_as_ada_said_and_no_further(self):
        counted = self.resource is not None and self.standing.force
        contracts = [compile_contract(self.resource, "Consent/1/_history/1")] if counted else []
        granted = [compile_contract(consent(self.willing), "Consent/1/_history/1")] if self.willing else []
        for who in WORKERS:
            for kind in ("Observation", "Condition"):
                seen, willed = (self.sees(who, kind, them) for them in (contracts, granted))
                assert seen == willed

    @staticmethod
    def sees(who, kind, contracts):
        found = access(who, Chart(CHART, "Patient/ada", 1, tuple(contracts)), NOW)
        return decide(found.windows, record(kind)).permit


Contract.TestCase.settings = settings(max_examples=60, stateful_step_count=15)
TestContract = Contract.TestCase
