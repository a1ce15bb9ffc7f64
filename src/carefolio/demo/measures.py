"""What is measured: LOINC codes, UCUM units, usual ranges and how much people and days differ."""

from carefolio.demo.codes import DEMO, EXAM, SURVEY, VITAL_SIGNS, Measure, Panel, Usual

# ── vital signs ──
WEIGHT = Measure("29463-7", "Body weight", "kg", 1, 0.0, 0.0, 0.4, category=VITAL_SIGNS, winter=0.5)
HEIGHT = Measure("8302-2", "Body height", "cm", 1, 0.0, 0.0, 0.1, category=VITAL_SIGNS)
BMI = Measure("39156-5", "Body mass index", "kg/m2", 1, 0.0, 0.0, 0.0, "18.5", "24.9", VITAL_SIGNS, "kg/m²")
HEAD = Measure("9843-4", "Head circumference", "cm", 1, 0.0, 0.4, 0.2, category=VITAL_SIGNS)
SYSTOLIC = Measure(
    "8480-6", "Systolic blood pressure", "mm[Hg]", 0, 0.0, 5.0, 4.0, "90", "139", VITAL_SIGNS, "mmHg", 3.0
)
DIASTOLIC = Measure(
    "8462-4", "Diastolic blood pressure", "mm[Hg]", 0, 0.0, 3.0, 3.0, "60", "89", VITAL_SIGNS, "mmHg", 1.5
)
PULSE = Measure("8867-4", "Heart rate", "/min", 0, 0.0, 5.0, 4.0, "60", "100", VITAL_SIGNS, "beats/min")
BREATHS = Measure("9279-1", "Respiratory rate", "/min", 0, 0.0, 0.6, 0.9, "12", "20", VITAL_SIGNS, "breaths/min")
TEMPERATURE = Measure("8310-5", "Body temperature", "Cel", 1, 36.7, 0.1, 0.15, "36.1", "37.5", VITAL_SIGNS, "°C")
SATURATION = Measure("2708-6", "Oxygen saturation", "%", 0, 97.6, 0.4, 0.6, "95", "100", VITAL_SIGNS)
BLOOD_PRESSURE = ("85354-9", "Blood pressure panel")

# ── blood sugar, lipids, kidney and liver ──
HBA1C = Measure("4548-4", "HbA1c", "%", 1, 5.2, 0.1, 0.12, "4.0", "5.9", winter=0.08)
GLUCOSE = Measure("14771-0", "Fasting glucose", "mmol/L", 1, 4.9, 0.2, 0.3, "3.9", "5.6", winter=0.1)
CHOLESTEROL = Measure("14647-2", "Total cholesterol", "mmol/L", 1, 4.7, 0.4, 0.2, "3.0", "5.0", winter=0.1)
HDL = Measure(
    *("14646-4", "HDL cholesterol", "mmol/L", 2, 1.45, 0.12, 0.05),
    women=Usual(1.6, "1.20", "2.50"),
    men=Usual(1.35, "1.00", "2.50"),
)
LDL = Measure("22748-8", "LDL cholesterol", "mmol/L", 1, 2.6, 0.3, 0.2, "1.0", "3.0", winter=0.1)
TRIGLYCERIDES = Measure("14927-8", "Triglycerides", "mmol/L", 2, 1.2, 0.2, 0.15, "0.40", "1.70")
SODIUM = Measure("2951-2", "Sodium", "mmol/L", 0, 140.0, 1.0, 1.2, "135", "145")
POTASSIUM = Measure("2823-3", "Potassium", "mmol/L", 1, 4.3, 0.15, 0.2, "3.5", "5.1")
UREA = Measure("22664-7", "Urea", "mmol/L", 1, 5.2, 0.5, 0.5, "2.5", "7.8")
CREATININE = Measure(
    *("14682-9", "Creatinine", "umol/L", 0, 76.0, 7.0, 3.0),
    shown="µmol/L",
    women=Usual(65.0, "45", "84"),
    men=Usual(82.0, "59", "104"),
)
ALT = Measure(
    *("1742-6", "Alanine aminotransferase (ALT)", "U/L", 0, 23.0, 3.5, 3.5),
    women=Usual(20.0, "7", "33"),
    men=Usual(25.0, "7", "41"),
)
ALP = Measure(
    *("6768-6", "Alkaline phosphatase (ALP)", "U/L", 0, 72.0, 9.0, 5.0),
    women=Usual(68.0, "35", "105"),
    men=Usual(78.0, "40", "130"),
)
BILIRUBIN = Measure("14631-6", "Total bilirubin", "umol/L", 0, 9.0, 2.0, 1.5, "3", "21", shown="µmol/L")
ALBUMIN_CREATININE = Measure("9318-7", "Albumin/creatinine ratio in urine", "mg/g", 1, 8.0, 2.0, 1.5, "0.0", "30.0")

