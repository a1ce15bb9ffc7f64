"""The exact words of hand-made records, for the patient and for the doctor."""

from decimal import Decimal

import pytest

from carefolio.portal.words.records import told
from carefolio.portal.words.told import Fact, Reader
from tests.unit.portal.words.makers import coded, concept, doctor, facts, patient, quantity, resource

ASTHMA = concept("icd", "J45.909", "Asthma")
PRESSURE = concept("snomed", "38341003", "Hypertension")
METFORMIN = concept("own", "m", "24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet")
HART = {"reference": "Practitioner/h", "display": "Dr Sam Hart"}
NORTH = {"reference": "Organization/n", "display": "North Hospital"}
CORNER = {"reference": "Organization/c", "display": "Corner Pharmacy"}
MISTAKE = "entered-in-error"
MEETING = [
    {"actor": {"reference": f"{one}/1", "display": name}}
    for one, name in (("Patient", "Ada"), ("Practitioner", "Ben Osei"))
]


def condition(state="active", verified="confirmed", code=PRESSURE, **more):
    return resource("Condition", clinicalStatus=coded(state), verificationStatus=coded(verified), code=code, **more)


def allergy(**more):
    return resource("AllergyIntolerance", code=concept("snomed", "91935009", "Allergy to peanuts"), **more)


def sent(status, **more):
    """The Task by which Ada sends a prescription to a pharmacy."""
    hand_out = coded("fulfill") | {"text": "Hand out a prescription"}
    ada, way = {"reference": "Patient/a"}, {"focus": {"reference": "MedicationRequest/m"}, "owner": CORNER}
    return resource("Task", **({"status": status, "code": hand_out, "for": ada, "requester": ada} | way | more))


def medicine(kind, status, **more):
    return resource(kind, status=status, medicationCodeableConcept=METFORMIN, **more)


