"""High blood pressure: amlodipine, then ramipril with it, and readings that settle."""

from carefolio.demo import measures as m
from carefolio.demo.chart import Chart, Meeting
from carefolio.demo.codes import CONSULTATION, Act, Course, Problem
from carefolio.demo.people import CARDIOLOGY, doctor
from carefolio.demo.series import after, age, every

HYPERTENSION = Problem("I10", "High blood pressure")
AMLODIPINE = (
    Course("C08CA01", "Amlodipine 5 mg tablets", "1 tablet (5 mg) every morning", "5", "mg", 1, 360),
    Course("C08CA01", "Amlodipine 10 mg tablets", "1 tablet (10 mg) every morning", "10", "mg", 1, 360),
)
RAMIPRIL = Course("C09AA05", "Ramipril 5 mg capsules", "1 capsule (5 mg) at night", "5", "mg", 1, 360)
ECG = Act("electrocardiogram", "12-lead electrocardiogram", "chest")
DAY_MONITOR = Act("ambulatory-blood-pressure", "24-hour blood pressure monitoring", "upper arm")
_RAISE = (
    (-4.0, 8.0),
    (0.0, 36.0),
    (0.4, 22.0),
    (1.2, 24.0),
    (1.6, 11.0),
    (5.0, 18.0),
    (5.4, 6.0),
    (14.0, 12.0),
)
_MORE, _WITH_RAMIPRIL = 1.3, 5.1


def tell(chart: Chart) -> None:
    """Write the story into the chart."""
    found = chart.at(chart.rng.uniform(0.06, 0.16))
    chart.body.bend(m.SYSTOLIC, [(after(found, x), y) for x, y in _RAISE])
    chart.body.bend(m.DIASTOLIC, [(after(found, x), y * 0.55) for x, y in _RAISE])
    _diagnosis(chart, Meeting(found, chart.physician, "Consultation", 25, why="Raised reading at the pharmacy"))
    for number, on in enumerate(every(chart.rng, after(found, 0.25), chart.last, 210)):
        years = age(found, on)
        _review(chart, Meeting(on, chart.physician, "Blood pressure review", 15), years, yearly=number % 2 == 1)
    referred = after(found, _WITH_RAMIPRIL)
    if referred <= chart.last:
        _cardiologist(chart, Meeting(referred, doctor(CARDIOLOGY), "Specialist consultation", 40))


def _diagnosis(chart: Chart, meeting: Meeting) -> None:
    visit = chart.visit(meeting)
    visit.measure(m.SYSTOLIC, m.PULSE)
    visit.act(DAY_MONITOR, "Daytime average above 135/85.")
    visit.act(ECG, "Sinus rhythm, no signs of strain.")
    visit.order(m.KIDNEY)
    visit.diagnose(HYPERTENSION)
    visit.prescribe(AMLODIPINE[0])
    visit.takes(AMLODIPINE[0], visit.on, after(visit.on, _MORE))


def _review(chart: Chart, meeting: Meeting, years: float, *, yearly: bool) -> None:
    visit = chart.visit(meeting)
    visit.measure(m.SYSTOLIC)
    if yearly:
        visit.order(m.KIDNEY)
        visit.prescribe(AMLODIPINE[1] if years >= _MORE else AMLODIPINE[0])
    if yearly and years > _WITH_RAMIPRIL:
        visit.prescribe(RAMIPRIL)


def _cardiologist(chart: Chart, meeting: Meeting) -> None:
    visit = chart.visit(meeting)
    visit.measure(m.SYSTOLIC, m.PULSE)
    visit.act(ECG, "Sinus rhythm, 68 a minute. No change.")
    visit.prescribe(RAMIPRIL)
    visit.takes(RAMIPRIL, visit.on)
    visit.letter(
        CONSULTATION,
        f"I saw {chart.patient.name}, whose blood pressure stays raised on amlodipine 10 mg.",
        "The heart sounds normal and the electrocardiogram has not changed. I added ramipril 5 mg at night.",
        "Please check potassium and kidney function in two weeks, and the pressure in six.",
    )
