"""New terms for a contract keep what it denied, and what people are told of it still holds."""

import pytest
from hypothesis import assume, given

from carefolio.base.failures import Failure
from carefolio.consent.contract import compile_contract
from carefolio.consent.decide import Facts, decide
from carefolio.consent.policy import Chart, access
from carefolio.workflows.sharing import rules
from carefolio.workflows.sharing.denials import without_denials
from carefolio.workflows.sharing.describe import Described, covers
from carefolio.workflows.sharing.rules import Narrowing, Terms
from tests.workflows.sharing.test_describe import (
    ACTOR,
    BEN,
    CHART,
    NOW,
    NUMBERS,
    TODAY,
    consent,
    described,
    permits,
    records,
    terms,
    trees,
)

WHOLE = Terms(whole=True, ends=TODAY)
RESULTS = Terms(categories=frozenset({"results"}), ends=TODAY)
FINDINGS = Terms(categories=frozenset({"findings", "results"}), ends=TODAY)
LABORATORY = "http://terminology.hl7.org/CodeSystem/observation-category|laboratory"
POTASSIUM = "http://loinc.org|2823-3"
ELSE = consent({"type": "permit", "actor": [ACTOR]})
"""Another contract, which opens the whole chart to the same doctor."""


def kept_out(code):
    system, _, value = code.rpartition("|")
    return {"type": "deny", "code": [{"coding": [{"system": system, "code": value}]}]}


def result(*codes):
    return Described("Observation", "Observation/9", frozenset({LABORATORY, *codes}), "", 0, 0, 0)


def opens(record, *made):
    """Whether the contracts together open a record to Ben."""
    names = (f"Consent/{number}/_history/1" for number in range(len(made)))
    compiled = [
        compile_contract(one, name, lambda it: NUMBERS.get(it, -1)) for one, name in zip(made, names, strict=False)
    ]
    windows = access(BEN, Chart(CHART, "Patient/ada", 1, tuple(compiled)), NOW).windows
    type_, _, id_ = record.reference.partition("/")
    facts = Facts(type_, id_, CHART, 0, NUMBERS[record.hospital], record.low, record.high, record.label, record.codes)
    return decide([window for window in windows if window.rule == "contract"], facts).permit


def narrowed(provision, wanted):
    return rules.narrowed(consent(provision), Narrowing(wanted), TODAY)


@pytest.mark.parametrize("wanted", [WHOLE, RESULTS, FINDINGS])
@pytest.mark.parametrize(
    "before",
    [
        {"type": "permit", "actor": [ACTOR], "provision": [kept_out(POTASSIUM)]},
        {"actor": [ACTOR], "provision": [{"type": "permit"}, kept_out(POTASSIUM)]},
        {"actor": [ACTOR], "provision": [{"type": "permit", "provision": [kept_out(POTASSIUM)]}]},
        kept_out(POTASSIUM) | {"actor": [ACTOR], "provision": [{"type": "permit", "code": kept_out("|x")["code"]}]},
        rules.provision_of([ACTOR], FINDINGS) | {"type": "permit", "provision": [kept_out(POTASSIUM)]},
    ],
)
def test_what_was_denied_before_is_denied_after(before, wanted):
    after = narrowed(before, wanted)
    assert not opens(result(POTASSIUM), consent(before))
    assert not opens(result(POTASSIUM), after)
    assert opens(result(POTASSIUM), consent(before), ELSE) == opens(result(POTASSIUM), after, ELSE)
    assert rules.narrowed(after, Narrowing(wanted), TODAY) == after
    shown = described(after)
    assert not shown.exact
    assert covers(shown, result())


def test_an_exception_of_one_contract_does_not_become_one_of_all():
    before = {"type": "permit", "actor": [ACTOR], "provision": [kept_out(POTASSIUM)]}
    after = narrowed(before, RESULTS)
    assert opens(result(), after)
    assert opens(result(POTASSIUM), after, ELSE)
    assert described(after).terms == RESULTS


@pytest.mark.parametrize("wanted", [WHOLE, RESULTS])
def test_how_a_category_is_said_denies_nothing_elsewhere(wanted):
    after = narrowed(rules.provision_of([ACTOR], FINDINGS), wanted)
    assert after["provision"] == rules.provision_of([ACTOR], wanted)
    assert described(after).exact


@given(trees, terms, records)
def test_what_is_denied_over_all_contracts_stays_denied(provision, wanted, record):
    try:
        after = narrowed(provision, Terms(**{**{n: getattr(wanted, n) for n in wanted.__slots__}, "ends": TODAY}))
    except Failure:
        assume(False)
    if not opens(record, consent(provision), ELSE) and opens(record, ELSE):
        assert not opens(record, after, ELSE)
    if permits(after, record):
        assert covers(described(after), record)


@given(trees, records)
def test_without_its_denials_a_contract_opens_no_less(provision, record):
    if permits(consent(provision), record):
        assert permits(consent(without_denials(provision)), record)
