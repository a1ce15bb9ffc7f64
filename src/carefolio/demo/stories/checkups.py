"""The ordinary years of an adult: a check with bloods, what they smoke, the autumn vaccines."""

from datetime import date, timedelta

from carefolio.demo import measures as m
from carefolio.demo.chart import Chart, Meeting, Visit
from carefolio.demo.codes import LOINC, Vaccine
from carefolio.demo.records import concept
from carefolio.demo.series import every

FLU = Vaccine("140", "Seasonal flu")
COVID = Vaccine("213", "COVID-19")
TETANUS = Vaccine("113", "Tetanus and diphtheria booster (Td)")
SHINGLES = Vaccine("187", "Shingles (recombinant)")
SMOKING = concept(LOINC, "72166-2", "Tobacco smoking status")
ANSWERS = (("LA18978-9", "Never smoker"), ("LA15920-4", "Former smoker"), ("LA18978-9", "Never smoker"))
_COVID_FROM = 2021
_FLU_AGE, _SHINGLES_AGE = 50, 65
_CHECK_DAYS = 365
_CYCLE = 3
"""Bloods are drawn in two years of three: chemistry in the first, a count in the second."""


def tell(chart: Chart) -> None:
    """Write the story into the chart."""
    smokes = chart.rng.choice(ANSWERS)
    first = chart.start + timedelta(days=chart.rng.randrange(3, 60))
    for number, on in enumerate(every(chart.rng, first, chart.last, _CHECK_DAYS)):
        visit = chart.visit(Meeting(on, chart.physician, "Yearly check", 30))
        visit.measure(m.WEIGHT, m.HEIGHT, m.SYSTOLIC, m.PULSE)
        _bloods(visit, number % _CYCLE)
        if number % _CYCLE == 1:
            visit.note("social-history", SMOKING, concept(LOINC, *smokes))
        if number == 1:
            visit.vaccinate(TETANUS, 1)
    for year in range(chart.start.year, chart.last.year + 1):
        _autumn(chart, date(year, 10, 1) + timedelta(days=chart.rng.randrange(45)))


def _bloods(visit: Visit, number: int) -> None:
    if number == 0:
        visit.order(m.CHEMISTRY, m.LIPIDS)
    elif number == 1:
        visit.order(m.BLOOD_COUNT)


def _autumn(chart: Chart, on: date) -> None:
    if not chart.start <= on <= chart.last or chart.age(on) < _FLU_AGE:
        return
    visit = chart.visit(Meeting(on, chart.physician, "Vaccination", 10))
    visit.vaccinate(FLU, 1)
    if on.year >= _COVID_FROM:
        visit.vaccinate(COVID, on.year - _COVID_FROM + 1)
    if int(chart.age(on)) == _SHINGLES_AGE:
        visit.vaccinate(SHINGLES, 1)
