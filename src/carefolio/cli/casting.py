"""The demo's people, brought in as real ones are: hospitals are registered, their records imported, accounts added.

Nothing of it is done twice: what is there already is found by its identifier or e-mail, so a demo that broke off is
completed by making it again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from carefolio.assembly import Carefolio, sign_ins
from carefolio.base import clock
from carefolio.base.database.notes import note
from carefolio.base.failures import Failure, broken
from carefolio.base.logs import where
from carefolio.cli import billing, own_words, visiting
from carefolio.cli.prescribing import prescribe
from carefolio.demo import Demo, Doctor, Hospital, Patient, generate
from carefolio.demo.codes import LICENCE, NATIONAL_ID, ORGANIZATION
from carefolio.demo.people import OBSTETRICS, PATHOLOGY, PHARMACY
from carefolio.demo.series import age
from carefolio.fhir.json import serialise
from carefolio.identity.accounts import Account
from carefolio.identity.profile import Profile
from carefolio.identity.specialities import SPECIALITIES
from carefolio.records.founding import identified
from carefolio.records.importing import Progress, import_paths
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.rules import HospitalType, NewHospital, NewPerson, PersonRole

MADE = "demo"
"""The installation's note that the demo's people are here."""
TOKEN_MINUTES = 24 * 60
_ADULT_YEARS = 18
_AUDITOR = NewPerson(PersonRole.AUDITOR, "Odile Farrimond", "auditor@carefolio.example", verified=True)
_PHARMACY = Hospital(
    -1, "harbour-road-pharmacy", "Harbour Road Pharmacy", "pharmacy", "14 Harbour Road", "Cloonavara", "IE", ""
)
_PHARMACIST = NewPerson(PersonRole.PHARMACIST, "Maeve Corrigan", "pharmacist@carefolio.example", verified=True)
_ADMIN = NewPerson(PersonRole.ADMIN, "Bram Oostervink", "admin@carefolio.example", verified=True)
_REGISTER = "Carefolio's invented medical register"
_SPECIALITIES = MappingProxyType(
    {name: code for code, name in SPECIALITIES.items()} | {OBSTETRICS: "394585009", PATHOLOGY: "394915009"}
)
"""The codes of what the demo's doctors work in."""
_TOLD = MappingProxyType({"patient": 2, "doctor": 2, "pharmacist": 2, "auditor": 1, "admin": 1, "hospital": 1})
"""How many of each role are told of with a token."""
LOG = logging.getLogger("carefolio")

Count = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class SignIn:
    """One of the cast: who they are and how they get in."""

    account: str
    role: str
    name: str
    person: str
    code: str
    token: str = ""


def is_made(carefolio: Carefolio) -> bool:
    """Whether the demo's people are here."""
    return carefolio.database.one("SELECT 1 FROM installation WHERE name = ?", (MADE,)) is not None


def make(carefolio: Carefolio, patients: int, seed: int, count: Count) -> None:
    """Bring in the demo of that many patients.

    ``count`` is called with how many entries of a wave of files were taken in, and with how many there are.
    """
    if not carefolio.settings.is_loopback:
        raise broken("The demo's people are for this machine only, and CAREFOLIO_PUBLIC_URL names another address.")
    demo = generate(patients, seed, today=clock.moment(clock.now()).date())
    organizations = [_hospital(carefolio, hospital) for hospital in demo.hospitals]
    with TemporaryDirectory(prefix="carefolio-demo-") as folder:
        for hospital, files in _written(demo, Path(folder)):
            if files:
                _take_in(carefolio, organizations[hospital], files, count)
    for person, profile in _people(carefolio, demo, organizations):
        if carefolio.accounts.of_email(carefolio.database, person.email) is None:
            actions.add_person(carefolio.door, person, profile)
    _own_words(carefolio, demo)
    visiting.arrange(carefolio, demo)
    billing.charge(carefolio)
    pharmacy = _hospital(carefolio, _PHARMACY)
    _open_pharmacy(carefolio, pharmacy)
    open_room(carefolio)
    made = f"{patients} {seed} {demo.today.isoformat()}"
    carefolio.database.write_now(lambda tx: note(tx, MADE, made))


def _own_words(carefolio: Carefolio, demo: Demo) -> None:
    """What the first of the patients wrote about themselves."""
    patient = next((one for one in demo.patients if _is_adult(one, demo)), None)
    if patient is not None:
        token = actions.issue_token(carefolio.door, patient.email, minutes=TOKEN_MINUTES)
        own_words.write(carefolio.door, carefolio.door.admit(token, "demo"), patient.name, demo.today)


def open_room(carefolio: Carefolio) -> None:
    """The first doctor and the first patient have a visit by video now, whenever now is. Where that fails they have
    none: all else is there without it.
    """
    doctor, patient = _first(carefolio)
    if doctor is None or patient is None:
        return
    try:
        visiting.meet(carefolio, doctor, patient)
    except Failure as problem:
        LOG.warning("no visit was made whose room is open now: %s", where(problem))


def _first(carefolio: Carefolio) -> tuple[Account | None, Account | None]:
    """The first of the demo's doctors and patients who may do something here: somebody may have shut out others."""
    doctor, patient = (
        next(
            (one for one in carefolio.accounts.of_role(carefolio.database, role) if _is_ours(one) and _may_act(one)),
            None,
        )
        for role in ("doctor", "patient")
    )
    return doctor, patient


