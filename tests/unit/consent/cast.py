"""The people of these tests, and the Consents and records that they write.

Ada is the patient. Dr Byrne works at Alder, Dr Chen at Birch; Mallory is a verified doctor whom nobody asked. Olu is
the pharmacist of Corner, Ben cares for Ada, Rita researches, Sam is Alder's staff, Iris the auditor, Max the admin.
"""

from dataclasses import replace

from carefolio.consent.contract import compile_contract
from carefolio.consent.decide import Facts, decide
from carefolio.consent.policy import Chart, access
from carefolio.consent.principal import Principal, Role
from carefolio.fhir.dates import interval

TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
REASON = TERMINOLOGY + "v3-ActReason"
CONFIDENTIALITY = TERMINOLOGY + "v3-Confidentiality"
ACT_CODE = TERMINOLOGY + "v3-ActCode"
ACTION = TERMINOLOGY + "consentaction"
ROLE = TERMINOLOGY + "v3-ParticipationType"
ROLE_CODE = TERMINOLOGY + "v3-RoleCode"
TYPES = "http://hl7.org/fhir/resource-types"
CATEGORY = TERMINOLOGY + "observation-category"
LOINC = "http://loinc.org"
SOURCE = "https://carefolio.org/fhir/StructureDefinition/source-hospital"


def at(text):
    return interval(text)[0]


NOW = at("2026-11-22T09:00:00Z")
DAY = 86_400_000_000

CHART, BENS_CHART, ALDERS_SHELF, BIRCHS_SHELF, CORNERS_SHELF = 7, 8, 101, 102, 103
ALDER, BIRCH, CORNER = "Organization/alder", "Organization/birch", "Organization/corner"

ADA = Principal(1, Role.PATIENT, "Patient/ada", chart=CHART)
BEN = Principal(2, Role.PATIENT, "Patient/ben", chart=BENS_CHART)
BYRNE = Principal(3, Role.DOCTOR, "Practitioner/byrne", ALDER, shelf=ALDERS_SHELF, hospital=ALDERS_SHELF, verified=True)
CHEN = Principal(4, Role.DOCTOR, "Practitioner/chen", BIRCH, shelf=BIRCHS_SHELF, hospital=BIRCHS_SHELF, verified=True)
MALLORY = Principal(5, Role.DOCTOR, "Practitioner/mallory", shelf=205, verified=True)
OLU = Principal(
    6, Role.PHARMACIST, "Practitioner/olu", CORNER, shelf=CORNERS_SHELF, hospital=CORNERS_SHELF, verified=True
)
SAM = Principal(9, Role.STAFF, "Practitioner/sam", ALDER, shelf=ALDERS_SHELF, hospital=ALDERS_SHELF, verified=True)
RITA = Principal(10, Role.RESEARCHER, "Practitioner/rita", shelf=210, verified=True)
IRIS = Principal(11, Role.AUDITOR, "Practitioner/iris", shelf=211, verified=True)
MAX = Principal(12, Role.ADMIN, "Practitioner/max", shelf=212, verified=True)
ALDERS_SYSTEMS = Principal(13, Role.HOSPITAL, "", ALDER, shelf=ALDERS_SHELF, hospital=ALDERS_SHELF)
BIRCHS_SYSTEMS = Principal(14, Role.HOSPITAL, "", BIRCH, shelf=BIRCHS_SHELF, hospital=BIRCHS_SHELF)
UNVERIFIED = replace(BYRNE, verified=False)

EVERYBODY = (ADA, BEN, BYRNE, CHEN, MALLORY, OLU, SAM, RITA, IRIS, MAX, ALDERS_SYSTEMS, BIRCHS_SYSTEMS, UNVERIFIED)
NUMBERS = {p.person: p.account for p in EVERYBODY if p.person} | {ALDER: 101, BIRCH: 102, CORNER: 103}


def resolve(reference):
    return NUMBERS.get(reference, 0)


def coding(system, code):
    return {"system": system, "code": code}


def concept(system, *codes):
    return {"coding": [coding(system, code) for code in codes]}


def ref(reference):
    return {"reference": reference}


def actor(reference, role="IRCP", system=ROLE):
    return {"role": concept(system, role), "reference": ref(reference)}


def delegate(reference, role="GUARD"):
    return actor(reference, role, ROLE_CODE)


def permit(*actors, **elements):
    return {"type": "permit", **({"actor": list(actors)} if actors else {}), **_classes(elements)}


def deny(*actors, **elements):
    return {"type": "deny", **({"actor": list(actors)} if actors else {}), **_classes(elements)}


def _classes(elements):
    return {"class" if name == "class_" else name: value for name, value in elements.items()}


TO_BYRNE = actor(BYRNE.person)
TREATMENT = [coding(REASON, "TREAT")]
ALL = [coding(CONFIDENTIALITY, code) for code in "NRV"]
HAEMOGLOBIN = frozenset({"718-7", f"{LOINC}|718-7"})
LAB = frozenset({"laboratory", f"{CATEGORY}|laboratory"})


def consent(provision, status="active", **elements):
    return {
        "resourceType": "Consent",
        "status": status,
        "scope": concept(TERMINOLOGY + "consentscope", "patient-privacy"),
        "category": [concept(LOINC, "59284-0")],
        "patient": ref("Patient/ada"),
        "policyRule": concept(ACT_CODE, "OPTIN"),
        "provision": provision,
        **elements,
    }


def compiled(*consents):
    return tuple(
        compile_contract(resource, f"Consent/{n}/_history/1", resolve) for n, resource in enumerate(consents, 1)
    )


def chart(*consents, emergencies=()):
    return Chart(CHART, "Patient/ada", 3, compiled(*consents), tuple(emergencies))


def record(kind="Observation", id="o1", **facts):
    return Facts(kind, id, **{"owner": CHART, **facts})


def may(principal, facts, *consents, now=NOW, emergencies=()):
    """The rule that lets the principal read the record; empty when none does."""
    found = access(principal, chart(*consents, emergencies=emergencies), now)
    return decide(found.windows, facts).rule


def may_add(principal, facts, *consents, now=NOW):
    return decide(access(principal, chart(*consents), now).adds, facts).rule


def opens(facts, **elements):
    return bool(may(BYRNE, facts, consent(permit(TO_BYRNE, **elements))))


def bars(facts, **elements):
    return not may(BYRNE, facts, consent(permit(TO_BYRNE, securityLabel=ALL)), consent(deny(**elements)))


def excepts(facts, **elements):
    """The same as an exception inside the contract."""
    return not may(BYRNE, facts, consent(permit(TO_BYRNE, securityLabel=ALL, provision=[deny(**elements)])))


def data(reference, meaning="instance"):
    return {"meaning": meaning, "reference": ref(reference)}
