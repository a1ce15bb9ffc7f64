"""Eczema: flares in winter, creams in steps, a dermatologist with patch tests."""

from carefolio.demo import measures as m
from carefolio.demo.chart import Chart, Meeting
from carefolio.demo.codes import CONSULTATION, Act, Course, Problem
from carefolio.demo.people import DERMATOLOGY, doctor
from carefolio.demo.series import after, every

ECZEMA = Problem("L20.9", "Eczema (atopic dermatitis)")
HYDROCORTISONE = Course(
    "D07AA02",
    "Hydrocortisone 1 % cream",
    "Thin layer on red skin once a day, for up to 7 days",
    "1",
    "{application}",
    1,
    28,
    "on the skin",
)
MOMETASONE = Course(
    "D07AC13",
    "Mometasone 0.1 % ointment",
    "Thin layer on the arms and legs at night, not on the face",
    "1",
    "{application}",
    1,
    56,
    "on the skin",
)
PATCH_TEST = Act("patch-test", "Patch tests", "back")
_SCORE = ((-0.6, 0.0), (0.0, 14.0), (0.4, 8.0), (1.4, 17.0), (1.8, 5.0), (7.0, 3.0))


def tell(chart: Chart) -> None:
    """Write the story into the chart."""
    found = chart.at(chart.rng.uniform(0.1, 0.3))
    chart.body.bend(m.SKIN_SCORE, [(after(found, x), y) for x, y in _SCORE])
    visit = chart.visit(
        Meeting(found, chart.physician, "Consultation", 15, why="Itchy red skin in the bends of the arms")
    )
    visit.measure(m.SKIN_SCORE)
    visit.diagnose(ECZEMA, since=after(visit.on, -0.25))
    visit.prescribe(HYDROCORTISONE)
    referred = after(found, 1.4)
    if referred <= chart.last:
        _specialist(chart, Meeting(referred, doctor(DERMATOLOGY), "Specialist consultation", 30))
    for on in every(chart.rng, after(found, 0.4), chart.last, 300):
        review = chart.visit(Meeting(on, chart.physician, "Skin review", 15))
        review.measure(m.SKIN_SCORE)
        review.prescribe(MOMETASONE if on > referred else HYDROCORTISONE)


def _specialist(chart: Chart, meeting: Meeting) -> None:
    visit = chart.visit(meeting)
    visit.measure(m.SKIN_SCORE)
    visit.order(m.ALLERGY)
    visit.act(PATCH_TEST, "Reacts to fragrance mix; nickel negative.")
    visit.prescribe(MOMETASONE)
    visit.letter(
        CONSULTATION,
        f"{chart.patient.name} has moderate eczema of the arms and legs, worse in winter.",
        "Patch tests show an allergy to fragrance; please use unscented soap and emollients.",
        "Mometasone at night until clear, then two nights a week.",
    )
