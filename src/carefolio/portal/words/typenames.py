"""What each FHIR R4 type is called by people: one of them, and many."""

from __future__ import annotations

from typing import Final, NamedTuple

from carefolio.portal.words.translate import ngettext


class TypeName(NamedTuple):
    """The words for one and for many."""

    one: str
    many: str


_ROWS: Final = """
Account | account | accounts
ActivityDefinition | plan of an activity | plans of activities
AdverseEvent | harmful event | harmful events
AllergyIntolerance | allergy | allergies
Appointment | appointment | appointments
AppointmentResponse | answer to an appointment | answers to appointments
AuditEvent | line of the access list | lines of the access list
Basic | note | notes
Binary | file | files
BiologicallyDerivedProduct | blood or tissue product | blood or tissue products
BodyStructure | body part | body parts
Bundle | collection of records | collections of records
CapabilityStatement | technical description | technical descriptions
CarePlan | care plan | care plans
CareTeam | care team | care teams
CatalogEntry | catalogue entry | catalogue entries
ChargeItem | charge | charges
ChargeItemDefinition | price rule | price rules
Claim | bill to the insurer | bills to the insurer
ClaimResponse | answer from the insurer | answers from the insurer
ClinicalImpression | doctor's assessment | doctors' assessments
CodeSystem | list of codes | lists of codes
Communication | message | messages
CommunicationRequest | request for a message | requests for messages
CompartmentDefinition | technical definition | technical definitions
Composition | document | documents
ConceptMap | code translation | code translations
Condition | problem | problems
Consent | permission | permissions
Contract | agreement | agreements
Coverage | insurance | insurances
CoverageEligibilityRequest | question to the insurer | questions to the insurer
CoverageEligibilityResponse | answer from the insurer | answers from the insurer
DetectedIssue | safety warning | safety warnings
Device | device | devices
DeviceDefinition | device description | device descriptions
DeviceMetric | device setting | device settings
DeviceRequest | device order | device orders
DeviceUseStatement | device in use | devices in use
DiagnosticReport | report | reports
DocumentManifest | set of documents | sets of documents
DocumentReference | document | documents
EffectEvidenceSynthesis | research summary | research summaries
Encounter | visit | visits
Endpoint | technical address | technical addresses
EnrollmentRequest | request to join an insurance | requests to join an insurance
EnrollmentResponse | answer on joining an insurance | answers on joining an insurance
EpisodeOfCare | period of care | periods of care
EventDefinition | definition of an event | definitions of events
Evidence | research finding | research findings
EvidenceVariable | research topic | research topics
ExampleScenario | example | examples
ExplanationOfBenefit | insurance statement | insurance statements
FamilyMemberHistory | family history | family histories
Flag | warning | warnings
Goal | goal | goals
GraphDefinition | technical definition | technical definitions
Group | group of people | groups of people
GuidanceResponse | piece of advice | pieces of advice
HealthcareService | health service | health services
ImagingStudy | scan or X-ray | scans and X-rays
Immunization | vaccination | vaccinations
ImmunizationEvaluation | vaccination check | vaccination checks
ImmunizationRecommendation | vaccination advice | pieces of vaccination advice
ImplementationGuide | technical guide | technical guides
InsurancePlan | insurance plan | insurance plans
Invoice | bill | bills
Library | collection of rules | collections of rules
Linkage | link between records | links between records
List | list | lists
Location | place | places
Measure | quality measure | quality measures
MeasureReport | quality report | quality reports
Media | picture or recording | pictures and recordings
Medication | medicine | medicines
MedicationAdministration | medicine given | medicines given
MedicationDispense | medicine handed out | medicines handed out
MedicationKnowledge | medicine information | pieces of medicine information
MedicationRequest | prescription | prescriptions
MedicationStatement | medicine taken | medicines taken
MedicinalProduct | medicine product | medicine products
MedicinalProductAuthorization | medicine approval | medicine approvals
MedicinalProductContraindication | reason against a medicine | reasons against medicines
MedicinalProductIndication | reason for a medicine | reasons for medicines
MedicinalProductIngredient | ingredient | ingredients
MedicinalProductInteraction | medicine interaction | medicine interactions
MedicinalProductManufactured | medicine product | medicine products
MedicinalProductPackaged | medicine package | medicine packages
MedicinalProductPharmaceutical | medicine product | medicine products
MedicinalProductUndesirableEffect | side effect | side effects
MessageDefinition | technical definition | technical definitions
MessageHeader | technical message | technical messages
MolecularSequence | gene test | gene tests
NamingSystem | list of names | lists of names
NutritionOrder | diet order | diet orders
Observation | test result | test results
ObservationDefinition | test description | test descriptions
OperationDefinition | technical definition | technical definitions
OperationOutcome | technical answer | technical answers
Organization | organisation | organisations
OrganizationAffiliation | partnership | partnerships
Parameters | technical values | technical values
Patient | personal details | personal details
PaymentNotice | payment notice | payment notices
PaymentReconciliation | payment | payments
Person | personal details | personal details
PlanDefinition | plan template | plan templates
Practitioner | health worker | health workers
PractitionerRole | job of a health worker | jobs of health workers
Procedure | procedure | procedures
Provenance | note of origin | notes of origin
Questionnaire | form | forms
QuestionnaireResponse | filled-in form | filled-in forms
RelatedPerson | contact person | contact persons
RequestGroup | set of orders | sets of orders
ResearchDefinition | research plan | research plans
ResearchElementDefinition | research topic | research topics
ResearchStudy | research study | research studies
ResearchSubject | part in a research study | parts in research studies
RiskAssessment | risk estimate | risk estimates
RiskEvidenceSynthesis | research summary | research summaries
Schedule | diary | diaries
SearchParameter | technical definition | technical definitions
ServiceRequest | order or referral | orders and referrals
Slot | free time | free times
Specimen | sample | samples
SpecimenDefinition | sample description | sample descriptions
StructureDefinition | technical definition | technical definitions
StructureMap | technical translation | technical translations
Subscription | technical notice | technical notices
Substance | substance | substances
SubstanceNucleicAcid | substance | substances
SubstancePolymer | substance | substances
SubstanceProtein | substance | substances
SubstanceReferenceInformation | substance | substances
SubstanceSourceMaterial | substance | substances
SubstanceSpecification | substance | substances
SupplyDelivery | item handed out | items handed out
SupplyRequest | item ordered | items ordered
Task | thing to do | things to do
TerminologyCapabilities | technical description | technical descriptions
TestReport | technical test report | technical test reports
TestScript | technical test | technical tests
ValueSet | list of codes | lists of codes
VerificationResult | check of details | checks of details
VisionPrescription | glasses prescription | glasses prescriptions
"""
TYPE_NAMES: Final = {
    columns[0]: TypeName(*columns[1:])
    for line in _ROWS.strip().splitlines()
    for columns in [[column.strip() for column in line.split("|")]]
}
_MANY: Final = 2
RECORD: Final = TypeName("record", "records")


def type_name(type_: str) -> TypeName:
    """What the type is called, in the language that is spoken now; "record" for what is no type of R4."""
    name = TYPE_NAMES.get(type_, RECORD)
    return TypeName(*(ngettext(name.one, name.many, number) for number in (1, _MANY)))


def counted(type_: str, number: int) -> str:
    """A number of records: "3 test results", "1 visit"."""
    name = TYPE_NAMES.get(type_, RECORD)
    if name.one == name.many:
        return ngettext(name.one, name.many, number)
    return f"{number} {ngettext(name.one, name.many, number)}"