NAMES = "24-hour metformin hydrochloride 500 mg slow-release tablet"
SENTENCES = [
    (condition(), "You have this now: high blood pressure."),
    (condition("resolved"), "You had this in the past: high blood pressure."),
    (condition("relapse"), "This came back: high blood pressure."),
    (condition("", ""), "This is on your record: high blood pressure."),
    (condition(verified="refuted"), "Doctors looked for this and you do not have it: high blood pressure."),
    (condition(verified=MISTAKE), "This was entered by mistake: high blood pressure."),
    (condition(verified="differential"), "This is one of several possible causes: high blood pressure."),
    (condition(code={}), "You have this now: a problem without a name."),
    (condition(code=concept("own", "x", "Alzheimer's disease (disorder)")), "You have this now: Alzheimer's disease."),
    (allergy(), "You are allergic to this: peanuts."),
    (allergy(type="intolerance"), "You do not tolerate this well: peanuts."),
    (allergy(clinicalStatus=coded("resolved")), "In the past you did not tolerate this: peanuts."),
    (allergy(verificationStatus=coded("refuted")), "Doctors looked for this and you do not have it: allergy: peanuts."),
    (medicine("MedicationRequest", "active"), f"You were prescribed this: {NAMES}."),
    (medicine("MedicationRequest", "stopped"), f"This prescription was stopped: {NAMES}."),
    (medicine("MedicationRequest", "unknown"), f"This is on your record: {NAMES}."),
    (medicine("MedicationStatement", "not-taken"), f"You did not take this: {NAMES}."),
    (medicine("MedicationAdministration", "completed"), f"You were given this: {NAMES}."),
    (medicine("MedicationDispense", "completed"), f"The pharmacy handed this out: {NAMES}."),
    (resource("Medication", code=METFORMIN), f"This is on your record: {NAMES}."),
    (resource("Immunization", status="completed", vaccineCode=concept("cvx", "140")), "You had the flu vaccine."),
    (resource("Immunization", status="completed", vaccineCode={"text": "BCG"}), "You had this vaccine: BCG."),
    (resource("Immunization", status="not-done", vaccineCode={"text": "BCG"}), "You did not have this vaccine: BCG."),
    (resource("Immunization", status=MISTAKE, vaccineCode={}), "This was entered by mistake: vaccine."),
    (resource("Encounter", status="finished", type=[concept("snomed", "185349003")]), "You had this visit: check-up."),
    (resource("Encounter", status="planned", **{"class": {"code": "EMER"}}), "This visit is planned: emergency."),
    (resource("Encounter", status="arrived"), "This is on your record: visit."),
    (resource("Appointment", status="booked", description="Eye check"), "You have an appointment: eye check."),
    (resource("Appointment", status="booked", participant=MEETING), "You have an appointment: visit with Ben Osei."),
    (resource("Appointment", status="booked"), "You have an appointment: appointment."),
    (resource("Procedure", status="not-done", code=concept("snomed", "73761001", "Colonoscopy")),
     "This was not done: look inside the bowel."),
    (resource("ServiceRequest", status="active", code={"text": "Chest X-ray"}),
     "This was ordered for you: chest X-ray."),
    (resource("Device", type=concept("snomed", "706004007")), "This is on your record: heart pacemaker."),
    (resource("Specimen", type={"text": "Venous blood"}), "A sample was taken: venous blood."),
    (resource("SupplyDelivery", status="completed", suppliedItem={"itemCodeableConcept": {"text": "Face mask"}}),
     "You were handed this: face mask."),
    (resource("DiagnosticReport", status="final", code=concept("loinc", "58410-2")),
     "This report is ready: full blood count."),
    (resource("DiagnosticReport", status="preliminary", code={}), "This report is not final yet: report."),
    (resource("DocumentReference", status="current", description="Letter of 2024-03-04"),
     "This document is on your record: letter of 4 March 2024."),
    (resource("Composition", status="final", title="Summary"), "This is on your record: summary."),
    (resource("ImagingStudy", status="available", procedureCode=[concept("snomed", "399208008")]),
     "This is on your record: chest X-ray."),
    (resource("Media", status="completed", content={"title": "Mole"}), "This is on your record: mole."),
    (resource("CarePlan", status="active", title="Care Plan"), "You have this care plan: care plan."),
    (resource("Goal", lifecycleStatus="active", description={"text": "Walk daily"}), "You have this goal: walk daily."),
    (resource("Goal", lifecycleStatus="cancelled", description={}), "This goal was cancelled: goal."),
    (resource("CareTeam", participant=[{"member": HART}]), "A team looks after you together. It has 1 member."),
    (resource("Task", status="requested", description="Fill in the form"), "This waits to be done: fill in the form."),
    (sent("requested"), "You sent a prescription to Corner Pharmacy."),
    (sent("in-progress"), "Corner Pharmacy handed out a part of your prescription."),
    (sent("completed"), "Corner Pharmacy handed out your prescription."),
    (sent("rejected"), "Corner Pharmacy did not hand out your prescription."),
    (sent("cancelled"), "You took a prescription back from Corner Pharmacy."),
    (sent("on-hold"), "You sent a prescription to Corner Pharmacy."),
    (sent("requested", requester=HART), "This waits to be done: hand out a prescription."),
    (resource("Communication", sender=HART, topic={"text": "Your results"}),
     "A message from Dr Sam Hart: Your results."),
    (resource("Communication", payload=[{"contentString": "Hello"}]), "A message: Message."),
    (resource("FamilyMemberHistory", relationship={"text": "Mother"}, condition=[{"code": ASTHMA}]),
     "In your family (mother): Asthma."),
    (resource("FamilyMemberHistory", relationship={"text": "Father"}), "This is about your family: father."),
    (resource("QuestionnaireResponse", item=[]), "A form was filled in, with 0 answers."),
    (resource("Claim", total={"value": 45, "currency": "EUR"}),
     "This bill was sent to the insurer. It comes to 45.00 EUR."),
    (resource("ExplanationOfBenefit", payment={"amount": {"value": Decimal("12.5"), "currency": "EUR"}}),
     "The insurer paid 12.50 EUR for this."),
    (resource("ExplanationOfBenefit"), "The insurer looked at this bill."),
    (resource("Coverage", status="active", payor=[{"display": "VHI"}]), "You have this insurance: VHI."),
    (resource("Coverage", status="cancelled", payor=[{"display": "VHI"}]), "You had this insurance: VHI."),
    (resource("Invoice", status="balanced", totalGross={"value": 5, "currency": "EUR"}),
     "This bill is paid. It comes to 5.00 EUR."),
    (resource("Invoice", status="issued"), "This is a bill for you."),
    (resource("Patient", name=[{"given": ["Ada"], "family": "Byrne"}]), "These are your personal details."),
    (resource("RelatedPerson", name=[{"text": "Bo Byrne"}]), "These are the details of Bo Byrne."),
    (resource("Practitioner", name=[{"prefix": ["Dr"], "family": "Hart"}]), "Dr Hart works in health care."),
    (resource("PractitionerRole", practitioner=HART, organization=NORTH), "Dr Sam Hart works at North Hospital."),
    (resource("PractitionerRole", practitioner=HART), "Dr Sam Hart works in health care."),
    (resource("Organization", name="North Hospital"), "North Hospital gives care."),
    (resource("Location", name="Ward 3"), "Ward 3 gives care."),
    (resource("Flag", code={"text": "Falls easily"}), "This is on your record (warning): falls easily."),
    (resource("Provenance", recorded="2024"), "This is on your record: note of origin."),
    (resource("Basic"), "This is on your record: note."),
    ({"resourceType": "Nonsense"}, "This is on your record: record."),
    ({}, "This is on your record: record."),
]  # fmt: skip


