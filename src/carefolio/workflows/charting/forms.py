"""The forms: general medicine, clinical results, heart, skin and teeth; a problem in one's own words; a diagnosis.

Usual ranges are those of adults in common use; a laboratory's own range, where it gave one, goes before them. They are
written only for who is known to be an adult, and where men's differ from women's, only for whose sex is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from carefolio.consent.principal import Role
from carefolio.workflows.charting import answers
from carefolio.workflows.charting.codes import Code, loinc, ours
from carefolio.workflows.charting.fields import Answer, Field, Form, Kind, Panel, Usual

PANELS: Final[Mapping[str, Panel]] = MappingProxyType(
    {
        "pressure": Panel(
            "pressure", "Blood pressure", loinc("85354-9", "Blood pressure panel"), "vital-signs", all=True
        ),
        "skin": Panel("skin", "Skin", ours("skin-finding", "Skin finding"), "exam", main="looks"),
    }
)
WEIGHT: Final = Field(
    "weight", "Weight", Kind.AMOUNT, loinc("29463-7", "Body weight"), "weight", "0.2", "650", category="vital-signs"
)
HEIGHT: Final = Field(
    "height", "Height", Kind.AMOUNT, loinc("8302-2", "Body height"), "height", "20", "260", category="vital-signs"
)
MASS_INDEX: Final = Field(
    "bmi",
    "Body mass index (BMI)",
    Kind.AMOUNT,
    loinc("39156-5", "Body mass index"),
    "mass-index",
    low="18.5",
    high="24.9",
    category="vital-signs",
)
"""Nobody types it: it is worked out of weight and height."""
_UPPER: Final = Field(
    "systolic",
    "Upper blood pressure",
    Kind.AMOUNT,
    loinc("8480-6", "Systolic blood pressure"),
    *("pressure", "40", "300", "90", "139"),
    hint="The larger number",
    panel="pressure",
)
_LOWER: Final = Field(
    "diastolic",
    "Lower blood pressure",
    Kind.AMOUNT,
    loinc("8462-4", "Diastolic blood pressure"),
    *("pressure", "20", "200", "60", "89"),
    hint="The smaller number",
    panel="pressure",
)
_PULSE: Final = Field(
    "pulse",
    "Heart rate",
    Kind.AMOUNT,
    loinc("8867-4", "Heart rate"),
    *("rate", "20", "300", "60", "100"),
    category="vital-signs",
)
GENERAL: Final = Form(
    "general",
    "General health",
    "Weight, height, blood pressure, blood group, diabetes, allergies",
    "heart",
    "vital-signs",
    (
        WEIGHT,
        HEIGHT,
        _UPPER,
        _LOWER,
        _PULSE,
        Field(
            "temperature",
            "Body temperature",
            Kind.AMOUNT,
            loinc("8310-5", "Body temperature"),
            *("temperature", "25", "45", "36.1", "37.5"),
            category="vital-signs",
        ),
        Field(
            "blood-group",
            "Blood group",
            Kind.CHOICE,
            loinc("882-1", "ABO and Rh blood group"),
            answers=answers.BLOOD_GROUPS,
            category="laboratory",
        ),
        Field("diabetes", "Diabetes", Kind.ILLNESS, answers=answers.DIABETES),
        Field(
            "allergies",
            "Allergies",
            Kind.ALLERGIES,
            hint="One in each line. You can say what it does, like: penicillin: red skin",
        ),
    ),
)


def _lab(name: str, label: str, code: Code, quantity: str, *limits: str | None) -> Field:
    least, most, low, high = limits
    return Field(name, label, Kind.AMOUNT, code, quantity, least or "0", most or "", low, high)


_OPEN: Final[Usual] = (None, None)


def _of_sex(lab: Field, men: Usual, women: Usual) -> Field:
    return replace(lab, men=men, women=women)


RESULTS: Final = Form(
    "results",
    "Test results",
    "Blood sugar, fats, kidneys, blood count and more",
    "flask",
    "laboratory",
    (
        _lab("glucose", "Fasting blood sugar", loinc("14771-0", "Fasting glucose"), "glucose", "0", "60", "3.9", "5.6"),
        _lab("hba1c", "Long-term blood sugar (HbA1c)", loinc("4548-4", "HbA1c"), "hba1c", "2", "25", "4.0", "5.9"),
        _lab(
            "cholesterol",
            "Total cholesterol",
            loinc("14647-2", "Total cholesterol"),
            "cholesterol",
            "0",
            "40",
            None,
            "5.0",
        ),
        _of_sex(
            _lab(
                *("hdl", "Good cholesterol (HDL)", loinc("14646-4", "HDL cholesterol"), "cholesterol"),
                *("0", "10", *_OPEN),
            ),
            men=("1.0", None),
            women=("1.2", None),
        ),
        _lab(
            "ldl", "Bad cholesterol (LDL)", loinc("22748-8", "LDL cholesterol"), "cholesterol", "0", "30", None, "3.0"
        ),
        _lab(
            "triglycerides",
            "Triglycerides",
            loinc("14927-8", "Triglycerides"),
            "triglycerides",
            "0",
            "100",
            None,
            "1.7",
        ),
        _lab("sodium", "Sodium", loinc("2951-2", "Sodium"), "salt", "80", "200", "135", "145"),
        _lab("potassium", "Potassium", loinc("2823-3", "Potassium"), "salt", "1", "12", "3.5", "5.1"),
        _of_sex(
            _lab("creatinine", "Creatinine", loinc("14682-9", "Creatinine"), "creatinine", "5", "3000", *_OPEN),
            men=("59", "104"),
            women=("45", "84"),
        ),
        _lab(
            "egfr",
            "Kidney filter rate (eGFR)",
            loinc("69405-9", "Estimated glomerular filtration rate"),
            "filter",
            "0",
            "200",
            "60",
            None,
        ),
        _of_sex(
            _lab(
                "alt", "Liver test (ALT)", loinc("1742-6", "Alanine aminotransferase"), "enzyme", "0", "20000", *_OPEN
            ),
            men=(None, "41"),
            women=(None, "33"),
        ),
        _of_sex(
            _lab("haemoglobin", "Haemoglobin", loinc("718-7", "Haemoglobin"), "haemoglobin", "2", "26", *_OPEN),
            men=("13.0", "17.0"),
            women=("12.0", "15.0"),
        ),
        _lab(
            "white-cells",
            "White blood cell count",
            loinc("6690-2", "White cell count"),
            "cells",
            "0",
            "500",
            "4.0",
            "11.0",
        ),
        _lab("platelets", "Platelet count", loinc("777-3", "Platelet count"), "cells", "0", "3000", "150", "400"),
        _lab("crp", "Inflammation test (CRP)", loinc("1988-5", "C reactive protein"), "protein", "0", "700", None, "5"),
        _lab(
            "tsh",
            "Thyroid signal (TSH)",
            loinc("3016-3", "Thyroid-stimulating hormone"),
            "signal",
            "0",
            "500",
            "0.40",
            "4.00",
        ),
    ),
    day="Which day was the sample taken?",
)
HEART: Final = Form(
    "heart",
    "Heart",
    "Blood pressure, heart rate and rhythm, breath, swelling",
    "pulse",
    "exam",
    (
        _UPPER,
        _LOWER,
        _PULSE,
        Field(
            "rhythm",
            "How the heart beats",
            Kind.CHOICE,
            loinc("8884-9", "Heart rate rhythm"),
            answers=(
                Answer("regular", "Evenly", (ours("regular", "Regular heart rhythm"),)),
                Answer("irregular", "Unevenly", (ours("irregular", "Irregular heart rhythm"),)),
            ),
        ),
        Field(
            "breath",
            "Short of breath",
            Kind.CHOICE,
            loinc("88020-3", "Functional capacity NYHA"),
            answers=answers.LIMITS,
        ),
        Field(
            "swelling",
            "Swollen ankles",
            Kind.CHOICE,
            ours("ankle-swelling", "Ankle oedema"),
            answers=(Answer("no", "No", (answers.NO,)), Answer("yes", "Yes", (answers.YES,))),
        ),
        Field(
            "chest-pain",
            "Chest pain",
            Kind.CHOICE,
            ours("chest-pain", "Chest pain"),
            answers=(
                Answer("no", "No", (answers.NO,)),
                Answer("effort", "When working hard", (ours("on-exertion", "On exertion"),)),
                Answer("rest", "At rest", (ours("at-rest", "At rest"),)),
            ),
        ),
        Field(
            "ejection",
            "Pumping strength of the heart",
            Kind.AMOUNT,
            loinc("10230-1", "Left ventricular ejection fraction"),
            *("share", "1", "100", "50", None),
            hint="From an ultrasound scan of the heart",
        ),
        Field(
            "strain",
            "Heart strain test (NT-proBNP)",
            Kind.AMOUNT,
            loinc("33762-6", "NT-proBNP"),
            *("strain", "0", "100000", None, "125"),
            category="laboratory",
        ),
    ),
)
SKIN: Final = Form(
    "skin",
    "Skin",
    "What it looks like and where, with a picture",
    "eye",
    "exam",
    (
        Field("site", "Where is it?", Kind.SITE, answers=answers.SITES, required=True),
        Field(
            *("looks", "What does it look like?", Kind.CHOICE),
            answers=answers.LOOKS,
            panel="skin",
            required=True,
        ),
        Field(
            *("size", "How wide is it?", Kind.AMOUNT, ours("size", "Largest diameter"), "length", "0.1", "2000"),
            panel="skin",
        ),
        Field(
            *("itch", "How much does it itch?", Kind.AMOUNT, ours("itch", "Itch (0 to 10)"), "score", "0", "10"),
            hint="0 is not at all, 10 is the worst you can think of",
            panel="skin",
        ),
        Field(
            *("changing", "Is it changing?", Kind.CHOICE, ours("changing", "Lesion is changing")),
            answers=(Answer("no", "No", (answers.NO,)), Answer("yes", "Yes", (answers.YES,))),
            panel="skin",
        ),
        Field("picture", "A picture of it", Kind.PICTURE),
    ),
)
TOOTH: Final = ours("tooth-finding", "Tooth finding")
TEETH: Final = Form(
    "teeth",
    "Teeth",
    "Findings for each tooth, on a picture of all 32",
    "tooth",
    "exam",
    (
        Field("teeth", "Which teeth?", Kind.TEETH, TOOTH, required=True),
        Field("finding", "What is there?", Kind.FINDING, answers=answers.FINDINGS, required=True),
    ),
)
PROBLEM: Final = Form(
    "problem",
    "An illness or problem",
    "Something that you have or had, in your own words",
    "condition",
    "problem-list-item",
    (Field("problem", "What is it?", Kind.PROBLEM, required=True),),
    frozenset({Role.PATIENT}),
    day="Since when?",
    since=True,
)
DIAGNOSIS: Final = Form(
    "diagnosis",
    "Diagnosis",
    "A diagnosis with a note",
    "condition",
    "encounter-diagnosis",
    (
        Field("problem", "Diagnosis", Kind.PROBLEM, required=True),
        Field("sure", "How sure are you?", Kind.CERTAINTY, answers=answers.SURE, required=True),
    ),
    frozenset({Role.DOCTOR}),
    day="Since when?",
    since=True,
    summary=True,
)
FORMS: Final[Mapping[str, Form]] = MappingProxyType(
    {one.key: one for one in (GENERAL, RESULTS, HEART, SKIN, TEETH, PROBLEM, DIAGNOSIS)}
)
"""All of them, in the order in which they are offered."""
