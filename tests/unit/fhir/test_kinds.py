"""Whom a workflow record names."""

import pytest

from carefolio.fhir.kinds import PARTICIPANTS, literal, participants
from tests.unit.consent.cast import ref

P, Q, R = "Practitioner/p", "Organization/q", "Practitioner/r"


@pytest.mark.parametrize(
    ("resource", "names"),
    [
        ({"resourceType": "Appointment", "participant": [{"actor": ref(P)}, {"actor": ref(Q)}]}, {P, Q}),
        ({"resourceType": "Task", "owner": ref(P), "requester": ref(Q), "for": ref(R)}, {P, Q}),
        ({"resourceType": "Communication", "sender": ref(P), "recipient": [ref(Q), ref(R)]}, {P, Q, R}),
        ({"resourceType": "MedicationRequest", "requester": ref(P), "dispenseRequest": {"performer": ref(Q)}}, {Q}),
        ({"resourceType": "Invoice", "issuer": ref(Q), "participant": [{"actor": ref(P)}]}, {P, Q}),
        ({"resourceType": "Observation", "performer": [ref(P)]}, set()),
        ({"resourceType": "Appointment"}, set()),
        ({}, set()),
    ],
)
def test_the_addressed_are_named(resource, names):
    assert participants(resource) == names


@pytest.mark.parametrize(
    "resource",
    [
        {"resourceType": "MedicationDispense", "performer": [{"actor": ref(P)}]},
        {"resourceType": "PaymentNotice", "provider": ref(P)},
        {"resourceType": "QuestionnaireResponse", "subject": ref(P)},
    ],
)
def test_some_address_nobody_unless_a_workflow_wrote_them(resource):
    assert participants(resource) == frozenset()
    assert participants(resource, kept=True) == {P}


def test_a_consent_names_its_actors_at_every_depth_and_not_its_performer():
    inner = {"actor": [{"reference": ref(R)}]}
    provision = {"actor": [{"reference": ref(P)}], "provision": [{"provision": [inner]}]}
    assert participants({"resourceType": "Consent", "performer": [ref(Q)], "provision": provision}) == {P, R}


@pytest.mark.parametrize(
    "element",
    [
        None,
        "Practitioner/p",
        {},
        {"reference": 1},
        ref("#p"),
        ref("https://a.example/Practitioner/p"),
        ref("Nothing/p"),
    ],
)
def test_only_literal_references_name_somebody(element):
    assert literal(element) == ""


def test_a_version_does_not_matter():
    assert literal(ref("Practitioner/p/_history/2")) == P


def test_workflow_types_are_the_known_ones():
    assert set(PARTICIPANTS) == {
        "Appointment",
        "Task",
        "Communication",
        "MedicationRequest",
        "Invoice",
        "PaymentNotice",
        "MedicationDispense",
        "QuestionnaireResponse",
        "Consent",
    }
