"""What is not understood permits nothing and does not narrow a deny."""

import pytest

from carefolio.consent.contract import compile_contract
from carefolio.consent.decide import decide
from carefolio.consent.policy import access
from tests.unit.consent.cast import (
    ALDER,
    ALDERS_SHELF,
    BYRNE,
    CATEGORY,
    CHEN,
    CONFIDENTIALITY,
    HAEMOGLOBIN,
    LAB,
    NOW,
    REASON,
    SOURCE,
    TERMINOLOGY,
    TO_BYRNE,
    TYPES,
    actor,
    at,
    bars,
    chart,
    coding,
    compiled,
    concept,
    consent,
    data,
    deny,
    excepts,
    may,
    opens,
    permit,
    record,
    ref,
)

UNDATED = record()

NOT_UNDERSTOOD = [
    {"unheardOf": True},
    {"_period": {}},
    {"modifierExtension": []},
    {"extension": [{"url": "https://other.example/narrower", "valueBoolean": True}]},
    {"extension": [{"url": SOURCE, "valueReference": ref("Organization/unknown")}]},
    {"extension": [{"url": SOURCE, "valueReference": ref(BYRNE.person)}]},
    {"extension": 1},
    {"class_": []},
    {"class_": "Observation"},
    {"class_": [coding(TYPES, "Nonsense")]},
    {"class_": [coding(TYPES, "Resource")]},
    {"class_": [coding("", "laboratory")]},
    {"class_": [{"system": CATEGORY}]},
    {"class_": [{"system": 1, "code": "Nonsense"}], "code": []},
    {"code": [{"text": "blood"}]},
    {"code": [{"coding": 1}]},
    {"code": ["718-7"]},
    {"data": [data("Observation/o1", "unheard")]},
    {"data": [data("https://a.example/Observation/o1")]},
    {"data": [data("Observation/o1") | {"more": 1}]},
    {"data": [{"meaning": "instance", "reference": {"identifier": {"value": "1"}}}]},
    {"data": [data("Practitioner/unknown", "authoredby")]},
    {"data": [data("Device/d", "authoredby")]},
    {"dataPeriod": {}},
    {"dataPeriod": {"start": "yesterday"}},
    {"dataPeriod": {"start": 2020}},
    {"dataPeriod": {"start": "2020", "more": 1}},
    {"dataPeriod": "2020"},
    {"period": {"start": "soon"}},
    {"period": []},
    {"purpose": [coding("http://other", "TREAT")]},
    {"purpose": [{"system": REASON}]},
    {"action": [concept("http://other", "access")]},
    {"action": [{"text": "read"}]},
    {"securityLabel": [coding("http://other", "R")]},
    {"securityLabel": [coding(CONFIDENTIALITY, "X")]},
]


@pytest.mark.parametrize("elements", NOT_UNDERSTOOD)
def test_what_is_not_understood_permits_nothing_and_denies_all(elements):
    seen = record(hospital=ALDERS_SHELF, codes=LAB, low=NOW, high=NOW)
    assert not opens(seen, **elements)
    assert bars(seen, **elements)
    assert excepts(seen, **elements)
    (contract,) = compiled(consent(permit(TO_BYRNE, **elements)))
    assert contract.remarks


@pytest.mark.parametrize("elements", NOT_UNDERSTOOD)
def test_an_exception_that_is_not_understood_opens_nothing(elements):
    tree = consent(deny(provision=[permit(**elements)]))
    assert not may(BYRNE, record(), consent(permit(TO_BYRNE)), tree)


@pytest.mark.parametrize(
    "somebody",
    [
        {},
        {"role": concept(TERMINOLOGY + "v3-RoleCode", "GUARD")},
        {"reference": {"display": "Dr Byrne"}},
        actor("RelatedPerson/r"),
        actor("Group/g"),
        actor("https://a.example/Practitioner/byrne"),
        TO_BYRNE | {"extension": []},
    ],
)
def test_an_actor_who_is_not_understood_is_nobody_in_a_permit_and_everybody_in_a_deny(somebody):
    assert not may(BYRNE, record(), consent(permit(somebody)))
    assert may(BYRNE, record(), consent(permit(somebody, TO_BYRNE)))
    assert not may(CHEN, record(), consent(permit(actor(CHEN.person))), consent(deny(somebody)))


@pytest.mark.parametrize("role", ["CONSENTER", "GRANTOR", "CST", "AUT", "WIT"])
def test_who_agrees_or_keeps_the_data_receives_none(role):
    assert not may(BYRNE, record(), consent(permit(actor(BYRNE.person, role))))
    assert not may(BYRNE, record(), consent(permit(TO_BYRNE)), consent(deny(actor(BYRNE.person, role))))


@pytest.mark.parametrize("label", ["U", "L", "M"])
def test_labels_below_normal_cannot_be_told_apart(label):
    assert not opens(record(), securityLabel=[coding(CONFIDENTIALITY, label)])
    assert bars(record(), securityLabel=[coding(CONFIDENTIALITY, label)])