def _open_pharmacy(carefolio: Carefolio, pharmacy: str) -> None:
    """A pharmacist at the pharmacy, and prescriptions for the first patient by the first doctor."""
    database, accounts = carefolio.database, carefolio.accounts
    if accounts.of_email(database, _PHARMACIST.email) is None:
        actions.add_person(carefolio.door, replace(_PHARMACIST, hospital=pharmacy))
    doctor, patient = _first(carefolio)
    if doctor is not None and patient is not None:
        prescribe(carefolio, doctor, patient, pharmacy)


def cast(carefolio: Carefolio) -> list[SignIn]:
    """Some of each role among the demo's people, each with a fresh token."""
    found = []
    for role, count in _TOLD.items():
        accounts = carefolio.accounts.of_role(carefolio.database, role)
        chosen = [each for each in accounts if _is_ours(each) and not each.suspended][:count]
        found += [_sign_in(carefolio, account) for account in chosen]
    return found


def offer(carefolio: Carefolio, people: Iterable[SignIn]) -> None:
    """Let everybody sign in to the pages as one of these."""
    accounts = (carefolio.accounts.of_email(carefolio.database, one.account) for one in people)
    sign_ins(carefolio).offer([one for one in accounts if one is not None])


def _is_ours(account: Account) -> bool:
    """Real people have no such e-mail: these domains never receive any (RFC 2606)."""
    return account.email is None or account.email.endswith((".example", "@example.org"))


def _may_act(account: Account) -> bool:
    return account.verified and not account.suspended


def _sign_in(carefolio: Carefolio, account: Account) -> SignIn:
    name = account.email or account.organization
    token = actions.issue_token(carefolio.door, name, minutes=TOKEN_MINUTES)
    code = account.code or actions.chart_code(carefolio.door, account)
    return SignIn(name, account.role, account.name, account.person or account.organization, code, token)


def _hospital(carefolio: Carefolio, hospital: Hospital) -> str:
    name = f"{ORGANIZATION}|{hospital.slug}"
    known = identified(carefolio.database, carefolio.keyring, "Organization", name)
    if known:
        return known
    return actions.add_hospital(
        carefolio.door, NewHospital(hospital.name, HospitalType(hospital.kind), name)
    ).organization


def _written(demo: Demo, folder: Path) -> Iterator[tuple[int, list[Path]]]:
    """Files by hospital, in an order in which whatever one names is there: directories, Patients, all else."""
    waves: tuple[dict[int, list[Path]], ...] = ({}, {}, {})
    for index in range(len(demo.hospitals)):
        waves[0][index] = [_write(folder / f"directory-{index}.json", demo.directory(index))]
    seen: set[int] = set()
    for number, (hospital, patient, bundle) in enumerate(demo.bundles):
        wave = waves[2 if patient in seen else 1]
        seen.add(patient)
        wave.setdefault(hospital, []).append(_write(folder / f"{patient:05}-{number:06}.json", bundle))
    for wave in waves:
        yield from wave.items()


def _write(path: Path, bundle: object) -> Path:
    path.write_bytes(serialise(bundle))
    return path


def _take_in(carefolio: Carefolio, organization: str, files: list[Path], count: Count) -> None:
    def watch(progress: Progress) -> None:
        count(progress.entries, progress.entries_total)

    report = import_paths(carefolio, organization, files, watch)
    for finding in report.rejected:
        raise broken(f"The demo could not be made: {finding.entry}: {finding.reason}")


def _people(carefolio: Carefolio, demo: Demo, organizations: list[str]) -> Iterator[tuple[NewPerson, Profile | None]]:
    """Everybody who signs in, doctors with what they say of themselves."""
    for doctor in (*demo.doctors, demo.pharmacist):
        person = identified(carefolio.database, carefolio.keyring, "Practitioner", f"{LICENCE}|{doctor.licence}")
        yield _staff(doctor, person, organizations[doctor.hospital]), _profile(doctor, demo)
    for patient in demo.patients:
        person = identified(carefolio.database, carefolio.keyring, "Patient", f"{NATIONAL_ID}|{patient.national_id}")
        if _is_adult(patient, demo):
            yield NewPerson(PersonRole.PATIENT, patient.name, patient.email, person=person, verified=True), None
    yield _AUDITOR, None
    yield _ADMIN, None


def _staff(doctor: Doctor, person: str, organization: str) -> NewPerson:
    role = PersonRole.PHARMACIST if doctor.speciality == PHARMACY else PersonRole.DOCTOR
    return NewPerson(role, doctor.name, doctor.email, hospital=organization, person=person, verified=True)


def _profile(doctor: Doctor, demo: Demo) -> Profile | None:
    """A doctor's particulars; a pharmacist's speciality is none of medicine's."""
    if doctor.speciality == PHARMACY:
        return None
    code = _SPECIALITIES[doctor.speciality]
    return Profile(doctor.licence, _REGISTER, code, doctor.qualification, demo.hospitals[doctor.hospital].city)


def _is_adult(patient: Patient, demo: Demo) -> bool:
    return age(patient.birth_date, demo.today) >= _ADULT_YEARS
