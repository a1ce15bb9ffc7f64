"""What each FHIR R4 type is called by people, one and many, and the group that it belongs to."""

from __future__ import annotations

from typing import Final, NamedTuple

from carefolio.portal.words.translate import ngettext


class TypeName(NamedTuple):
    """Group key, and the words for one and for many."""

    group: str
    one: str
    many: str


_ROWS: Final = """
Account | bills | account | accounts
ActivityDefinition | other | plan of an activity | plans of activities
AdverseEvent | problems | harmful event | harmful events
AllergyIntolerance | allergies | allergy | allergies
Appointment | visits | appointment | appointments
AppointmentResponse | visits | answer to an appointment | answers to appointments
AuditEvent | other | line of the access list | lines of the access list
Basic | other | note | notes
Binary | reports | file | files
BiologicallyDerivedProduct | other | blood or tissue product | blood or tissue products
BodyStructure | problems | body part | body parts
Bundle | other | collection of records | collections of records
CapabilityStatement | other | technical description | technical descriptions
CarePlan | plans | care plan | care plans
CareTeam | plans | care team | care teams
CatalogEntry | other | catalogue entry | catalogue entries
ChargeItem | bills | charge | charges
ChargeItemDefinition | bills | price rule | price rules
Claim | bills | bill to the insurer | bills to the insurer
ClaimResponse | bills | answer from the insurer | answers from the insurer
ClinicalImpression | problems | doctor's assessment | doctors' assessments
CodeSystem | other | list of codes | lists of codes
Communication | reports | message | messages
CommunicationRequest | reports | request for a message | requests for messages
CompartmentDefinition | other | technical definition | technical definitions
Composition | reports | document | documents
ConceptMap | other | code translation | code translations
Condition | problems | problem | problems
Consent | other | permission | permissions
Contract | other | agreement | agreements
Coverage | bills | insurance | insurances
CoverageEligibilityRequest | bills | question to the insurer | questions to the insurer
CoverageEligibilityResponse | bills | answer from the insurer | answers from the insurer
DetectedIssue | problems | safety warning | safety warnings
Device | procedures | device | devices
DeviceDefinition | other | device description | device descriptions
DeviceMetric | measurements | device setting | device settings
DeviceRequest | plans | device order | device orders
DeviceUseStatement | procedures | device in use | devices in use
DiagnosticReport | reports | report | reports
DocumentManifest | reports | set of documents | sets of documents
DocumentReference | reports | document | documents
EffectEvidenceSynthesis | other | research summary | research summaries
Encounter | visits | visit | visits
Endpoint | other | technical address | technical addresses
EnrollmentRequest | bills | request to join an insurance | requests to join an insurance
EnrollmentResponse | bills | answer on joining an insurance | answers on joining an insurance
EpisodeOfCare | visits | period of care | periods of care
EventDefinition | other | definition of an event | definitions of events
Evidence | other | research finding | research findings
EvidenceVariable | other | research topic | research topics
ExampleScenario | other | example | examples
ExplanationOfBenefit | bills | insurance statement | insurance statements
FamilyMemberHistory | history | family history | family histories
Flag | problems | warning | warnings
Goal | plans | goal | goals
GraphDefinition | other | technical definition | technical definitions
Group | other | group of people | groups of people
GuidanceResponse | plans | piece of advice | pieces of advice
HealthcareService | other | health service | health services
ImagingStudy | reports | scan or X-ray | scans and X-rays
Immunization | vaccinations | vaccination | vaccinations
ImmunizationEvaluation | vaccinations | vaccination check | vaccination checks
ImmunizationRecommendation | vaccinations | vaccination advice | pieces of vaccination advice
ImplementationGuide | other | technical guide | technical guides
InsurancePlan | bills | insurance plan | insurance plans
Invoice | bills | bill | bills
Library | other | collection of rules | collections of rules
Linkage | other | link between records | links between records
List | other | list | lists
Location | other | place | places
Measure | other | quality measure | quality measures
MeasureReport | other | quality report | quality reports
Media | reports | picture or recording | pictures and recordings
Medication | medicines | medicine | medicines
MedicationAdministration | medicines | medicine given | medicines given
MedicationDispense | medicines | medicine handed out | medicines handed out
MedicationKnowledge | medicines | medicine information | pieces of medicine information
MedicationRequest | medicines | prescription | prescriptions
MedicationStatement | medicines | medicine taken | medicines taken
MedicinalProduct | medicines | medicine product | medicine products
MedicinalProductAuthorization | medicines | medicine approval | medicine approvals
MedicinalProductContraindication | medicines | reason against a medicine | reasons against medicines
MedicinalProductIndication | medicines | reason for a medicine | reasons for medicines
MedicinalProductIngredient | medicines | ingredient | ingredients
MedicinalProductInteraction | medicines | medicine interaction | medicine interactions
MedicinalProductManufactured | medicines | medicine product | medicine products
MedicinalProductPackaged | medicines | medicine package | medicine packages
MedicinalProductPharmaceutical | medicines | medicine product | medicine products
MedicinalProductUndesirableEffect | medicines | side effect | side effects
MessageDefinition | other | technical definition | technical definitions
MessageHeader | other | technical message | technical messages
MolecularSequence | results | gene test | gene tests
NamingSystem | other | list of names | lists of names
NutritionOrder | plans | diet order | diet orders
Observation | results | test result | test results
ObservationDefinition | other | test description | test descriptions
OperationDefinition | other | technical definition | technical definitions
OperationOutcome | other | technical answer | technical answers
Organization | other | organisation | organisations
OrganizationAffiliation | other | partnership | partnerships
Parameters | other | technical values | technical values
Patient | details | personal details | personal details
PaymentNotice | bills | payment notice | payment notices
PaymentReconciliation | bills | payment | payments
Person | details | personal details | personal details
PlanDefinition | other | plan template | plan templates
Practitioner | other | health worker | health workers
PractitionerRole | other | job of a health worker | jobs of health workers
Procedure | procedures | procedure | procedures
Provenance | other | note on where a record comes from | notes on where records come from
Questionnaire | other | form | forms
QuestionnaireResponse | history | filled-in form | filled-in forms
RelatedPerson | details | contact person | contact persons
RequestGroup | plans | set of orders | sets of orders
ResearchDefinition | other | research plan | research plans
ResearchElementDefinition | other | research topic | research topics
ResearchStudy | other | research study | research studies
ResearchSubject | other | part in a research study | parts in research studies
RiskAssessment | problems | risk estimate | risk estimates
RiskEvidenceSynthesis | other | research summary | research summaries
Schedule | other | diary | diaries
SearchParameter | other | technical definition | technical definitions
ServiceRequest | plans | order or referral | orders and referrals
Slot | other | free time | free times
Specimen | results | sample | samples
SpecimenDefinition | other | sample description | sample descriptions
StructureDefinition | other | technical definition | technical definitions
StructureMap | other | technical translation | technical translations
Subscription | other | technical notice | technical notices
Substance | other | substance | substances
SubstanceNucleicAcid | other | substance | substances
SubstancePolymer | other | substance | substances
SubstanceProtein | other | substance | substances
SubstanceReferenceInformation | other | substance | substances
SubstanceSourceMaterial | other | substance | substances
SubstanceSpecification | other | substance | substances
SupplyDelivery | procedures | item handed out | items handed out
SupplyRequest | plans | item ordered | items ordered
Task | plans | task | tasks
TerminologyCapabilities | other | technical description | technical descriptions
TestReport | other | technical test report | technical test reports
TestScript | other | technical test | technical tests
ValueSet | other | list of codes | lists of codes
VerificationResult | other | check of details | checks of details
VisionPrescription | procedures | glasses prescription | glasses prescriptions
"""
TYPE_NAMES: Final = {
    columns[0]: TypeName(*columns[1:])
    for line in _ROWS.strip().splitlines()
    for columns in [[column.strip() for column in line.split("|")]]
}
RECORD: Final = TypeName("other", "record", "records")


def type_name(type_: str) -> TypeName:
    """What the type is called; "record" for what is no type of R4."""
    return TYPE_NAMES.get(type_, RECORD)


def counted(type_: str, number: int) -> str:
    """A number of records: "3 test results", "1 visit"."""
    name = type_name(type_)
    if name.one == name.many:
        return name.one
    return f"{number} {ngettext(name.one, name.many, number)}"