def test_alternatives_that_are_understood_still_count():
    some = {"class_": [coding(TYPES, "Nonsense"), coding(TYPES, "Observation")]}
    assert opens(record(), **some)
    assert not opens(record("Condition"), **some)
    assert bars(record("Condition"), **some)


@pytest.mark.parametrize("meaning", ["related", "dependents"])
def test_what_belongs_to_a_record_cannot_be_followed(meaning):
    whole = {"data": [data("Observation/o1", meaning)]}
    assert opens(record(), **whole)
    assert not opens(record(id="o2"), **whole)
    assert bars(record(id="o2"), **whole)


def test_a_record_without_a_time_is_in_no_permitted_and_every_denied_period():
    period = {"dataPeriod": {"start": "2020"}}
    assert not opens(UNDATED, **period)
    assert bars(UNDATED, **period)
    assert excepts(UNDATED, **period)


def test_a_code_without_a_system_permits_nothing_and_denies_it_everywhere():
    bare = {"code": [{"coding": [{"code": "718-7"}]}]}
    assert not opens(record(codes=HAEMOGLOBIN), **bare)
    assert bars(record(codes=HAEMOGLOBIN), **bare)
    assert not bars(record(codes=LAB), **bare)


@pytest.mark.parametrize("elements", [{"modifierExtension": []}, {"implicitRules": "https://other.example/rules"}])
def test_a_consent_with_modifiers_is_not_understood(elements):
    assert not may(BYRNE, record(), consent(permit(TO_BYRNE), **elements))
    tree = consent(deny(actor(CHEN.person), provision=[permit(TO_BYRNE)]), **elements)
    assert not may(BYRNE, record(), consent(permit(TO_BYRNE)), tree)


@pytest.mark.parametrize("nested", [1, {}, [1], [permit(), "x"]])
def test_exceptions_that_cannot_be_followed_deny_all(nested):
    assert not opens(record(), provision=nested)


@pytest.mark.parametrize("child", [{}, {"type": "perhaps"}, {"type": "permits"}])
def test_an_exception_without_a_type_denies(child):
    assert not opens(record(), provision=[child])


def test_a_root_of_another_type_denies():
    assert not may(BYRNE, record(), consent(permit(TO_BYRNE)), consent({"type": "perhaps"}))


def test_a_tree_may_be_five_deep():
    tree = permit(TO_BYRNE)
    for _ in range(4):
        tree = permit(provision=[tree])
    assert may(BYRNE, record(), consent(tree))
    assert not may(BYRNE, record(), consent(permit(provision=[tree])))


def test_a_contract_of_very_many_alternatives_permits_nothing_and_its_denials_stay():
    many = {
        "class_": [coding(TYPES, "Observation"), coding(CATEGORY, "laboratory")],
        "data": [data("Observation/o1"), data(BYRNE.person, "authoredby"), data(ALDER, "authoredby")],
    }
    seen = record(codes=LAB)
    tree, bar = permit(TO_BYRNE, **many), deny(**many)
    assert may(BYRNE, seen, consent(tree))
    for _ in range(3):
        tree, bar = permit(**many, provision=[tree]), deny(**many, provision=[bar, permit()])
    assert not may(BYRNE, seen, consent(tree))
    assert bars(seen, **{**many, "provision": [bar]})
    assert any("alternatives" in remark for remark in compiled(consent(tree))[0].remarks)


@pytest.mark.parametrize("provision", [None, 1, [], "permit"])
def test_without_a_provision_nothing_is_permitted(provision):
    (contract,) = compiled(consent(provision))
    assert (contract.grants, contract.denials) == ((), ())
    assert contract.remarks


def test_naming_nobody_permits_nothing():
    (contract,) = compiled(consent(permit()))
    assert contract.grants == ()
    assert "names nobody" in contract.remarks[0]


def test_a_resolver_is_not_needed():
    contract = compile_contract(consent(permit(TO_BYRNE)), "Consent/1/_history/1")
    assert contract.grants
    assert not compile_contract(consent(permit(TO_BYRNE, data=[data(ALDER, "authoredby")])), "x").grants[0].reads


def test_a_contract_that_ends_before_it_begins_never_holds():
    term = consent(permit(TO_BYRNE, period={"start": "2027", "end": "2026"}))
    assert not decide(access(BYRNE, chart(term), NOW).windows, record()).permit
    assert access(BYRNE, chart(term), NOW).until > at("9999")


@pytest.mark.parametrize("unknown", [0, -1])
def test_an_author_who_is_not_known_here_is_not_understood(unknown):
    theirs = [data("Practitioner/elsewhere", "authoredby")]
    permitting, denying = (
        compile_contract(consent(provision), "x", lambda _reference: unknown)
        for provision in (permit(TO_BYRNE, data=theirs), deny(data=theirs))
    )
    assert permitting.grants[0].reads == ()
    assert decide(denying.denials[0].reads, record()).permit  # the denial covers every record
