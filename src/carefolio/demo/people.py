"""The people: doctors, a pharmacist and patients, all invented."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from carefolio.demo.codes import LICENCE, NATIONAL_ID
from carefolio.demo.places import CLINIC, FIRST_HOSPITAL, HOSPITALS, LABORATORY, SECOND_HOSPITAL
from carefolio.demo.series import after, dice

GENERAL_PRACTICE = "General practice"
GENERAL_MEDICINE = "General medicine"
PAEDIATRICS = "Paediatrics"
ENDOCRINOLOGY = "Endocrinology"
CARDIOLOGY = "Cardiology"
OBSTETRICS = "Obstetrics"
ORTHOPAEDICS = "Orthopaedics"
DERMATOLOGY = "Dermatology"
PSYCHIATRY = "Psychiatry"
DENTISTRY = "Dentistry"
PATHOLOGY = "Clinical pathology"
PHARMACY = "Pharmacy"


@dataclass(frozen=True, slots=True)
class Doctor:
    """A doctor or pharmacist; `licence` is their identifier in LICENCE, `hospital` an index."""

    licence: str
    given: str
    family: str
    gender: str
    speciality: str
    qualification: str
    hospital: int
    prefix: str = "Dr"

    @property
    def name(self) -> str:
        """The name as people say it, with the title."""
        return f"{self.prefix} {self.given} {self.family}".strip()

    @property
    def email(self) -> str:
        """An address in a domain that never receives mail."""
        return f"{_ascii(self.given)}.{_ascii(self.family)}@{HOSPITALS[self.hospital].slug}.example"

    @property
    def reference(self) -> dict[str, str]:
        """A conditional reference, which the importer resolves to the Practitioner."""
        return {"reference": f"Practitioner?identifier={LICENCE}|{self.licence}", "display": self.name}


@dataclass(frozen=True, slots=True)
class Patient:
    """A person with a chart. `mrns` holds their number at each hospital, by the hospital's index."""

    index: int
    given: str
    family: str
    gender: str
    birth_date: date
    line: str
    city: str
    country: str
    phone: str
    email: str
    language: str
    national_id: str
    mrns: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name as people say it."""
        return f"{self.given} {self.family}"

    @property
    def conditional(self) -> str:
        """The reference by which hospitals name a patient whom another hospital created."""
        return f"Patient?identifier={NATIONAL_ID}|{self.national_id}"


DOCTORS = (
    Doctor("CF-20417", "Niamh", "Corrowdale", "female", GENERAL_PRACTICE, "MB BCh BAO, MICGP", CLINIC),
    Doctor("CF-20533", "Tobias", "Wexcombe", "male", GENERAL_PRACTICE, "MBBS, MRCGP", CLINIC),
    Doctor("CF-31208", "Meenal", "Suryavard", "female", ENDOCRINOLOGY, "MBBS, MD, MRCPI", FIRST_HOSPITAL),
    Doctor("CF-31944", "Emeka", "Adunbarin", "male", CARDIOLOGY, "MBBS, FRCP", FIRST_HOSPITAL),
    Doctor("CF-32071", "Marisol", "Ferrandeza", "female", OBSTETRICS, "MD, MRCOG", FIRST_HOSPITAL),
    Doctor("CF-32566", "Cathal", "Dunmeelin", "male", PAEDIATRICS, "MB BCh BAO, MRCPI (Paeds)", FIRST_HOSPITAL),
    Doctor("CF-40129", "Harriet", "Ollershaw", "female", GENERAL_MEDICINE, "MBChB, MRCP", SECOND_HOSPITAL),
    Doctor("CF-40873", "Jiahao", "Lingwei", "male", ORTHOPAEDICS, "MBBS, FRCS (Tr & Orth)", SECOND_HOSPITAL),
    Doctor("CF-41350", "Yasmin", "Karimzadel", "female", DERMATOLOGY, "MD, MRCP (Derm)", SECOND_HOSPITAL),
    Doctor("CF-41777", "Anselm", "Brightmere", "male", PSYCHIATRY, "MBChB, MRCPsych", SECOND_HOSPITAL),
    Doctor("CF-22690", "Devika", "Nambisaran", "female", DENTISTRY, "BDS, MFDS", CLINIC),
    Doctor("CF-50311", "Raghav", "Chinthapur", "male", PATHOLOGY, "MBBS, FRCPath", LABORATORY),
)
PHARMACIST = Doctor("CF-60045", "Saoirse", "Lackendara", "female", PHARMACY, "MPharm, MPSI", FIRST_HOSPITAL, prefix="")

_ORIGINS = (
    ("en", "Aoife Sinéad Róisín Ciara Gráinne", "Oisín Eoin Fergal Donnacha Ruairí"),
    ("en", "Imogen Beatrix Harriet Rosalind Maud", "Alistair Rupert Barnaby Lewis Gareth"),
    ("hi", "Ananya Kavita Ishani Lakshmi Pallavi", "Arjun Devansh Nikhil Rohan Suresh"),
    ("en", "Chidinma Folake Ngozi Amara Temperance", "Babajide Kelechi Obinna Tunde Kwabena"),
    ("es", "Marisela Lucía Ximena Paloma Inés", "Joaquín Mateo Esteban Rafael Ignacio"),
    ("pl", "Zofia Agnieszka Halina Kasia Wiktoria", "Tomasz Kacper Bartosz Wojtek Leszek"),
    ("zh", "Meilin Xiaoyan Yuting Lihua Qiaolan", "Weijun Haoran Zhiming Guowei Jianbo"),
    ("ar", "Layla Samira Noor Hanan Zaynab", "Yusuf Karim Idris Tariq Faisal"),
)
"""Language, women's names, men's names."""
_FAMILIES = (
    "Caollaidhe Ballyclare Lorcanach Tullymore Kilgarran Drumlish",
    "Thistlewick Ashgrove-Penn Marlowby Hollinside Carrowick Fenwhistle",
    "Chandravar Mehrotari Suryakant Velampet Raghupuri Nandikeshan",
    "Adewunbi Okorafemi Ezenwali Balogunde Mensahene Oyelarun",
    "Valdemorra Castrillana Ferrandiz-Luna Quintarel Olivareda Sotomarín",
    "Brzezinowicz Kowalewiak Lipnicz Wronowiak Zalesin Jaworczyn",
    "Lingshu Ouzhen Tangwei Shuimu Fanglai Xiahe",
    "Al-Rashidani Benhaddara Qasimzad El-Mahrouni Darwazeh Haddouni",
)
"""Family names by origin: rare or made up, so that nobody is meant."""
_STREETS = (
    "Abbey Lane",
    "Quay Street",
    "Orchard Row",
    "Chapel Hill",
    "Lighthouse Road",
    "Mill Terrace",
    "Fuchsia Park",
)


def patient(key: str, index: int, gender: str, ages: tuple[int, int], today: date) -> Patient:
    """Return an invented patient whose age in whole years lies in `ages` (both inclusive) on `today`.

    `key` names the demo: no two of its first 240 patients have the same name.
    """
    rng = dice(f"{key}/{index}/person")
    language, given, family = _name(dice(f"{key}/names").randrange(len(_ORIGINS)), index, gender)
    birth = after(today, -rng.randint(*ages)) - timedelta(days=rng.randrange(5, 350))
    home = HOSPITALS[rng.choice((FIRST_HOSPITAL, CLINIC, SECOND_HOSPITAL))]
    abroad = home.country == "GB"
    return Patient(
        index=index,
        given=given,
        family=family,
        gender=gender,
        birth_date=birth,
        line=f"{rng.randint(1, 98)} {rng.choice(_STREETS)}",
        city=home.city,
        country=home.country,
        phone=f"+44 1632 960{rng.randrange(200, 1000)}" if abroad else f"+353 20 91{rng.randrange(10**5):05d}",
        email=f"{_ascii(given)}.{_ascii(family)}{index}@example.org",
        language=language,
        national_id=f"{rng.randrange(10**5, 10**6)}-{index:05d}",
        mrns=tuple(f"{hospital.slug[:2].upper()}{rng.randrange(100, 1000)}{index:05d}" for hospital in HOSPITALS),
    )


def doctor(speciality: str) -> Doctor:
    """Return the first doctor of that speciality."""
    return next(each for each in DOCTORS if each.speciality == speciality)


def _name(shift: int, index: int, gender: str) -> tuple[str, str, str]:
    turn, origin = divmod(index + shift, len(_ORIGINS))
    language, women, men = _ORIGINS[origin]
    given = (women if gender == "female" else men).split()
    families = _FAMILIES[origin].split()
    return language, given[turn % len(given)], families[(turn + shift) % len(families)]


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]", "", plain.lower())
