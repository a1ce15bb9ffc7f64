"""The chart that stories write: encounters, what happens in them, and the bundles that hospitals send."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

from carefolio.demo import records
from carefolio.demo.body import ADULT, Body
from carefolio.demo.codes import (
    HL7,
    NATIONAL_ID,
    VITAL_SIGNS,
    Act,
    Allergy,
    Course,
    Measure,
    Panel,
    Problem,
    Vaccine,
)
from carefolio.demo.measures import BMI, DIASTOLIC, HEIGHT, SYSTOLIC, WEIGHT
from carefolio.demo.people import PATHOLOGY, Doctor, Patient, doctor
from carefolio.demo.places import HOSPITALS, LABORATORY
from carefolio.demo.records import Reference, Resource
from carefolio.demo.reports import conclusion, correspondence, sheet
from carefolio.demo.series import age, dice

RESTRICTED = "R"
AMBULATORY, INPATIENT, EMERGENCY, VIRTUAL = "AMB", "IMP", "EMER", "VR"

_SATURDAY = 5
_CM_PER_M = 100
_LABEL_NAMES = {"R": "restricted"}
_PATIENT_FIELD = {"AllergyIntolerance": "patient", "Immunization": "patient"}
_NO_SUBJECT = frozenset({"Patient", "Appointment"})


@dataclass(frozen=True, slots=True)
class Meeting:
    """A visit as it is planned: the day, who is seen, what for, how long, which class and which label."""

    on: date
    doctor: Doctor
    what: str
    minutes: int = 20
    kind: str = AMBULATORY
    why: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """Who the chart is about and when.

    The life runs from `start` to `last`; what ends after `known` (the day before today) is still to come
    and is left out. So the same life is told on another day, up to another point.
    """

    patient: Patient
    key: str
    start: date
    last: date
    known: date
    physician: Doctor


def stamp(moment: datetime) -> str:
    """Return the FHIR dateTime."""
    return moment.isoformat().replace("+00:00", "Z")


class Chart:
    """One patient's life as hospitals write it down."""

    def __init__(self, setting: Setting) -> None:
        """Open an empty chart."""
        self.patient = setting.patient
        self.physician = setting.physician
        self.start = setting.start
        self.last = setting.last
        self.known = setting.known
        self.rng = dice(f"{setting.key}/life")
        self.body = Body(setting.patient.birth_date, setting.patient.gender, setting.key, self.rng)
        self.home = setting.physician.hospital
        self._key = setting.key
        self._entries: defaultdict[int, list[tuple[datetime, Resource]]] = defaultdict(list)
        self._numbers: Counter[int] = Counter()
        born = datetime.combine(self.start, time(0), UTC)
        self._me = self.add(self.home, born, records.person(self.patient, self.home, self.physician.reference))

    def at(self, fraction: float) -> date:
        """Return the day at that fraction (0 to 1) of the life told."""
        return self.start + timedelta(days=int((self.last - self.start).days * fraction))

    def age(self, on: date) -> float:
        """Return the patient's age in years on a day."""
        return age(self.patient.birth_date, on)

    def past(self, on: date) -> date | None:
        """Return the day if it has passed, else None: for ends that may still be to come."""
        return on if on <= self.known else None

    def subject(self, hospital: int) -> Reference:
        """Return how that hospital refers to the patient: the one that created them inside its bundle."""
        if hospital == self.home:
            return self._me
        return {"reference": self.patient.conditional, "display": self.patient.name}

    def add(self, hospital: int, moment: datetime, resource: Resource, label: str = "") -> Reference:
        """Put a resource into that hospital's bundle, unless it is still to come; return the reference to it.

        What is still to come takes its number too, so that a record has the same fullUrl on every day.
        """
        kind = resource["resourceType"]
        if kind not in _NO_SUBJECT:
            resource[_PATIENT_FIELD.get(kind, "subject")] = self.subject(hospital)
        if label:
            security = records.coding(HL7 + "v3-Confidentiality", label, _LABEL_NAMES[label])
            resource["meta"] = {"security": [security]}
        number = self._numbers[hospital]
        self._numbers[hospital] += 1
        url = f"urn:uuid:{uuid5(NAMESPACE_URL, f'{self._key}/{hospital}/{number}')}"
        if moment.date() <= self.known:
            entry = {"fullUrl": url, "resource": resource, "request": self._request(kind)}
            self._entries[hospital].append((moment, entry))
        return {"reference": url}

    def _request(self, kind: str) -> Resource:
        request = {"method": "POST", "url": kind}
        if kind == "Patient":
            request["ifNoneExist"] = f"identifier={NATIONAL_ID}|{self.patient.national_id}"
        return request

    def bundles(self) -> Iterator[tuple[int, Resource]]:
        """Yield (hospital index, transaction Bundle), the one that creates the Patient first."""
        for hospital in sorted(self._entries, key=lambda index: (index != self.home, index)):
            entries = [entry for _, entry in sorted(self._entries[hospital], key=lambda pair: pair[0])]
            yield hospital, {"resourceType": "Bundle", "type": "transaction", "entry": entries}

    def visit(self, meeting: Meeting) -> "Visit":
        """Write the Encounter and return it, so that the rest can be written inside it."""
        on = meeting.on
        if meeting.kind == AMBULATORY and on.weekday() >= _SATURDAY:
            on = max(self.start, on - timedelta(days=on.weekday() - _SATURDAY + 1))
        at = time(self.rng.randint(8, 15), self.rng.choice((0, 10, 20, 30, 40, 50)))
        begin = datetime.combine(on, at, UTC)
        return Visit(self, meeting, begin)

    def laboratory(self, panel: Panel, visit: "Visit") -> dict[Measure, Decimal]:
        """Let the laboratory measure and report what was drawn at the visit; return the values."""
        drawn, on = visit.begin + timedelta(minutes=10), visit.begin.date()
        issued = min(drawn + timedelta(hours=5), datetime.combine(on, time(23, 45), UTC))
        measures = [measure.of(self.patient.gender) for measure in panel.measures]
        values = {measure: self.body.reading(measure, on) for measure in measures}
        author = [HOSPITALS[LABORATORY].reference]
        results = []
        for measure, value in values.items():
            resource = records.observation(measure, value, stamp(drawn))
            resource |= {"issued": stamp(issued), "performer": author}
            results.append(visit.add(LABORATORY, drawn, resource))
        words = (conclusion(values), sheet(panel.name, self.patient, stamp(drawn), values))
        report = records.laboratory_report(panel, (stamp(drawn), stamp(issued)), results, words)
        report |= {"performer": author, "resultsInterpreter": [doctor(PATHOLOGY).reference]}
        visit.add(LABORATORY, issued, report)
        return values

    def appoint(self, meeting: Meeting, made: date) -> None:
        """Write an appointment that was made on a day; one that is still to come is booked."""
        begin = datetime.combine(meeting.on, time(9 + meeting.on.day % 6, 30), UTC)
        period = (stamp(begin), stamp(begin + timedelta(minutes=meeting.minutes)))
        hospital = meeting.doctor.hospital
        actors = (self.subject(hospital), meeting.doctor.reference)
        kept = meeting.on <= self.known
        resource = records.appointment(meeting.what, period, made, actors, kept=kept)
        self.add(hospital, datetime.combine(made, time(16), UTC), resource, meeting.label)


