"""Whose record is it: the table against every type of R4, and one patient or none from whatever was sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carefolio.base.failures import Category, Failure
from carefolio.consent.policy import DIRECTORY
from carefolio.fhir import tables
from carefolio.records.owner import FOLLOWS_TRANSACTION, OWNER_ELEMENTS, Claim, claim_of, owner_references

SAYS_WHOSE = {"subject", "patient", "beneficiary", "for", "individual", "candidate", "securityContext"}
"""Element names that say whose record it is, wherever they may name a Patient."""

# What names no patient, or names one without being theirs: it goes to the sender's shelf.
NO_PATIENT = {
    "Patient",  # begins a chart of its own
    "AuditEvent",  # the ledger's
    "BiologicallyDerivedProduct",  # collection.source is its donor
    "MessageHeader", "Parameters", "PaymentReconciliation", "TestScript", "VerificationResult",
    # name nobody at all
    "ActivityDefinition", "Bundle", "CapabilityStatement", "CatalogEntry", "ChargeItemDefinition",
    "CompartmentDefinition", "DeviceDefinition", "DeviceMetric", "EffectEvidenceSynthesis", "EnrollmentResponse",
    "EventDefinition", "Evidence", "EvidenceVariable", "ExampleScenario", "GraphDefinition", "ImplementationGuide",
    "InsurancePlan", "Library", "Measure", "MedicationKnowledge", "MedicinalProduct",
    "MedicinalProductAuthorization", "MedicinalProductContraindication", "MedicinalProductIndication",
    "MedicinalProductIngredient", "MedicinalProductInteraction", "MedicinalProductManufactured",
    "MedicinalProductPackaged", "MedicinalProductPharmaceutical", "MedicinalProductUndesirableEffect",
    "MessageDefinition", "ObservationDefinition", "OperationDefinition", "OperationOutcome",
    "OrganizationAffiliation", "PlanDefinition", "Questionnaire", "ResearchDefinition",
    "ResearchElementDefinition", "ResearchStudy", "RiskEvidenceSynthesis", "SearchParameter",
    "SpecimenDefinition", "StructureDefinition", "StructureMap", "Subscription", "SubstanceNucleicAcid",
    "SubstancePolymer", "SubstanceProtein", "SubstanceReferenceInformation", "SubstanceSourceMaterial",
    "SubstanceSpecification", "TerminologyCapabilities", "TestReport",
}  # fmt: skip


def element(type_, path):
    """The definition at ``path`` of a type."""
    *parents, last = path.split(".")
    for name in parents:
        type_ = tables.elements(type_)[name].type
    return tables.elements(type_)[last]


def may_name_patient(found):
    return found.type == "Reference" and (not found.targets or "Patient" in found.targets)


def nested(type_, path, content):
    """A resource with this content at the owner's element."""
    *parents, last = path.split(".")
    value = content if not element(type_, path).repeats else [content]
    value = {last: value}
    for depth in range(len(parents), 0, -1):
        repeats = element(type_, ".".join(parents[:depth])).repeats
        value = {parents[depth - 1]: [value] if repeats else value}
    return {"resourceType": type_, **value}


ELEMENTS = [(type_, path) for type_, paths in OWNER_ELEMENTS.items() for path in paths]


def test_every_type_of_r4_is_decided_about_once():
    groups = [set(OWNER_ELEMENTS), set(FOLLOWS_TRANSACTION), set(DIRECTORY), NO_PATIENT]
    assert set().union(*groups) == tables.types()
    assert [len(a & b) for i, a in enumerate(groups) for b in groups[i + 1 :] if a & b] == [1]
    assert set(OWNER_ELEMENTS) & FOLLOWS_TRANSACTION == {"Binary"}


@pytest.mark.parametrize(("type_", "path"), ELEMENTS)
def test_each_element_of_the_table_is_one_of_r4_that_may_name_a_patient(type_, path):
    assert may_name_patient(element(type_, path))


@pytest.mark.parametrize("type_", sorted(tables.types() - DIRECTORY))
def test_an_element_whose_name_says_whose_it_is_stands_in_the_table(type_):
    named = {name for name, found in tables.elements(type_).items() if name in SAYS_WHOSE and may_name_patient(found)}
    assert named == SAYS_WHOSE & set(OWNER_ELEMENTS.get(type_, ()))


