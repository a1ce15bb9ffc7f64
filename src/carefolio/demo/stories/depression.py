"""Depression: an episode, talking therapy, sertraline, recovery. All of it labelled R (restricted)."""

from dataclasses import replace

from carefolio.demo import measures as m
from carefolio.demo.chart import RESTRICTED, VIRTUAL, Chart, Meeting
from carefolio.demo.codes import CONSULTATION, Act, Course, Problem
from carefolio.demo.people import PSYCHIATRY, doctor
from carefolio.demo.series import after, every

DEPRESSION = Problem("F32.1", "Depression, moderate episode", severity="moderate")
SERTRALINE = Course("N06AB06", "Sertraline 50 mg tablets", "1 tablet (50 mg) every morning", "50", "mg", 1, 90)
TALKING = Act("cognitive-behavioural-therapy", "Talking therapy (cognitive behavioural)")
_SCORE = ((-0.4, 0.0), (0.0, 14.0), (0.2, 11.0), (0.6, 5.0), (1.3, 1.0), (6.0, 0.5))
_SESSIONS_YEARS, _RECOVERED = 0.7, 1.4


def tell(chart: Chart) -> None:
    """Write the story into the chart."""
    begun = chart.at(chart.rng.uniform(0.4, 0.75))
    chart.body.bend(m.PHQ9, [(after(begun, x), y) for x, y in _SCORE])
    plain = Meeting(
        begun,
        doctor(PSYCHIATRY),
        "Mental health consultation",
        45,
        why="Low mood, poor sleep",
        label=RESTRICTED,
    )
    visit = chart.visit(plain)
    visit.measure(m.PHQ9)
    visit.diagnose(DEPRESSION, since=after(visit.on, -0.2), ended=after(visit.on, _RECOVERED))
    visit.prescribe(SERTRALINE)
    visit.takes(SERTRALINE, visit.on, after(visit.on, _RECOVERED))
    visit.plan(
        "Getting well again",
        ("Sertraline for at least 6 months after feeling well", "Talking therapy every 2 weeks"),
    )
    visit.letter(
        CONSULTATION,
        f"{chart.patient.name} has a moderate depression without thoughts of self-harm.",
        "Sertraline 50 mg in the morning and talking therapy every two weeks were agreed.",
    )
    for on in every(chart.rng, after(begun, 0.05), min(chart.last, after(begun, _SESSIONS_YEARS)), 21):
        session = chart.visit(replace(plain, on=on, what="Talking therapy", minutes=50, kind=VIRTUAL, why=""))
        session.measure(m.PHQ9)
        session.act(TALKING, minutes=50)
    for on in every(chart.rng, after(begun, 0.24), min(chart.last, after(begun, _RECOVERED)), 88):
        review = chart.visit(replace(plain, on=on, what="Medication review", minutes=20, why=""))
        review.measure(m.PHQ9)
        review.prescribe(SERTRALINE)
