"""The kinds of records in people's words, against what a contract made from them opens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.base.failures import Failure
from carefolio.consent.contract import compile_contract
from carefolio.consent.decide import Facts, decide
from carefolio.consent.policy import Chart, access
from carefolio.consent.principal import Principal, Role
from carefolio.fhir.kinds import DIRECTORY
from carefolio.records.owner import FOLLOWS_TRANSACTION, OWNER_ELEMENTS
from carefolio.workflows.sharing import rules
from carefolio.workflows.sharing.categories import CATEGORIES, SLICES, provisions, slices_of
from carefolio.workflows.sharing.rules import Terms
from tests.workflows.sharing.conftest import IN_A_YEAR

CHART, DOCTOR = 7, "Practitioner/ben"
BEN = Principal(account=3, role=Role.DOCTOR, person=DOCTOR, verified=True)
TYPES = sorted((OWNER_ELEMENTS.keys() | FOLLOWS_TRANSACTION | {"Patient"}) - DIRECTORY)
CODES = sorted({code for key in CATEGORIES for one in SLICES[key] for code in one.codes | one.unless})
ACTOR = [{"reference": {"reference": DOCTOR}}]


def opened(terms, facts):
    """Whether a contract with these terms opens the record."""
    consent = {
        "status": "active",
        "scope": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]
        },
        "provision": rules.provision_of(ACTOR, terms),
    }
    compiled = compile_contract(consent, "Consent/c/_history/1")
    assert compiled.remarks == ()
    windows = access(BEN, Chart(CHART, "Patient/ada", 1, (compiled,)), 0).windows
    return decide([window for window in windows if window.rule == "contract"], facts).permit


def borne(slices, type_, codes):
    return any(one.type == type_ and (not one.codes or one.codes & codes) and not one.unless & codes for one in slices)


def test_every_type_that_a_chart_holds_is_in_a_category_but_contracts():
    named = {one.type for key in CATEGORIES for one in SLICES[key]}
    assert named == set(TYPES) - {"Consent"}
    assert [key for key in CATEGORIES if not CATEGORIES[key].name] == []


@given(
    st.sampled_from(TYPES),
    st.frozensets(st.sampled_from(CODES), max_size=3),
    st.frozensets(st.sampled_from(list(CATEGORIES))),
)
def test_a_contract_on_categories_opens_these_and_nothing_else(type_, codes, keys):
    facts = Facts(type_, "x", CHART, codes=frozenset(codes | {code.rpartition("|")[2] for code in codes}))
    expected = type_ != "Consent" and borne(slices_of(keys), type_, codes)
    assert opened(Terms(categories=keys, ends=IN_A_YEAR), facts) == bool(expected)


@given(st.sampled_from(sorted(set(TYPES) - {"Consent"})), st.frozensets(st.sampled_from(CODES), max_size=3))
def test_all_categories_together_open_everything_but_contracts(type_, codes):
    facts = Facts(type_, "x", CHART, codes=codes)
    assert opened(Terms(categories=frozenset(CATEGORIES), ends=IN_A_YEAR), facts)


def test_codes_of_a_category_are_codes_of_their_own_type_alone():
    laboratory = next(one for one in SLICES["results"] if one.type == "Observation").codes
    assert opened(
        Terms(categories=frozenset({"results"}), ends=IN_A_YEAR), Facts("Observation", "x", CHART, codes=laboratory)
    )
    assert not opened(
        Terms(categories=frozenset({"results"}), ends=IN_A_YEAR), Facts("Condition", "x", CHART, codes=laboratory)
    )


def test_what_a_category_says_is_a_list_of_permits():
    assert all(one["type"] == "permit" for key in CATEGORIES for one in provisions(key))


@pytest.mark.parametrize("key", CATEGORIES)
def test_each_category_alone_leaves_restricted_records_closed(key):
    one = SLICES[key][0]
    facts = Facts(one.type, "x", CHART, codes=one.codes, label=1)
    assert not opened(Terms(categories=frozenset({key}), ends=IN_A_YEAR), facts)


def test_unknown_keys_are_no_category():
    with pytest.raises(Failure, match="no such kind"):
        rules.refuse_terms(Terms(categories=frozenset({"secrets"}), ends=IN_A_YEAR), IN_A_YEAR)
