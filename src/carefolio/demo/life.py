"""Composition: who lives through which stories, and the demo as a whole."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from carefolio.demo import people
from carefolio.demo.body import ADULT
from carefolio.demo.chart import Chart, Meeting, Setting
from carefolio.demo.directory import directory
from carefolio.demo.people import DOCTORS, PHARMACIST, Doctor, Patient
from carefolio.demo.places import CLINIC, HOSPITALS, SECOND_HOSPITAL, Hospital
from carefolio.demo.records import Resource
from carefolio.demo.series import after, age, dice
from carefolio.demo.stories import (
    asthma,
    checkups,
    childhood,
    dental,
    depression,
    diabetes,
    eczema,
    hypertension,
    knee,
    migraine,
    minor,
    pregnancy,
    thyroid,
)

Story = Callable[[Chart], None]
PATIENTS, SEED = 20, 7


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of life: sex, range of ages today in whole years, range of years on record, and its stories."""

    gender: str
    ages: tuple[int, int]
    years: tuple[float, float]
    stories: tuple[Story, ...]


PROFILES = (
    Profile("female", (52, 66), (8, 8.8), (diabetes.tell, hypertension.tell)),
    Profile("male", (56, 72), (8.4, 9.4), (hypertension.tell, knee.tell, dental.tell)),
    Profile("female", (8, 14), (8, 14), (childhood.tell, eczema.tell)),
    Profile("female", (31, 38), (9, 12), (pregnancy.tell, migraine.tell)),
    Profile("male", (30, 45), (9, 10), (asthma.tell, depression.tell, dental.tell)),
    Profile("female", (40, 62), (9, 11), (thyroid.tell, dental.tell)),
    Profile("male", (45, 64), (8, 10), (diabetes.tell, dental.tell)),
    Profile("male", (10, 14), (10, 14), (childhood.tell, asthma.tell)),
    Profile("female", (34, 48), (10, 12), (depression.tell, eczema.tell, migraine.tell)),
    Profile("male", (33, 44), (10, 12.5), (knee.tell, migraine.tell, eczema.tell)),
)
_BOOKED_AHEAD, _WEEKS, _WORKDAYS = 3, 4, 5
_BOOKED_BEFORE = timedelta(days=_BOOKED_AHEAD + _WEEKS * 7)


@dataclass(frozen=True, slots=True)
class Demo:
    """An invented health service: hospitals, their staff, patients, and what was recorded about them."""

    seed: int
    today: date
    hospitals: tuple[Hospital, ...]
    doctors: tuple[Doctor, ...]
    pharmacist: Doctor
    patients: tuple[Patient, ...]

    @property
    def bundles(self) -> Iterator[tuple[int, int, Resource]]:
        """Yield (hospital index, patient index, FHIR transaction Bundle), starting anew at each access.

        All bundles of one patient come together; the first creates the Patient, the others name them by the
        conditional reference `Patient?identifier=system|national id`. A bundle has fewer than 1,000 entries.
        """
        for patient in self.patients:
            for hospital, bundle in _live(patient, _Telling(self.seed, self.today)).bundles():
                yield hospital, patient.index, bundle

    def directory(self, hospital: int) -> Resource:
        """Return the hospital's directory (Organization, Location, its people) as a transaction Bundle."""
        staff = [each for each in (*self.doctors, self.pharmacist) if each.hospital == hospital]
        return directory(self.hospitals[hospital], staff)


def generate(patients: int = PATIENTS, seed: int = SEED, *, today: date) -> Demo:
    """Return the demo of that many patients, whose lives end the day before `today`.

    The same arguments give the same demo to the byte; more patients leave the earlier ones as they are. On
    another day of the same year the same lives are told up to that day: records keep their fullUrl, later
    ones come on top. Another year has other people.
    """
    chosen = tuple(_person(index, _Telling(seed, today)) for index in range(patients))
    return Demo(seed, today, HOSPITALS, DOCTORS, PHARMACIST, chosen)


@dataclass(frozen=True, slots=True)
class _Telling:
    """The seed and the day of a demo, and what follows from them."""

    seed: int
    today: date

    @property
    def key(self) -> str:
        return f"carefolio-demo/{self.seed}/{self.today.year}"

    @property
    def last(self) -> date:
        """The day to which lives are laid out; what lies after today is not told."""
        return date(self.today.year, 12, 31)

    def booking(self, spread: int) -> date:
        """Return a weekday in the next four weeks or so, the same for as long as it is ahead."""
        soonest = self.today + timedelta(days=_BOOKED_AHEAD)
        grid = spread // _WORKDAYS % _WEEKS * 7 + spread % _WORKDAYS + 1  # ordinal 1 is a Monday
        return soonest + timedelta(days=(grid - soonest.toordinal()) % (_WEEKS * 7))


def _person(index: int, telling: _Telling) -> Patient:
    profile = PROFILES[index % len(PROFILES)]
    return people.patient(telling.key, index, profile.gender, profile.ages, telling.last)


def _live(patient: Patient, telling: _Telling) -> Chart:
    profile = PROFILES[patient.index % len(PROFILES)]
    chart = _open(patient, telling, profile)
    for tell in profile.stories:
        tell(chart)
    if chart.age(chart.last) >= ADULT:
        checkups.tell(chart)
    minor.tell(chart)
    booked = telling.booking(patient.index)
    chart.appoint(Meeting(booked, chart.physician, "Follow-up visit", 20), booked - _BOOKED_BEFORE)
    return chart


def _open(patient: Patient, telling: _Telling, profile: Profile) -> Chart:
    key = f"{telling.key}/{patient.index}"
    chance = dice(f"{key}/setting")
    years, choice = chance.uniform(*profile.years), chance.random()
    child = age(patient.birth_date, telling.last) < ADULT
    start = patient.birth_date if child else after(telling.last, -years)
    physician = people.doctor(people.PAEDIATRICS) if child else _physician(patient, choice)
    return Chart(Setting(patient, key, start, telling.last, telling.today - timedelta(days=1), physician))


def _physician(patient: Patient, choice: float) -> Doctor:
    """Choose the family doctor: at the clinic, or across the border the second hospital's physician."""
    if patient.country == HOSPITALS[SECOND_HOSPITAL].country:
        return people.doctor(people.GENERAL_MEDICINE)
    choices = [each for each in DOCTORS if each.hospital == CLINIC and each.speciality == people.GENERAL_PRACTICE]
    return choices[int(choice * len(choices))]
