"""Asthma: peak flow that falls and recovers, a reliever, then a preventer; one visit to emergency."""

from datetime import date

from carefolio.demo import measures as m
from carefolio.demo.body import ADULT
from carefolio.demo.chart import EMERGENCY, Chart, Meeting
from carefolio.demo.codes import DISCHARGE, Act, Course, Problem
from carefolio.demo.people import GENERAL_MEDICINE, PAEDIATRICS, doctor
from carefolio.demo.series import after, every

ASTHMA = Problem("J45.909", "Asthma")
ATTACK = Problem("J45.901", "Asthma attack", "encounter-diagnosis", "moderate")
RELIEVER = Course(
    "R03AC02",
    "Salbutamol 100 microgram inhaler",
    "2 puffs when breathing is tight, at most 4 times a day",
    "2",
    "{puff}",
    4,
    180,
    "inhaled",
    as_needed=True,
)
PREVENTER = Course(
    "R03BA01",
    "Beclometasone 100 microgram inhaler",
    "2 puffs morning and evening; rinse the mouth afterwards",
    "2",
    "{puff}",
    2,
    360,
    "inhaled",
)
STEROID = Course("H02AB06", "Prednisolone 20 mg tablets", "1 tablet (20 mg) every morning for 5 days", "20", "mg", 1, 5)
NEBULISER = Act("nebulised-salbutamol", "Nebulised salbutamol")
TECHNIQUE = Act("inhaler-technique", "Inhaler technique checked")
_MEASURABLE_AGE = 6.0
_PREVENTED = 1.0
_COLD_SEASON = (11, 18)


def tell(chart: Chart) -> None:
    """Write the story into the chart."""
    earliest = max(chart.start, after(chart.patient.birth_date, _MEASURABLE_AGE))
    found = after(earliest, chart.rng.uniform(0.1, 0.9))
    line = ((-2.0, -15.0), (0.0, -105.0), (1.0, -75.0), (2.0, -35.0), (12.0, -30.0))
    scale = 1.0 if chart.age(found) >= ADULT else 0.5
    chart.body.bend(m.PEAK_FLOW, [(after(found, x), y * scale) for x, y in line])
    _diagnosis(chart, Meeting(found, chart.physician, "Consultation", 25, why="Wheeze and cough at night"))
    attack = date(found.year + 1, *_COLD_SEASON)
    if attack <= chart.last:
        _attack(chart, attack)
    for on in every(chart.rng, after(found, 0.3), chart.last, 240):
        _review(chart, on, prevented=on >= after(found, _PREVENTED))


def _diagnosis(chart: Chart, meeting: Meeting) -> None:
    visit = chart.visit(meeting)
    visit.measure(m.PEAK_FLOW, m.SATURATION)
    visit.order(m.ALLERGY)
    visit.diagnose(ASTHMA, since=after(visit.on, -0.3))
    visit.prescribe(RELIEVER)
    visit.takes(RELIEVER, visit.on)
    visit.act(TECHNIQUE, "Shown with a spacer; done well.")
    visit.plan(
        "Asthma action plan",
        ("Reliever when tight", "Call for help if 10 puffs do not last 4 hours", "Flu vaccine in autumn"),
    )


def _review(chart: Chart, on: date, *, prevented: bool) -> None:
    visit = chart.visit(Meeting(on, chart.physician, "Asthma review", 15))
    visit.measure(m.PEAK_FLOW, m.SATURATION)
    visit.prescribe(PREVENTER if prevented else RELIEVER)
    visit.act(TECHNIQUE)


def _attack(chart: Chart, on: date) -> None:
    who = doctor(GENERAL_MEDICINE if chart.age(on) >= ADULT else PAEDIATRICS)
    visit = chart.visit(Meeting(on, who, "Emergency visit", 300, EMERGENCY, "Breathless since the morning"))
    visit.measure(m.PEAK_FLOW, m.SATURATION, m.PULSE, m.BREATHS)
    visit.diagnose(ATTACK, ended=after(visit.on, 0.02))
    visit.act(NEBULISER, "Three doses, good answer.", 30)
    visit.prescribe(STEROID)
    visit.letter(
        DISCHARGE,
        f"{chart.patient.name} had an asthma attack after a cold and settled with nebulised salbutamol.",
        "Home the same day with prednisolone for 5 days. Please review within 48 hours.",
    )
