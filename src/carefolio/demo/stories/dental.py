"""Teeth: checks twice a year, cleaning, now and then a filling, one root canal."""

from carefolio.demo import measures as m
from carefolio.demo.chart import Chart, Meeting, Visit
from carefolio.demo.codes import PROCEDURE_NOTE, Act, Course, Problem
from carefolio.demo.people import DENTISTRY, doctor
from carefolio.demo.series import after, every

CARIES = Problem("K02.9", "Tooth decay", "encounter-diagnosis")
GUMS = Problem("K05.10", "Inflamed gums (gingivitis)", "encounter-diagnosis", "mild")
CLEANING = Act("dental-cleaning", "Scaling and polishing")
TEETH = (
    "upper right first molar (16)",
    "lower left second premolar (35)",
    "upper left first molar (26)",
    "lower right second molar (47)",
)
AMOXICILLIN = Course(
    "J01CA04", "Amoxicillin 500 mg capsules", "1 capsule (500 mg) 3 times a day for 5 days", "500", "mg", 3, 5
)
_FILL_EVERY = 4
_ROOT_CANAL = 6
_GUMS = 2


def tell(chart: Chart) -> None:
    """Write the story into the chart."""
    visits = every(chart.rng, chart.at(chart.rng.uniform(0.02, 0.08)), chart.last, 270)
    chart.body.bend(m.TEETH_FILLED, [(chart.start, 0.0), (chart.last, 4.0)])
    for number, on in enumerate(visits):
        visit = chart.visit(Meeting(on, doctor(DENTISTRY), "Dental check", 30))
        visit.measure(m.TEETH_FILLED)
        visit.act(CLEANING)
        if number == _ROOT_CANAL:
            _root_canal(visit)
        elif number % _FILL_EVERY == 1:
            _filling(visit, TEETH[number // _FILL_EVERY % len(TEETH)])
        elif number == _GUMS:
            visit.diagnose(GUMS, ended=after(visit.on, 0.1))


def _filling(visit: Visit, tooth: str) -> None:
    visit.diagnose(CARIES, since=after(visit.on, -0.2), ended=visit.on)
    visit.act(Act("composite-filling", "White filling", tooth), "Local anaesthetic; bite checked.", 25)


def _root_canal(visit: Visit) -> None:
    tooth = TEETH[0]
    visit.diagnose(CARIES, since=after(visit.on, -0.3), ended=visit.on)
    visit.act(Act("root-canal", "Root canal treatment", tooth), "Three canals filled.", 30)
    visit.prescribe(AMOXICILLIN)
    visit.letter(
        PROCEDURE_NOTE,
        f"{visit.chart.patient.name}: root canal treatment of the {tooth}.",
        "Three canals were cleaned and filled.",
        "Amoxicillin for 5 days. A crown is advised within 6 months.",
    )