@pytest.mark.parametrize(("record", "sentence"), SENTENCES)
def test_the_patients_sentence(record, sentence):
    assert patient(record).sentence == sentence


LINES = [
    (condition(onsetDateTime="2019-04-04"), "Hypertension (active, since 4 Apr 2019)"),
    (condition("resolved", onsetDateTime="2019", abatementDateTime="2020"), "Hypertension (resolved, 2019 to 2020)"),
    (condition("", ""), "Hypertension"),
    (condition(onsetAge=quantity("12", "a")), "Hypertension (active, since at the age of 12 years)"),
    (allergy(criticality="high", reaction=[{"manifestation": [{"text": "Hives"}]}]),
     "Allergy to peanuts: Hives, high criticality"),
    (allergy(), "Allergy to peanuts"),
    (medicine("MedicationRequest", "active", dosageInstruction=[{"text": "1 in the morning"}]),
     f"{NAMES}: 1 in the morning (active)"),
    (resource("Immunization", status="completed", vaccineCode={"text": "BCG"},
              protocolApplied=[{"doseNumberPositiveInt": 2}]), "BCG, dose 2"),
    (resource("Immunization", status="not-done", vaccineCode={"text": "BCG"}), "BCG (not done)"),
    (resource("Encounter", status="finished", type=[{"text": "Review"}], participant=[{"individual": HART}]),
     "Review, Dr Sam Hart"),
    (resource("DiagnosticReport", status="final", code={"text": "FBC"}, conclusion="All well."), "FBC: All well."),
    (resource("DocumentReference", status="superseded", description="Letter", author=[HART]),
     "Letter, Dr Sam Hart, replaced by a newer one"),
    (resource("Goal", lifecycleStatus="on-hold", description={"text": "Walk"}), "Walk (paused)"),
    (resource("FamilyMemberHistory", relationship={"text": "Mother"}, condition=[{"code": ASTHMA}]), "Mother: Asthma"),
    (resource("Claim", use="claim", total={"value": 1, "currency": "EUR"}),
     "Bill to the insurer, 1.00 EUR, to be paid"),
    (condition("remission", "differential"), "Hypertension (in remission, differential diagnosis)"),
    (condition("strange", MISTAKE), "Hypertension (entered by mistake)"),
    (allergy(criticality="unable-to-assess"), "Allergy to peanuts: criticality not judged"),
    (medicine("MedicationRequest", "on-hold"), f"{NAMES} (paused)"),
    (medicine("MedicationStatement", "entered-in-error"), f"{NAMES} (entered by mistake)"),
    (resource("Encounter", status="in-progress", type=[{"text": "Review"}]), "Review, in progress"),
    (resource("Patient", name=[{"text": "Ada Byrne"}], gender="female", birthDate="1990-05-01"),
     "Ada Byrne, female, 1 May 1990"),
    (resource("PractitionerRole", practitioner=HART, specialty=[{"text": "Hearts"}], organization=NORTH),
     "Dr Sam Hart, Hearts, North Hospital"),
    (resource("Organization", name="North", type=[{"text": "Hospital"}]), "North, Hospital"),
    (resource("Flag", code={"text": "Falls easily"}), "Warning: Falls easily"),
    (resource("Basic"), "Note"),
]  # fmt: skip


@pytest.mark.parametrize(("record", "line"), LINES)
def test_the_doctors_line(record, line):
    assert doctor(record).sentence == line


def test_plain_words_first_then_the_medical_ones():
    assert patient(condition()).title == "High blood pressure (hypertension)"
    assert patient(condition(code=concept("icd", "I10", "High blood pressure"))).title == (
        "High blood pressure (essential hypertension)"
    )
    assert patient(condition(code=concept("icd", "F32.1", "Depression, moderate"))).title == "Depression, moderate"
    assert patient(condition(code=concept("icd", "L20.9", "Eczema (atopic dermatitis)"))).title == (
        "Eczema (atopic dermatitis)"
    )
    assert doctor(condition()).title == "Hypertension"
    by_words = concept("own", "?", "Myocardial infarction (disorder)")
    assert patient(condition(code=by_words)).title == "Heart attack (myocardial infarction)"
    elsewhere = concept("own", "I10", "Something else")
    assert patient(condition(code=elsewhere)).title == "Something else"