class Visit:
    """An encounter that is being written: everything added lies inside its period and has its label."""

    def __init__(self, chart: Chart, meeting: Meeting, begin: datetime) -> None:
        """Write the Encounter itself."""
        self.chart = chart
        self.meeting = meeting
        self.begin = begin
        self.end = begin + timedelta(minutes=meeting.minutes)
        self.on = begin.date()
        self.hospital = meeting.doctor.hospital
        self.doctor = meeting.doctor.reference
        self.period = (stamp(begin), stamp(self.end))
        resource = records.encounter(meeting.kind, meeting.what, self.period, self.doctor, self.hospital)
        if not resource["location"]:
            del resource["location"]
        if meeting.why:
            resource["reasonCode"] = [{"text": meeting.why}]
        self.reference = self.add(self.hospital, begin, resource)

    def when(self, minutes: int = 5) -> datetime:
        """Return the moment so many minutes after the beginning, at most the end."""
        return min(self.begin + timedelta(minutes=minutes), self.end)

    def add(self, hospital: int, moment: datetime, resource: Resource) -> Reference:
        """Add what this visit gave rise to, at this hospital or in the laboratory, with the visit's label.

        A visit that is not over yet counts as still to come, with all that is in it.
        """
        over = self.end.date() <= self.chart.known
        return self.chart.add(hospital, moment if over else self.end, resource, self.meeting.label)

    def write(self, resource: Resource, minutes: int = 5) -> Reference:
        """Add a resource that belongs to this encounter."""
        field = {"MedicationStatement": "context"}.get(resource["resourceType"], "encounter")
        if resource["resourceType"] == "DocumentReference":
            resource["context"]["encounter"] = [self.reference]
        else:
            resource[field] = self.reference
        return self.add(self.hospital, self.when(minutes), resource)

    def measure(self, *measures: Measure) -> None:
        """Measure the body now; blood pressure and body mass index come out as FHIR wants them."""
        for measure in measures:
            if measure == SYSTOLIC:
                self._pressure()
            elif measure == WEIGHT:
                self._weigh(HEIGHT in measures)
            elif measure != HEIGHT:
                self.observe(measure, self.chart.body.reading(measure, self.on))

    def observe(self, measure: Measure, value: Decimal) -> None:
        """Write one measured value."""
        ranged = measure.category != VITAL_SIGNS or self.chart.age(self.on) >= ADULT
        resource = records.observation(measure, value, stamp(self.when()), ranged)
        self.write(resource | {"performer": [self.doctor]})

    def note(self, category: str, code: Resource, answer: Resource | str) -> None:
        """Write an observation that is words or a choice."""
        self.write(records.finding(category, code, stamp(self.when()), answer) | {"performer": [self.doctor]})

    def _pressure(self) -> None:
        body, adult = self.chart.body, self.chart.age(self.on) >= ADULT
        readings = {measure: body.reading(measure, self.on) for measure in (SYSTOLIC, DIASTOLIC)}
        resource = records.pressure(readings, stamp(self.when()), ranged=adult)
        self.write(resource | {"performer": [self.doctor]})

    def _weigh(self, with_height: bool) -> None:
        weight = self.chart.body.reading(WEIGHT, self.on)
        self.observe(WEIGHT, weight)
        if with_height:
            height = self.chart.body.reading(HEIGHT, self.on)
            self.observe(HEIGHT, height)
            self.observe(BMI, round(weight / (height / _CM_PER_M) ** 2, BMI.places))

    def diagnose(self, problem: Problem, since: date | None = None, ended: date | None = None) -> Reference:
        """Write a Condition that began `since` (else today), and is over if `ended` has passed."""
        over = None if ended is None else self.chart.past(ended)
        onset = max(since or self.on, self.chart.patient.birth_date)
        return self.write(records.condition(problem, onset, stamp(self.when()), over, self.doctor))

    def prescribe(self, course: Course) -> None:
        """Write a prescription."""
        running = self.on + timedelta(days=course.days) > self.chart.known
        self.write(records.medication_request(course, stamp(self.when(10)), running, self.doctor), 10)

    def takes(self, course: Course, since: date, until: date | None = None) -> None:
        """Write down what the patient says they take."""
        over = None if until is None else self.chart.past(until)
        self.write(records.medication_statement(course, (since, over), stamp(self.when())))

    def vaccinate(self, vaccine: Vaccine, dose: int) -> None:
        """Give a vaccine."""
        lot = f"{self.chart.rng.choice('ABCDEFGH')}{self.chart.rng.randrange(1000, 10000)}"
        self.write(records.immunization(vaccine, stamp(self.when(10)), dose, lot, self.doctor), 10)

    def act(self, act: Act, note: str = "", minutes: int = 10) -> None:
        """Do a procedure."""
        self.write(records.procedure(act, stamp(self.when(minutes)), self.doctor, note), minutes)

    def allergic(self, what: Allergy, since: date) -> None:
        """Write an allergy."""
        self.write(records.allergy(what, since, stamp(self.when()), self.doctor))

    def plan(self, title: str, activities: Sequence[str]) -> None:
        """Agree a care plan."""
        self.write(records.care_plan(title, self.on, activities, self.doctor))

    def image(self, title: str, words: tuple[str, str]) -> None:
        """Report an image; `words` = conclusion and the whole text."""
        resource = records.imaging_report(title, stamp(self.when(15)), words)
        self.write(resource | {"performer": [HOSPITALS[self.hospital].reference]}, 15)

    def letter(self, kind: tuple[str, str], *paragraphs: str) -> None:
        """Write a letter at the end of the visit; `kind` is one of the letters in `codes`."""
        loinc, title = kind
        text = correspondence(self.chart.patient, self.meeting.doctor, self.on.isoformat(), paragraphs)
        resource = records.letter(loinc, title, stamp(self.end), text, self.period)
        custodian = HOSPITALS[self.hospital].reference
        self.write(resource | {"author": [self.doctor], "custodian": custodian}, self.meeting.minutes)

    def order(self, *panels: Panel) -> Mapping[Measure, Decimal]:
        """Have blood drawn for the laboratory; return all values."""
        values: dict[Measure, Decimal] = {}
        for panel in panels:
            values |= self.chart.laboratory(panel, self)
        return values
