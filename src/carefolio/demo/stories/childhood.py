"""Growing up: well-child visits with weight, height and head, and the vaccinations of the first years."""

from datetime import date, timedelta

from carefolio.demo import measures as m
from carefolio.demo.chart import Chart, Meeting, Visit
from carefolio.demo.codes import EXAM, Course, Problem, Vaccine
from carefolio.demo.records import ours
from carefolio.demo.series import after

SIX_IN_ONE = Vaccine("146", "6-in-1 (DTaP, polio, Hib, hepatitis B)", site="left thigh")
PNEUMOCOCCAL = Vaccine("133", "Pneumococcal conjugate (PCV13)", site="right thigh")
MENINGITIS_B = Vaccine("163", "Meningitis B (MenB)", site="left thigh")
ROTAVIRUS = Vaccine("119", "Rotavirus (monovalent)", "1.5", "by mouth")
MMR = Vaccine("03", "MMR (measles, mumps, rubella)")
VARICELLA = Vaccine("21", "Chickenpox (varicella)")
BOOSTER = Vaccine("130", "4-in-1 booster (DTaP, polio)")
FLU = Vaccine("140", "Seasonal flu")
TDAP = Vaccine("115", "Tetanus, diphtheria, whooping cough booster (Tdap)")
HPV = Vaccine("165", "HPV (9-valent)")

SCHEDULE: tuple[tuple[float, tuple[tuple[Vaccine, int], ...]], ...] = (
    (2.0, ((SIX_IN_ONE, 1), (PNEUMOCOCCAL, 1), (MENINGITIS_B, 1), (ROTAVIRUS, 1))),
    (4.0, ((SIX_IN_ONE, 2), (MENINGITIS_B, 2), (ROTAVIRUS, 2))),
    (6.0, ((SIX_IN_ONE, 3), (PNEUMOCOCCAL, 2))),
    (12.0, ((MMR, 1), (MENINGITIS_B, 3), (VARICELLA, 1))),
    (13.5, ((SIX_IN_ONE, 4), (PNEUMOCOCCAL, 3))),
    (57.0, ((BOOSTER, 1), (MMR, 2))),
    (149.0, ((TDAP, 1), (HPV, 1))),
    (155.0, ((HPV, 2),)),
)
"""The age in months, and what is given then with its dose number."""

MILESTONES = (
    (1.5, "Smiles back, follows a face"),
    (8.0, "Sits alone, babbles, reaches for toys"),
    (12.0, "Pulls to stand, first words"),
    (24.0, "Runs, joins two words, feeds with a spoon"),
    (48.0, "Draws a person, hops, tells what happened"),
)
EAR = Problem("H66.90", "Middle ear infection", "encounter-diagnosis", "moderate")
AMOXICILLIN = Course(
    "J01CA04", "Amoxicillin 250 mg/5 mL liquid", "5 mL (250 mg) 3 times a day for 5 days", "250", "mg", 3, 5
)
DEVELOPMENT = ours("development", "Child development")
_VISIT_MONTHS = (0.3, 1.5, 3.0, 8.0, 10.0, 18.0, 24.0, 30.0, 36.0, 48.0, 66.0)
_SCHOOL_AGE, _FLU_AGE = 6, 2
_HEAD_MONTHS = 36.0
_EAR_AGES = (1.4, 2.3, 3.7)


def tell(chart: Chart) -> None:
    """Write the story into the chart."""
    born = chart.patient.birth_date
    for months in _VISIT_MONTHS:
        _well(chart, after(born, months / 12), months)
    for months, vaccines in SCHEDULE:
        _vaccinations(chart, after(born, months / 12), vaccines)
    for years in _EAR_AGES:
        _ear(chart, after(born, years + chart.rng.uniform(-0.2, 0.2)))
    _school_years(chart, born)


def _well(chart: Chart, on: date, months: float) -> None:
    visit = chart.visit(Meeting(on, chart.physician, "Well-child visit", 25))
    _grow(visit)
    if months <= _HEAD_MONTHS:
        visit.measure(m.HEAD)
    for due, words in MILESTONES:
        if due == months:
            visit.note(EXAM, DEVELOPMENT, words)


def _vaccinations(chart: Chart, on: date, vaccines: tuple[tuple[Vaccine, int], ...]) -> None:
    if on > chart.last:
        return
    visit = chart.visit(Meeting(on, chart.physician, "Vaccination", 15))
    visit.measure(m.TEMPERATURE)
    for vaccine, dose in vaccines:
        visit.vaccinate(vaccine, dose)


def _ear(chart: Chart, on: date) -> None:
    visit = chart.visit(Meeting(on, chart.physician, "Consultation", 15, why="Fever and earache"))
    visit.measure(m.WEIGHT, m.PULSE)
    visit.diagnose(EAR, ended=visit.on + timedelta(days=8))
    visit.prescribe(AMOXICILLIN)


def _school_years(chart: Chart, born: date) -> None:
    for year in range(born.year + _FLU_AGE, chart.last.year + 1):
        autumn = date(year, 10, 3) + timedelta(days=chart.rng.randrange(40))
        if autumn > chart.last or autumn < after(born, _FLU_AGE):
            continue
        visit = chart.visit(Meeting(autumn, chart.physician, "Yearly check", 25))
        _grow(visit)
        visit.vaccinate(FLU, 1)
        if chart.age(autumn) >= _SCHOOL_AGE:
            visit.measure(m.SYSTOLIC)


def _grow(visit: Visit) -> None:
    visit.measure(m.WEIGHT, m.HEIGHT, m.TEMPERATURE, m.PULSE, m.BREATHS)
