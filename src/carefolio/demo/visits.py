"""What the demo's doctors keep of hours, and the visits that some of its people have had or will have."""

from collections.abc import Sequence
from dataclasses import dataclass

from carefolio.demo.people import DOCTORS, GENERAL_PRACTICE, PATHOLOGY, Doctor, Patient
from carefolio.demo.places import HOSPITALS
from carefolio.demo.series import dice

_ZONES = {"IE": "Europe/Dublin", "GB": "Europe/London"}
_NINE, _ONE, _TWO, _FIVE, _SIX = (hour * 60 for hour in (9, 13, 14, 17, 18))
_SHORT, _LONG = 15, 30
_MOST = 12
"""So many of the demo's first people have visits."""
_MISSES = 3
"""Each third of them missed a visit."""
_SEES_ANOTHER = 0.6
_REASONS = (
    "My knee hurts when I climb stairs.",
    "I would like to talk about my last blood test.",
    "The rash on my arm came back.",
    "A check of my blood pressure, please.",
    "I sleep badly and feel tired all day.",
    "I need a new plan for my medicine.",
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Hours of one day of the week (0 is Monday), in minutes of the day, and what is offered in them."""

    weekday: int
    begin: int
    end: int
    minutes: int
    modes: tuple[str, ...]
    booking: str


@dataclass(frozen=True, slots=True)
class Hours:
    """What one doctor keeps, on the clock of their hospital."""

    doctor: Doctor
    zone: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit: so many days from today (before it where below 0), the ``place``-th time of that day or of the next with
    any; ``came`` says what became of a past one.
    """

    patient: int
    doctor: int
    days: int
    place: int
    mode: str
    reason: str
    came: bool = True


def hours() -> tuple[Hours, ...]:
    """Of everybody who sees patients: family doctors are booked at once, the others want to be asked."""
    return tuple(_hours(each) for each in DOCTORS if each.speciality != PATHOLOGY)


def visits(seed: int, patients: Sequence[Patient]) -> list[Visit]:
    """A few of the demo's first people with family doctors and others: last month, next week, later."""
    found = []
    for patient in patients[:_MOST]:
        rng = dice(f"carefolio-demo/{seed}/{patient.index}/visits")
        family, other = rng.randrange(2), rng.randrange(2, len(DOCTORS) - 1)
        reason, second = rng.sample(_REASONS, 2)
        found.append(Visit(patient.index, family, -rng.randint(5, 40), rng.randrange(8), "place", reason))
        if patient.index % _MISSES == 0:
            missed = patient.index // _MISSES % 2
            found.append(Visit(patient.index, missed, -rng.randint(50, 90), 2, "video", second, came=False))
        found.append(Visit(patient.index, family, rng.randint(1, 6), patient.index % 12, "video", reason))
        if rng.random() < _SEES_ANOTHER:
            found.append(Visit(patient.index, other, rng.randint(7, 20), patient.index % 6, "place", second))
    return found


def _hours(doctor: Doctor) -> Hours:
    zone = _ZONES[HOSPITALS[doctor.hospital].country]
    if doctor.speciality == GENERAL_PRACTICE:
        mornings = [Stretch(day, _NINE, _ONE, _SHORT, ("video", "place", "phone"), "open") for day in range(5)]
        return Hours(
            doctor, zone, (*mornings, *(Stretch(day, _TWO, _FIVE, _SHORT, ("place",), "open") for day in (0, 3)))
        )
    days = sorted(dice(f"{doctor.licence}/hours").sample(range(5), 3))
    return Hours(doctor, zone, tuple(Stretch(day, _TWO, _SIX, _LONG, ("place", "video"), "request") for day in days))
