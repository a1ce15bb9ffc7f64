"""Underactive thyroid: TSH high when found, coming down as levothyroxine is stepped up, then steady."""

from carefolio.demo import measures as m
from carefolio.demo.chart import VIRTUAL, Chart, Meeting
from carefolio.demo.codes import CONSULTATION, Course, Problem
from carefolio.demo.people import ENDOCRINOLOGY, doctor
from carefolio.demo.series import after, age, every

HYPOTHYROIDISM = Problem("E06.3", "Underactive thyroid (autoimmune thyroiditis)")
STEPS = tuple(
    Course(
        "H03AA01",
        f"Levothyroxine {dose} microgram tablets",
        f"1 tablet ({dose} micrograms) every morning, 30 minutes before breakfast",
        dose,
        "ug",
        1,
        360,
    )
    for dose in ("50", "75", "100")
)
STEP_YEARS = (0.0, 0.2, 0.55)
_TSH = ((-3.0, 1.5), (0.0, 12.5), (0.2, 6.0), (0.5, 3.3), (0.8, 0.4), (4.0, 1.6), (4.5, 0.2), (14.0, 0.6))


def tell(chart: Chart) -> None:
    """Write the story into the chart."""
    found = chart.at(chart.rng.uniform(0.05, 0.2))
    chart.body.bend(m.TSH, [(after(found, x), y) for x, y in _TSH])
    chart.body.bend(m.FREE_T4, [(after(found, x), -y * 0.45) for x, y in _TSH])
    chart.body.bend(m.WEIGHT, [(after(found, x), y) for x, y in ((-2.0, 0.0), (0.0, 5.5), (1.5, 2.0))])
    visit = chart.visit(Meeting(found, chart.physician, "Consultation", 25, why="Tired, cold, dry skin"))
    visit.measure(m.WEIGHT, m.PULSE)
    visit.order(m.THYROID)
    visit.diagnose(HYPOTHYROIDISM, since=after(found, -0.5))
    visit.prescribe(STEPS[0])
    _specialist(
        chart,
        Meeting(after(found, STEP_YEARS[1]), doctor(ENDOCRINOLOGY), "Specialist consultation", 30),
    )
    for on in every(chart.rng, after(found, 0.4), after(found, 1.3), 80):
        _review(chart, Meeting(on, chart.physician, "Thyroid review", 15), age(found, on))
    for on in every(chart.rng, after(found, 1.6), chart.last, 190):
        _review(chart, Meeting(on, chart.physician, "Thyroid review", 10, VIRTUAL), age(found, on))


def _specialist(chart: Chart, meeting: Meeting) -> None:
    visit = chart.visit(meeting)
    values = visit.order(m.THYROID)
    visit.prescribe(STEPS[1])
    visit.letter(
        CONSULTATION,
        f"{chart.patient.name} has autoimmune thyroiditis; the TSH is now {values[m.TSH]} mIU/L.",
        "I raised levothyroxine to 75 micrograms. Please repeat the TSH every three months.",
    )


def _review(chart: Chart, meeting: Meeting, years: float) -> None:
    visit = chart.visit(meeting)
    visit.order(m.THYROID)
    visit.prescribe(STEPS[sum(years >= each for each in STEP_YEARS) - 1])