def test_facts_of_a_prescription():
    dosage = {
        "doseAndRate": [{"doseQuantity": quantity("2", "puffs")}],
        "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
        "route": {"text": "by mouth"},
        "asNeededBoolean": True,
    }
    record = medicine(
        "MedicationRequest",
        "on-hold",
        dosageInstruction=[dosage],
        authoredOn="2024-03-04",
        requester=HART,
        dispenseRequest={"numberOfRepeatsAllowed": 3, "expectedSupplyDuration": quantity("90", "d")},
        reasonCode=[{"text": "Sugar"}],
        note=[{"text": "With food."}],
    )
    told = patient(record)
    assert facts(told) == {
        "Medicines of this kind are mostly for": "diabetes",
        "How to take it": "2 puffs, 2 times a day",
        "When needed": "Yes",
        "Way": "By mouth",
        "Prescribed": "4 March 2024",
        "Prescribed by": "Dr Sam Hart",
        "Lasts for": "90 days",
        "Repeats": "3 repeats",
        "Why": "Sugar",
        "Note": "With food.",
        "Status": "Paused",
    }
    assert (told.status, told.value, told.author) == ("Paused", "2 puffs, 2 times a day", "Dr Sam Hart")
    every = {"timing": {"repeat": {"frequency": 1, "period": 4, "periodUnit": "h"}}}
    assert patient(medicine("MedicationStatement", "active", dosage=[every])).value == "1 time every 4 hours"


def test_a_prescription_that_was_sent_is_called_that_by_who_sent_it():
    assert patient(sent("completed")).title == "Prescription sent to Corner Pharmacy"
    assert doctor(sent("completed")).title == "Hand out a prescription"
    assert facts(patient(sent("rejected", statusReason={"text": "Not in stock"})))["Why"] == "Not in stock"


def test_a_medicine_is_named_by_what_it_refers_to():
    inside = resource(
        "MedicationRequest",
        medicationReference={"reference": "#m"},
        contained=[{"resourceType": "Medication", "id": "m", "code": {"text": "Iron"}}],
    )
    assert patient(inside).title == "Iron"
    elsewhere = resource("MedicationRequest", medicationReference={"reference": "Medication/1", "display": "Zinc"})
    assert patient(elsewhere).title == "Zinc"
    assert patient(resource("MedicationRequest")).title == "A medicine"


def test_where_it_comes_from():
    visit = resource("Encounter", status="finished", serviceProvider=NORTH, participant=[{"individual": HART}])
    assert (patient(visit).source, patient(visit).author) == ("North Hospital", "Dr Sam Hart")
    unnamed = resource("Encounter", serviceProvider={"reference": "Organization/s"})
    assert patient(unnamed).source == ""
    reader = Reader(names={"Organization/s": "South Hospital"})
    assert told(unnamed, reader).source == "South Hospital"


def test_what_is_for_the_fold():
    record = condition(id="c1", meta={"versionId": "3"}, identifier=[{"system": "s", "value": "v"}])
    assert patient(record).technical == (
        Fact("Type", "Condition"),
        Fact("Record number", "c1"),
        Fact("Version", "3"),
        Fact("Code (code)", "http://snomed.info/sct|38341003"),
        Fact("Identifier", "s|v"),
    )
    finding = resource("Observation", status="final", valueCodeableConcept=concept("snomed", "1"))
    assert Fact("Code (value)", "http://snomed.info/sct|1") in patient(finding).technical


def test_dates_to_sort_by():
    assert patient(condition(onsetDateTime="1970-01-01")).moment == 0
    assert patient(resource("Specimen", collection={"collectedDateTime": "2024-03-04"})).when == "4 March 2024"
    assert patient(resource("CarePlan", period={"end": "2024"})).when == "2024"
    assert (patient(condition()).moment, patient(condition()).when) == (None, "")


