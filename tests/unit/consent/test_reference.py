"""Compiled contracts and the naive reference agree about every record."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carefolio.consent.decide import decide, holds
from carefolio.consent.policy import access, visible
from tests.unit.consent.cast import (
    ACT_CODE,
    ACTION,
    ALDER,
    BIRCH,
    BYRNE,
    CATEGORY,
    CHEN,
    CONFIDENTIALITY,
    DAY,
    LOINC,
    NOW,
    REASON,
    SOURCE,
    TYPES,
    actor,
    chart,
    coding,
    concept,
    consent,
    record,
    ref,
)
from tests.unit.consent.reference import allows

CODES = ((LOINC, "718-7"), (LOINC, "2345-7"), (CATEGORY, "laboratory"))
PERIODS = ({"start": "2026-01-01"}, {"end": "2025-12-31"}, {"start": "2026-11-22", "end": "2026-12"})
DATA_PERIODS = ({"start": "2020"}, {"end": "2019"}, {"start": "2019-06", "end": "2021-03-01"})


@dataclass(frozen=True)
class Question:
    """One reading of one record, as the reference takes it."""

    person: str
    organization: str
    purpose: str
    action: str
    now: int
    type: str
    id: str
    author: int
    hospital: int
    low: int
    high: int
    label: int
    codes: frozenset


def some(*values):
    return st.lists(st.sampled_from(values), min_size=1, max_size=3)


def mostly(usual, *rare):
    """The usual values nine times in ten."""
    return st.lists(st.sampled_from([*usual] * (9 * len(rare) // len(usual)) + [*rare]), min_size=1, max_size=3)


def data(meaning, *references):
    return st.builds(lambda r: {"meaning": meaning, "reference": ref(r)}, st.sampled_from(references))


READ_AND_ADD = [concept(ACTION, "access"), concept(ACTION, "correct")]
ALL_LABELS = [coding(CONFIDENTIALITY, c) for c in "NRV"]
ELEMENTS = {
    "actor": mostly(
        [actor(a) for a in (BYRNE.person, ALDER, BYRNE.person, CHEN.person, BIRCH)],
        *(actor("RelatedPerson/x"), actor(BYRNE.person, "CST")),
    ),
    "purpose": mostly([coding(REASON, c) for c in ("TREAT", "HRESCH")], coding("http://other", "TREAT")),
    "action": st.just(READ_AND_ADD)
    | some(*(concept(ACTION, c) for c in ("access", "correct", "disclose", "collect", "shred"))),
    "securityLabel": st.just(ALL_LABELS) | some(*(coding(CONFIDENTIALITY, c) for c in "NRVL"), coding(ACT_CODE, "HIV")),
    "class": mostly(
        [coding(TYPES, "Observation"), coding(CATEGORY, "laboratory"), coding("", "Condition")],
        *(coding(TYPES, "Resource"), coding(CATEGORY, "vital-signs")),
    ),
    "code": mostly([concept(*code) for code in CODES], concept("", "718-7")),
    "data": st.lists(
        data("instance", "Observation/o1", "Condition/o1")
        | data("related", "Observation/o1")
        | data("authoredby", BYRNE.person, ALDER, ALDER, "Practitioner/nobody"),
        min_size=1,
        max_size=2,
    ),
    "period": st.sampled_from(PERIODS),
    "dataPeriod": st.sampled_from(DATA_PERIODS),
    "extension": mostly(
        [{"url": SOURCE, "valueReference": ref(ALDER)}],
        {"url": SOURCE, "valueReference": ref("Organization/unknown")},
        {"url": "https://example.org/narrower", "valueReference": ref(ALDER)},
    ),
    "unknownElement": st.just(1),
    "modifierExtension": st.just([]),
}
NARROWING = tuple(ELEMENTS)[:-2]


@st.composite
def provisions(draw, depth=3):
    """A provision that mostly narrows by one or two elements, with exceptions."""
    node = {"type": draw(st.sampled_from(("permit", "deny")))}
    names = draw(st.sets(st.sampled_from(NARROWING), min_size=depth < 3, max_size=2))
    rarely = draw(st.integers(0, 39))
    names |= {"unknownElement"} if rarely == 1 else {"modifierExtension"} if rarely == 2 else set()
    node.update({name: draw(ELEMENTS[name]) for name in sorted(names)})
    if depth > 1 and draw(st.booleans()):
        node["provision"] = draw(st.lists(provisions(depth=depth - 1), min_size=1, max_size=2))
    return node


@st.composite
def consents(draw):
    root = draw(provisions())
    way = draw(st.integers(0, 9))
    if way < 7:  # mostly such as people write: a permit that names somebody
        root |= {"type": "permit", "actor": [actor(BYRNE.person), *draw(ELEMENTS["actor"])]}
        root |= draw(st.sampled_from(({}, {"action": READ_AND_ADD}, {"securityLabel": ALL_LABELS})))
    elif way == 7:
        del root["type"]
    return consent(root, status=draw(st.sampled_from(("active", "active", "active", "inactive"))))


@st.composite
def records(draw):
    low = draw(st.sampled_from((0, NOW - 2500 * DAY, NOW - 2190 * DAY, NOW - 30 * DAY)))
    texts = [f"{system}|{code}" for system, code in CODES] + [code for _, code in CODES]
    return record(
        draw(st.sampled_from(("Observation", "Observation", "Condition", "MedicationRequest"))),
        draw(st.sampled_from(("o1", "o2"))),
        author=draw(st.sampled_from((0, BYRNE.account, BYRNE.account))),
        hospital=draw(st.sampled_from((0, BYRNE.hospital, BYRNE.hospital))),
        low=low,
        high=low + draw(st.sampled_from((0, DAY, 400 * DAY))) if low else 0,
        label=draw(st.sampled_from((0, 0, 1, 2))),
        codes=frozenset(draw(st.sets(st.sampled_from(texts)))),
    )


MOMENTS = (NOW, NOW - 400 * DAY)
CALLERS = tuple(replace(p, account=0) for p in (BYRNE, CHEN))  # who wrote nothing: contracts alone speak


def disagreements(contracts, facts):
    for caller in CALLERS:
        for purpose in ("TREAT", "HRESCH"):
            for now in MOMENTS:
                principal = replace(caller, purpose=purpose)
                yield from disagreement(principal, contracts, facts, now)


def disagreement(principal, contracts, facts, now):
    ours = chart(*contracts)
    found = access(principal, ours, now)
    everything = visible(principal, [ours], now)
    for one in facts:
        rest = (one.type, one.id, one.author, one.hospital, one.low, one.high, one.label, one.codes)
        for action, windows in (("r", found.windows), ("a", found.adds)):
            question = Question(principal.person, principal.organization, principal.purpose, action, now, *rest)
            if decide(windows, one).permit != allows(contracts, question):
                yield question
        if any(holds(w, one) for w in everything.any_of) != decide(found.windows, one).permit:
            yield one


@settings(max_examples=150)
@given(st.lists(consents(), min_size=1, max_size=3), st.lists(records(), min_size=4, max_size=8))
def test_compiled_contracts_mean_what_the_reference_says(contracts, facts):
    assert not list(disagreements(contracts, facts))


@pytest.mark.drill
@settings(max_examples=8_000)
@given(st.lists(consents(), min_size=1, max_size=3), st.lists(records(), min_size=8, max_size=8))
def test_a_million_decisions_without_a_difference(contracts, facts):
    assert not list(disagreements(contracts, facts))


@settings(max_examples=50)
@given(st.lists(consents(), min_size=1, max_size=3), st.lists(records(), min_size=4, max_size=4))
def test_an_access_holds_until_its_moment(contracts, facts):
    ours = chart(*contracts)
    for caller in CALLERS:
        for now in MOMENTS:
            found = access(caller, ours, now)
            last = access(caller, ours, min(found.until - 1, NOW + 10_000 * DAY))
            assert (found.windows, found.adds) == (last.windows, last.adds)


@settings(max_examples=50)
@given(consents(), st.lists(records(), min_size=8, max_size=8))
def test_a_further_denial_never_opens_anything(contract, facts):
    barred = consent({"type": "deny", "class": [coding(TYPES, "Observation")]})
    for caller in CALLERS:
        without = access(caller, chart(contract), NOW).windows
        withit = access(caller, chart(contract, barred), NOW).windows
        for one in facts:
            assert decide(withit, one).permit == (decide(without, one).permit and one.type != "Observation")
