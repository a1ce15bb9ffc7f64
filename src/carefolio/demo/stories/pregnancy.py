"""A pregnancy: antenatal visits with growth, iron running low, and a birth in hospital with its letter."""

from datetime import date, timedelta
from decimal import Decimal

from carefolio.demo import measures as m
from carefolio.demo.chart import INPATIENT, Chart, Meeting, Visit
from carefolio.demo.codes import DISCHARGE, EXAM, LOINC, Act, Course, Problem
from carefolio.demo.people import OBSTETRICS, doctor
from carefolio.demo.records import concept

PREGNANT = Problem("Z34.90", "Pregnancy")
ANAEMIA = Problem("D50.9", "Low iron (iron-deficiency anaemia)", severity="mild")
FOLIC_ACID = Course(
    "B03BB01", "Folic acid 400 microgram tablets", "1 tablet (400 micrograms) every day", "400", "ug", 1, 84
)
IRON = Course(
    "B03AA02",
    "Ferrous fumarate 210 mg tablets",
    "1 tablet (210 mg) every other morning with water",
    "210",
    "mg",
    1,
    90,
)
BIRTH = Act("vaginal-birth", "Vaginal birth")
BLOOD_GROUP = concept(LOINC, "882-1", "Blood group (ABO and Rh)")
DUE_DATE = concept(LOINC, "11778-8", "Expected date of birth")
WEEKS = (12, 16, 20, 24, 28, 31, 34, 36, 38, 39)
_TERM = 40
_BOOKING, _SCAN, _BLOODS = 12, 20, 28
_FETAL_PULSE_FROM, _FUNDUS_FROM = 16, 20
_DAYS_IN_HOSPITAL = 2


def tell(chart: Chart) -> None:
    """Write the story into the chart."""
    first = chart.at(chart.rng.uniform(0.3, 0.6))
    born = first + timedelta(weeks=_TERM, days=chart.rng.randint(-8, 6))
    _change(chart, first, born)
    for week in WEEKS:
        on = first + timedelta(weeks=week)
        if on < born:
            visit = chart.visit(Meeting(on, doctor(OBSTETRICS), "Antenatal visit", 30))
            _antenatal(visit, week, first, born)
    _birth(chart, born)
    after_birth = chart.visit(Meeting(born + timedelta(weeks=6), chart.physician, "Postnatal check", 25))
    after_birth.measure(m.WEIGHT, m.SYSTOLIC)
    after_birth.order(m.IRON)


def _change(chart: Chart, first: date, born: date) -> None:
    later = born + timedelta(weeks=40)
    chart.body.bend(m.WEIGHT, [(first, 0.0), (born, 12.5), (born + timedelta(days=3), 7.0), (later, 1.0)])
    low = first + timedelta(weeks=_BLOODS)
    chart.body.bend(m.HAEMOGLOBIN, [(first, 0.0), (low, -2.6), (born, -1.8), (later, 0.0)])
    chart.body.bend(m.FERRITIN, [(first, -20.0), (low, -54.0), (born, -38.0), (later, -8.0)])
    chart.body.bend(m.PULSE, [(first, 0.0), (born, 12.0), (born + timedelta(weeks=6), 0.0)])
    chart.body.bend(m.FUNDAL_HEIGHT, [(first, 0.0), (first + timedelta(weeks=_TERM), 39.0), (born, 39.0)])


def _antenatal(visit: Visit, week: int, first: date, born: date) -> None:
    visit.observe(m.GESTATION, Decimal(week))
    visit.measure(m.WEIGHT, m.SYSTOLIC)
    if week >= _FETAL_PULSE_FROM:
        visit.measure(m.FETAL_PULSE)
    if week >= _FUNDUS_FROM:
        visit.measure(m.FUNDAL_HEIGHT)
    if week == _BOOKING:
        _booking(visit, first, born)
    elif week == _SCAN:
        _scan(visit)
    elif week == _BLOODS:
        visit.order(m.IRON)
        visit.diagnose(ANAEMIA, ended=born + timedelta(weeks=6))
        visit.prescribe(IRON)


def _booking(visit: Visit, first: date, born: date) -> None:
    visit.diagnose(PREGNANT, since=first, ended=born)
    due = (first + timedelta(weeks=_TERM)).isoformat()
    visit.note(EXAM, DUE_DATE, due)
    visit.note("laboratory", BLOOD_GROUP, visit.chart.rng.choice(("O Rh positive", "A Rh positive", "B Rh positive")))
    visit.order(m.BLOOD_COUNT)
    visit.prescribe(FOLIC_ACID)
    visit.takes(FOLIC_ACID, first, first + timedelta(weeks=_BOOKING))


def _scan(visit: Visit) -> None:
    visit.image(
        "Ultrasound scan at 20 weeks",
        (
            "One baby, growing well, no anomaly seen.",
            "OBSTETRIC ULTRASOUND\nOne live baby. Head, spine, heart and limbs normal.\nPlacenta not low.\n",
        ),
    )


def _birth(chart: Chart, born: date) -> None:
    stay = Meeting(born, doctor(OBSTETRICS), "Birth", _DAYS_IN_HOSPITAL * 24 * 60, INPATIENT, "Labour at term")
    visit = chart.visit(stay)
    visit.measure(m.SYSTOLIC, m.PULSE, m.TEMPERATURE)
    weight = chart.body.reading(m.BIRTH_WEIGHT, born)
    visit.act(BIRTH, f"Live baby of {weight} g, 5-minute Apgar 9. No tear.", 420)
    visit.order(m.BLOOD_COUNT)
    visit.letter(
        DISCHARGE,
        f"{chart.patient.name} gave birth to a healthy baby of {weight} g at term. Mother and baby are well.",
        "Home after two days. Please see her at six weeks and repeat haemoglobin and ferritin.",
    )