def test_personal_details():
    record = resource(
        "Patient",
        name=[{"use": "old", "text": "A. Smith"}, {"use": "official", "given": ["Ada"], "family": "Byrne"}],
        birthDate="1990-05-01",
        gender="female",
        deceasedBoolean=False,
        telecom=[{"system": "phone", "use": "mobile", "value": "123"}, {"value": "x"}],
        address=[{"line": ["1 Quay"], "city": "Cork"}, {"text": "Somewhere"}],
        communication=[{"language": coded("ga")}, {"language": coded("!!")}, {"language": coded("a")}],
        contact=[{"name": {"text": "Bo"}, "relationship": [{"text": "Brother"}], "telecom": [{"value": "9"}]}],
        generalPractitioner=[HART],
    )
    assert facts(patient(record)) == {
        "Name": "Ada Byrne",
        "Born": "1 May 1990",
        "Sex": "Female",
        "Phone (mobile)": "123",
        "Contact": "x",
        "Address": "Somewhere",
        "Language": "Irish",
        "Contact person": "Bo, brother, 9",
        "Family doctor": "Dr Sam Hart",
    }


def test_forms_keep_their_questions():
    inner = {"text": "Since when?", "answer": [{"valueDate": "2024-03"}]}
    items = [
        {"text": "Do you smoke?", "answer": [{"valueBoolean": False}]},
        {"text": "Pain?", "answer": [{"valueCoding": {"display": "Some"}, "item": [inner]}]},
        {"text": "How many?", "answer": [{"valueInteger": 3}]},
        {"text": "Whom?", "answer": [{"valueReference": HART}]},
        {"text": "Not answered"},
        {"text": "Letter", "answer": [{"valueAttachment": {"title": "A letter"}}]},
    ]
    told = patient(resource("QuestionnaireResponse", status="completed", item=items))
    assert facts(told) == {
        "Do you smoke?": "No",
        "Pain?": "Some",
        "Since when?": "March 2024",
        "How many?": "3",
        "Whom?": "Dr Sam Hart",
        "Letter": "A letter",
    }


def test_goals_and_targets():
    goal = resource(
        "Goal",
        lifecycleStatus="active",
        achievementStatus=coded("improving"),
        description={"text": "Lower sugar"},
        target=[{"measure": concept("loinc", "4548-4"), "detailQuantity": quantity("7", "%"), "dueDate": "2025-01"}],
    )
    assert facts(patient(goal)) == {"Target": "Long-term blood sugar: 7 % by January 2025", "How far": "Getting better"}


def test_scans_by_how_they_are_made():
    series = [{"modality": {"code": "DX", "display": "Digital Radiography"}}, {"modality": {"display": "Other"}}]
    told = patient(resource("ImagingStudy", status="available", series=series))
    assert (told.title, facts(told)["How"]) == ("X-ray, Other", "X-ray, Other")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("lisinopril 10 MG Oral Tablet", "Lisinopril 10 mg tablet"),
        ("amLODIPine 2.5 MG Oral Tablet", "Amlodipine 2.5 mg tablet"),
        ("Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet", "Amoxicillin 250 mg / clavulanate 125 mg tablet"),
        ("Acetaminophen 325 MG Oral Tablet [Tylenol]", "Acetaminophen 325 mg tablet (Tylenol)"),
        ("Nitroglycerin 0.4 MG/ACTUAT Mucosal Spray", "Nitroglycerin 0.4 mg a puff mouth spray"),
        ("Salbutamol 100 microgram inhaler", "Salbutamol 100 microgram inhaler"),
        ("Yaz 28 Day Pack", "Yaz 28 Day Pack"),
    ],
)
def test_medicines_as_a_packet_names_them(written, name):
    assert patient(resource("Medication", code={"text": written})).title == name


def test_what_nobody_knows():
    smoking = resource("Observation", code=concept("loinc", "72166-2"), valueString="Unknown if ever smoked (unknown)")
    assert patient(smoking).sentence == "Smoking: Not known if ever smoked (not known)."
    assert doctor(smoking).sentence == "Smoking Unknown if ever smoked (unknown)"


def test_files_of_a_document():
    content = [
        {"attachment": {"contentType": "application/pdf"}},
        {"attachment": {"title": "Scan"}},
        {"attachment": {}},
    ]
    told = patient(resource("DocumentReference", status="current", content=content))
    assert facts(told)["Files"] == "PDF, Scan, File"


def test_any_other_record():
    record = resource(
        "RiskAssessment",
        status="final",
        method={"text": "Counting"},
        code={"text": "Fall risk"},
        performer=HART,
        description="Some words",
        note=[{"text": "Watch out."}],
        period={"start": "2024"},
    )
    assert facts(patient(record)) == {
        "About": "Some words",
        "When": "from 2024",
        "By": "Dr Sam Hart",
        "Note": "Watch out.",
    }
