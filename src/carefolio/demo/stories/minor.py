"""The small illnesses of every life: colds, stomach upsets, a sore back; and allergies."""

from datetime import timedelta

from carefolio.demo import measures as m
from carefolio.demo.body import ADULT
from carefolio.demo.chart import Chart, Meeting
from carefolio.demo.codes import Allergy, Course, Problem
from carefolio.demo.series import every

_SHORT = "encounter-diagnosis"
PARACETAMOL = Course(
    "N02BE01",
    "Paracetamol 500 mg tablets",
    "2 tablets (1 g) up to 4 times a day",
    "1000",
    "mg",
    4,
    5,
    as_needed=True,
)
SYRUP = Course(
    "N02BE01",
    "Paracetamol 120 mg/5 mL liquid",
    "10 mL (240 mg) up to 4 times a day",
    "240",
    "mg",
    4,
    3,
    as_needed=True,
)
ILLNESSES = (
    (Problem("J06.9", "Cold (upper respiratory infection)", _SHORT, "mild"), "Cough and runny nose", 9),
    (Problem("J03.90", "Tonsillitis", _SHORT, "moderate"), "Sore throat and fever", 8),
    (Problem("A09", "Stomach bug (gastroenteritis)", _SHORT, "mild"), "Sickness and diarrhoea", 4),
    (Problem("J30.1", "Hay fever", _SHORT, "mild"), "Sneezing and itchy eyes", 40),
    (Problem("R51.9", "Headache", _SHORT, "mild"), "Headache for three days", 6),
)
BACK = (Problem("M54.50", "Low back pain", _SHORT, "moderate"), "Back pain after lifting", 21)
ALLERGIES = (
    Allergy("penicillin", "Penicillin", "medication", "Itchy rash over the trunk", "moderate", "high"),
    Allergy("peanut", "Peanut", "food", "Swollen lips and hives", "severe", "high"),
    Allergy("grass-pollen", "Grass pollen", "environment", "Sneezing and itchy eyes", "mild", "low"),
    Allergy("latex", "Latex", "environment", "Red itchy hands", "mild", "low"),
    Allergy("shellfish", "Shellfish", "food", "Hives", "moderate", "high"),
)
CHILDREN_TOO = ILLNESSES[:3]
_EVERY_DAYS = 430
_FIRST_DAYS = 200


def tell(chart: Chart) -> None:
    """Write the story into the chart."""
    allergies = chart.rng.sample(ALLERGIES, chart.rng.choice((0, 1, 1, 2)))
    for on in every(chart.rng, chart.start + timedelta(days=_FIRST_DAYS), chart.last, _EVERY_DAYS):
        adult = chart.age(on) >= ADULT
        problem, why, days = chart.rng.choice((*ILLNESSES, BACK) if adult else CHILDREN_TOO)
        visit = chart.visit(Meeting(on, chart.physician, "Consultation", 15, why=why))
        visit.measure(m.TEMPERATURE, m.PULSE)
        visit.diagnose(problem, since=visit.on - timedelta(days=2), ended=visit.on + timedelta(days=days))
        visit.prescribe(PARACETAMOL if adult else SYRUP)
        if allergies:
            visit.allergic(allergies.pop(), max(chart.patient.birth_date, on - timedelta(days=_EVERY_DAYS)))
