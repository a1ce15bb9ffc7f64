"""A knee injury: emergency, X-ray and MRI, keyhole surgery, physiotherapy until it bends again."""

from datetime import date, timedelta

from carefolio.demo import measures as m
from carefolio.demo.chart import EMERGENCY, INPATIENT, Chart, Meeting
from carefolio.demo.codes import CONSULTATION, DISCHARGE, Act, Course, Problem
from carefolio.demo.people import ORTHOPAEDICS, doctor
from carefolio.demo.series import after

TEAR = Problem("S83.206A", "Torn meniscus, right knee", "encounter-diagnosis", "moderate")
NAPROXEN = Course("M01AE02", "Naproxen 250 mg tablets", "1 tablet (250 mg) twice a day with food", "250", "mg", 2, 14)
PARACETAMOL = Course(
    "N02BE01",
    "Paracetamol 500 mg tablets",
    "2 tablets (1 g) up to 4 times a day",
    "1000",
    "mg",
    4,
    14,
    as_needed=True,
)
SPLINT = Act("knee-splint", "Knee splint fitted", "right knee")
ARTHROSCOPY = Act("knee-arthroscopy", "Keyhole surgery of the knee with trimming of the meniscus", "right knee")
EXERCISES = Act("knee-physiotherapy", "Physiotherapy exercises", "right knee")
_DAYS_TO_CLINIC, _DAYS_TO_SURGERY = 12, 60
_SESSIONS = (75, 89, 103, 124, 152)
_HEALED = 0.65


def tell(chart: Chart) -> None:
    """Write the story into the chart."""
    hurt = chart.at(chart.rng.uniform(0.35, 0.8))
    line = ((-0.01, 0.0), (0.0, -70.0), (0.15, -45.0), (0.18, -60.0), (0.45, -12.0), (_HEALED, -2.0))
    chart.body.bend(m.KNEE_BEND, [(after(hurt, x), y) for x, y in line])
    chart.body.bend(m.PAIN, [(after(hurt, x), -y / 10) for x, y in line])
    _emergency(chart, hurt)
    _clinic(chart, hurt + timedelta(days=_DAYS_TO_CLINIC))
    _surgery(chart, hurt + timedelta(days=_DAYS_TO_SURGERY))
    for days in _SESSIONS:
        visit = chart.visit(Meeting(hurt + timedelta(days=days), doctor(ORTHOPAEDICS), "Physiotherapy", 40))
        visit.measure(m.PAIN, m.KNEE_BEND)
        visit.act(EXERCISES)


def _emergency(chart: Chart, on: date) -> None:
    visit = chart.visit(
        Meeting(on, doctor(ORTHOPAEDICS), "Emergency visit", 180, EMERGENCY, "Twisted the knee at football")
    )
    visit.measure(m.SYSTOLIC, m.PULSE, m.PAIN, m.KNEE_BEND)
    visit.diagnose(TEAR, ended=after(on, _HEALED))
    visit.image(
        "X-ray of the right knee",
        (
            "No fracture. Fluid in the joint.",
            "X-RAY RIGHT KNEE\nTwo views. No fracture or dislocation. Joint effusion.\n",
        ),
    )
    visit.act(SPLINT, minutes=60)
    visit.prescribe(NAPROXEN)
    visit.prescribe(PARACETAMOL)


def _clinic(chart: Chart, on: date) -> None:
    visit = chart.visit(Meeting(on, doctor(ORTHOPAEDICS), "Specialist consultation", 30))
    visit.measure(m.PAIN, m.KNEE_BEND)
    visit.image(
        "MRI scan of the right knee",
        (
            "Tear of the inner meniscus. Ligaments whole.",
            "MRI RIGHT KNEE\nOblique tear of the posterior horn of the medial meniscus.\n"
            "Cruciate and collateral ligaments intact. Moderate effusion.\n",
        ),
    )
    visit.letter(
        CONSULTATION,
        f"{chart.patient.name} tore the inner meniscus of the right knee, which still locks.",
        "We agreed on keyhole surgery within two months, and exercises until then.",
    )
    chart.appoint(Meeting(on + timedelta(days=30), doctor(ORTHOPAEDICS), "Assessment before surgery", 30), on)


def _surgery(chart: Chart, on: date) -> None:
    stay = Meeting(on, doctor(ORTHOPAEDICS), "Day surgery", 600, INPATIENT, "Keyhole surgery of the right knee")
    visit = chart.visit(stay)
    visit.measure(m.SYSTOLIC, m.PULSE, m.TEMPERATURE, m.SATURATION)
    visit.order(m.BLOOD_COUNT)
    visit.act(ARTHROSCOPY, "Inner meniscus trimmed; cartilage good.", 180)
    visit.prescribe(PARACETAMOL)
    visit.letter(
        DISCHARGE,
        f"{chart.patient.name} had keyhole surgery of the right knee today without complication.",
        "Walking with crutches for one week. Physiotherapy from the second week. Stitches out after 10 days.",
        "Come back at once with fever, a hot knee, or a swollen calf.",
    )
