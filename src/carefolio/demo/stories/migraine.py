"""Migraine: a diary of headache days, treatment of the attack, then prevention that halves them."""

from carefolio.demo import measures as m
from carefolio.demo.chart import VIRTUAL, Chart, Meeting
from carefolio.demo.codes import CONSULTATION, Course, Problem
from carefolio.demo.people import GENERAL_MEDICINE, doctor
from carefolio.demo.series import after, every

MIGRAINE = Problem("G43.909", "Migraine")
TRIPTAN = Course(
    "N02CC01",
    "Sumatriptan 50 mg tablets",
    "1 tablet (50 mg) as the headache begins, at most 2 in a day",
    "50",
    "mg",
    2,
    180,
    as_needed=True,
)
PROPRANOLOL = Course("C07AA05", "Propranolol 40 mg tablets", "1 tablet (40 mg) twice a day", "40", "mg", 2, 360)
_DAYS = ((-3.0, 1.0), (0.0, 7.0), (1.5, 9.0), (2.2, 4.0), (8.0, 3.0))
_PREVENTED = 1.6


def tell(chart: Chart) -> None:
    """Write the story into the chart."""
    found = chart.at(chart.rng.uniform(0.15, 0.35))
    chart.body.bend(m.HEADACHE_DAYS, [(after(found, x), y) for x, y in _DAYS])
    visit = chart.visit(Meeting(found, chart.physician, "Consultation", 20, why="One-sided headaches with sickness"))
    visit.measure(m.SYSTOLIC, m.HEADACHE_DAYS, m.PAIN)
    visit.diagnose(MIGRAINE, since=after(found, -1.0))
    visit.prescribe(TRIPTAN)
    visit.takes(TRIPTAN, visit.on)
    prevented = after(found, _PREVENTED)
    if prevented <= chart.last:
        _specialist(chart, Meeting(prevented, doctor(GENERAL_MEDICINE), "Specialist consultation", 30))
    for on in every(chart.rng, after(found, 0.5), chart.last, 300):
        review = chart.visit(Meeting(on, chart.physician, "Headache review", 10, VIRTUAL))
        review.measure(m.HEADACHE_DAYS, m.PAIN)
        review.prescribe(PROPRANOLOL if on > prevented else TRIPTAN)


def _specialist(chart: Chart, meeting: Meeting) -> None:
    visit = chart.visit(meeting)
    visit.measure(m.SYSTOLIC, m.HEADACHE_DAYS)
    visit.image(
        "MRI scan of the head",
        (
            "Normal scan of the brain.",
            "MRI HEAD\nReason: frequent migraine.\nNo mass, no bleeding, normal ventricles.\nNormal scan.\n",
        ),
    )
    visit.prescribe(PROPRANOLOL)
    visit.takes(PROPRANOLOL, visit.on)
    visit.letter(
        CONSULTATION,
        f"{chart.patient.name} has migraine without aura; the scan of the head is normal.",
        "I started propranolol 40 mg twice a day to prevent attacks. Sumatriptan stays for the attacks.",
    )