# ── blood count and others ──
HAEMOGLOBIN = Measure(
    *("718-7", "Haemoglobin", "g/dL", 1, 14.1, 0.5, 0.25),
    women=Usual(13.4, "12.0", "15.0"),
    men=Usual(15.0, "13.0", "17.0"),
)
HAEMATOCRIT = Measure(
    *("4544-3", "Haematocrit", "%", 1, 42.2, 1.3, 0.7),
    women=Usual(40.3, "36.0", "46.0"),
    men=Usual(45.0, "40.0", "50.0"),
)
RED_CELLS = Measure(
    *("789-8", "Red cell count", "10*6/uL", 2, 4.75, 0.18, 0.08),
    shown="10⁶/µL",
    women=Usual(4.5, "3.90", "5.10"),
    men=Usual(5.1, "4.40", "5.80"),
)
WHITE_CELLS = Measure(
    "6690-2", "White cell count", "10*3/uL", 1, 6.6, 0.8, 0.6, "4.0", "11.0", "laboratory", "10³/µL", 0.3
)
PLATELETS = Measure("777-3", "Platelet count", "10*3/uL", 0, 255.0, 30.0, 14.0, "150", "400", shown="10³/µL")
CELL_VOLUME = Measure("787-2", "Mean cell volume", "fL", 1, 89.5, 1.5, 0.7, "80.0", "100.0")
FERRITIN = Measure(
    *("2276-4", "Ferritin", "ng/mL", 0, 85.0, 12.0, 4.0),
    women=Usual(65.0, "15", "150"),
    men=Usual(130.0, "30", "400"),
)
TSH = Measure("3016-3", "Thyroid-stimulating hormone (TSH)", "m[IU]/L", 2, 1.9, 0.4, 0.2, "0.40", "4.00", shown="mIU/L")
FREE_T4 = Measure("14920-3", "Free thyroxine (T4)", "pmol/L", 1, 15.6, 1.0, 0.6, "12.0", "22.0")
IGE = Measure("19113-0", "Total immunoglobulin E", "[IU]/mL", 0, 60.0, 12.0, 8.0, "0", "100", shown="IU/mL")

# ── lungs, pregnancy, scores ──
PEAK_FLOW = Measure("33452-4", "Peak expiratory flow", "L/min", 0, 0.0, 25.0, 12.0, category=EXAM)
GESTATION = Measure("18185-9", "Gestational age", "wk", 0, 0.0, 0.0, 0.0, category=EXAM, shown="weeks")
FUNDAL_HEIGHT = Measure("11881-0", "Fundal height", "cm", 0, 0.0, 0.0, 0.7, category=EXAM)
FETAL_PULSE = Measure("55283-6", "Fetal heart rate", "/min", 0, 142.0, 2.0, 4.0, "110", "160", EXAM, "beats/min")
BIRTH_WEIGHT = Measure("8339-4", "Birth weight", "g", 0, 3420.0, 120.0, 60.0, category=EXAM)
PHQ9 = Measure("44261-6", "PHQ-9 depression score", "{score}", 0, 2.0, 0.5, 0.9, "0", "4", SURVEY, "points")
PAIN = Measure("72514-3", "Pain severity (0 to 10)", "{score}", 0, 0.4, 0.1, 0.5, category=SURVEY, shown="points")
HEADACHE_DAYS = Measure(
    "headache-days",
    "Days with headache in a month",
    "d/mo",
    0,
    1.0,
    0.3,
    0.9,
    "0",
    "3",
    SURVEY,
    "days/month",
    0.8,
    DEMO,
)
SKIN_SCORE = Measure(
    "eczema-score",
    "Eczema severity score (0 to 72)",
    "{score}",
    1,
    0.3,
    0.1,
    0.7,
    "0.0",
    "1.0",
    EXAM,
    "points",
    1.5,
    DEMO,
)
KNEE_BEND = Measure("knee-flexion", "Knee flexion", "deg", 0, 138.0, 2.0, 2.0, "130", "150", EXAM, "degrees", 0.0, DEMO)
TEETH_FILLED = Measure(
    "dmft",
    "Decayed, missing and filled teeth",
    "{count}",
    0,
    3.0,
    1.0,
    0.0,
    category=EXAM,
    shown="teeth",
    system=DEMO,
)

BLOOD_COUNT = Panel(
    "58410-2",
    "Full blood count",
    (HAEMOGLOBIN, HAEMATOCRIT, RED_CELLS, CELL_VOLUME, WHITE_CELLS, PLATELETS),
)
CHEMISTRY = Panel(
    "24323-8",
    "Comprehensive metabolic panel",
    (GLUCOSE, SODIUM, POTASSIUM, UREA, CREATININE, ALT, ALP, BILIRUBIN),
)
LIPIDS = Panel("24331-1", "Lipid panel", (CHOLESTEROL, HDL, LDL, TRIGLYCERIDES))
SUGAR = Panel("sugar", "Diabetes control", (HBA1C, GLUCOSE), DEMO)
SUGAR_AND_KIDNEY = Panel(
    "sugar-and-kidney", "Diabetes control and kidneys", (HBA1C, GLUCOSE, CREATININE, ALBUMIN_CREATININE), DEMO
)
THYROID = Panel("thyroid", "Thyroid function", (TSH, FREE_T4), DEMO)
KIDNEY = Panel("kidney", "Kidney function", (SODIUM, POTASSIUM, UREA, CREATININE), DEMO)
IRON = Panel("iron", "Haemoglobin and iron", (HAEMOGLOBIN, FERRITIN), DEMO)
ALLERGY = Panel("allergy", "Allergy screen", (IGE,), DEMO)