@pytest.mark.parametrize("type_", sorted(FOLLOWS_TRANSACTION - {"Binary"}))
def test_a_type_that_follows_its_transaction_has_no_element_that_says_whose_it_is(type_):
    assert not SAYS_WHOSE & set(tables.elements(type_))


@pytest.mark.parametrize(("type_", "path"), ELEMENTS)
def test_the_patient_is_found_in_every_place(type_, path):
    holder = {"reference": "Patient/ada"}
    resource = nested(type_, path, holder)
    claim = claim_of(type_, resource)
    assert (claim.reference, claim.path) == ("Patient/ada", f"{type_}.{path}")
    assert claim.holder is holder
    assert owner_references(type_, resource) == ["Patient/ada"]


@pytest.mark.parametrize(
    "reference",
    [
        "Group/1", "Device/d", "#patient", "urn:uuid:6b5c4b1c-0000-4000-8000-000000000000", "https://x.org/Patient/1",
        "Patient", "Patient/", "patient/ada", "Patient/a b", "Practitioner?identifier=x", "",
    ],
)  # fmt: skip
def test_other_targets_claim_nobody(reference):
    resource = {"resourceType": "Observation", "subject": {"reference": reference}}
    assert claim_of("Observation", resource) == Claim()
    assert owner_references("Observation", resource) == [reference]


@pytest.mark.parametrize("subject", [None, "Patient/ada", 5, [], {}, {"identifier": {"value": "x"}}, {"reference": 5}])
def test_what_is_no_reference_claims_nobody(subject):
    assert claim_of("Observation", {"resourceType": "Observation", "subject": subject}) == Claim()


@pytest.mark.parametrize("type_", ["Medication", "Patient", "Practitioner", "Questionnaire"])
def test_types_without_an_element_claim_nobody(type_):
    resource = {"resourceType": type_, "subject": {"reference": "Patient/ada"}, "patient": {"reference": "Patient/ben"}}
    assert claim_of(type_, resource) == Claim()


def appointment(*references):
    return {"resourceType": "Appointment", "participant": [{"actor": {"reference": each}} for each in references]}


def test_participants_beside_the_patient_do_not_matter():
    claim = claim_of("Appointment", appointment("Practitioner/ben", "Patient/ada", "Location/l"))
    assert claim.reference == "Patient/ada"


def test_two_different_patients_are_refused_with_the_place():
    with pytest.raises(Failure) as caught:
        claim_of("Appointment", appointment("Patient/ada", "Patient/charlie"))
    assert caught.value.category is Category.UNPROCESSABLE
    assert caught.value.issues[0].path == "Appointment.participant.actor"
    assert "ada" not in caught.value.sentence


def test_the_same_patient_twice_is_one_whatever_the_version():
    assert claim_of("Appointment", appointment("Patient/ada", "Patient/ada/_history/3")).reference == "Patient/ada"
    assert claim_of("Account", {"subject": [{"reference": "Patient/ada"}] * 2}).reference == "Patient/ada"


def test_a_conditional_reference_claims_with_its_holder():
    resource = {"subject": {"reference": "Patient?identifier=PAT-22222-22222"}}
    claim = claim_of("Observation", resource)
    assert claim.reference == "Patient?identifier=PAT-22222-22222"
    claim.holder["reference"] = "Patient/ada"
    assert resource == {"subject": {"reference": "Patient/ada"}}


NAMES = st.sampled_from(["Patient/ada", "Patient/charlie", "Practitioner/ben", "Group/g", "#p", "Patient?identifier=x"])


@given(st.lists(NAMES, max_size=6))
def test_one_patient_is_claimed_none_is_nobodys_and_more_are_refused(references):
    patients = {name for name in references if name.startswith("Patient")}
    if len(patients) > 1:
        with pytest.raises(Failure):
            claim_of("Appointment", appointment(*references))
    else:
        assert claim_of("Appointment", appointment(*references)).reference == next(iter(patients), "")


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(["participant", "actor", "reference"]), inside)
    ),
)


@given(JUNK)
def test_whatever_stands_there_nothing_breaks(junk):
    assert claim_of("Appointment", {"participant": junk}).reference == ""
