"""Type 2 diabetes: metformin in steps, HbA1c falling and drifting up again over the years."""

from carefolio.demo import measures as m
from carefolio.demo.chart import Chart, Meeting, Visit
from carefolio.demo.codes import CONSULTATION, Act, Course, Problem
from carefolio.demo.people import ENDOCRINOLOGY, doctor
from carefolio.demo.series import after, age, every

DIABETES = Problem("E11.9", "Type 2 diabetes")
STEPS = (
    Course("A10BA02", "Metformin 500 mg tablets", "1 tablet (500 mg) twice a day with food", "500", "mg", 2, 360),
    Course(
        "A10BA02",
        "Metformin 1000 mg tablets",
        "1 tablet (1000 mg) twice a day with food",
        "1000",
        "mg",
        2,
        360,
    ),
    Course("A10BK03", "Empagliflozin 10 mg tablets", "1 tablet (10 mg) every morning", "10", "mg", 1, 360),
)
STEP_YEARS = (0.0, 1.5, 4.6)
EYES = Act("diabetic-eye-screening", "Diabetic eye screening", "both eyes")
FEET = Act("diabetic-foot-check", "Diabetic foot check", "both feet")
PLAN = (
    "HbA1c every 6 months, aim below 7.0 %",
    "Eyes, feet and kidneys checked every year",
    "Walk 30 minutes on most days; keep the weight coming down slowly",
)
_MMOL_PER_PERCENT = 1.5


def tell(chart: Chart) -> None:
    """Write the story into the chart."""
    found = chart.at(chart.rng.uniform(0.05, 0.12))
    severity = chart.rng.uniform(0.9, 1.2)
    line = ((-0.4, 0.5), (0.0, 3.2), (0.7, 1.9), (1.5, 2.3), (2.2, 1.5), (4.5, 2.5), (5.4, 1.5), (13.0, 2.1))
    chart.body.bend(m.HBA1C, [(after(found, x), y * severity) for x, y in line])
    chart.body.bend(m.GLUCOSE, [(after(found, x), y * severity * _MMOL_PER_PERCENT) for x, y in line])
    chart.body.bend(m.WEIGHT, [(after(found, x), y) for x, y in ((-5.0, 4.0), (0.0, 11.0), (2.0, 7.0), (9.0, 6.0))])
    chart.body.bend(m.ALBUMIN_CREATININE, [(found, 2.0), (after(found, 12), 34.0)])
    _diagnosis(chart.visit(Meeting(found, chart.physician, "Consultation", 30, why="Thirst and tiredness")))
    for number, on in enumerate(every(chart.rng, after(found, 0.4), chart.last, 178)):
        step = sum(age(found, on) >= years for years in STEP_YEARS) - 1
        _review(chart.visit(Meeting(on, chart.physician, "Diabetes review", 20)), step, yearly=number % 2 == 1)
    referred = after(found, STEP_YEARS[2])
    if referred <= chart.last:
        _specialist(chart.visit(Meeting(referred, doctor(ENDOCRINOLOGY), "Specialist consultation", 30)))


def _diagnosis(visit: Visit) -> None:
    visit.measure(m.WEIGHT)
    visit.order(m.SUGAR_AND_KIDNEY)
    visit.diagnose(DIABETES)
    visit.prescribe(STEPS[0])
    visit.takes(STEPS[0], visit.on, after(visit.on, STEP_YEARS[1]))
    visit.plan("Living with type 2 diabetes", PLAN)


def _review(visit: Visit, step: int, *, yearly: bool) -> None:
    visit.measure(m.WEIGHT)
    visit.order(m.SUGAR_AND_KIDNEY if yearly else m.SUGAR)
    if not yearly:
        return
    visit.act(FEET, "Pulses felt, feeling normal, skin whole.")
    visit.act(EYES, "No retinopathy." if step < len(STEPS) - 1 else "Background retinopathy, no treatment needed.")
    for course in STEPS[min(step, 1) : step + 1]:
        visit.prescribe(course)


def _specialist(visit: Visit) -> None:
    values = visit.order(m.SUGAR)
    visit.prescribe(STEPS[2])
    visit.letter(
        CONSULTATION,
        f"I saw {visit.chart.patient.name}, whose HbA1c is {values[m.HBA1C]} % on metformin.",
        "I added empagliflozin 10 mg every morning and explained the signs of infection and of dehydration.",
        "Please repeat the HbA1c in three months. Metformin continues unchanged.",
    )
