"""The few medicines, groups and pairs that we know ourselves. Whoever prescribes another types its name.

Codes are those of the WHO's ATC index (https://atcddd.fhi.no), as hospitals' records bear them. Groups are for
warnings: who is allergic to one of a group is warned of all. What two medicines do to each other stands in the
summaries of product characteristics of the European Medicines Agency and the national agencies, in section 4.3 or 4.5.
No warning is no promise: this table is short, and the pages say so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

ATC: Final = "http://www.whocc.no/atc"
SOURCE: Final = "summary of product characteristics of {medicine}, section {section}"
_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, slots=True)
class Medicine:
    """One that can be chosen by name; ``unit`` is what it is counted in."""

    name: str
    atc: str
    unit: str = "tablet"


@dataclass(frozen=True, slots=True)
class Group:
    """Medicines that one allergy is often about: ``words`` are names, ``atc`` the codes' beginnings."""

    name: str
    atc: tuple[str, ...]
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pair:
    """What two medicines do together; each is a beginning of ATC codes. ``source`` says where that stands."""

    one: str
    other: str
    says: str
    source: str


def _group(name: str, atc: str, words: str) -> Group:
    return Group(name, tuple(atc.split()), frozenset(words.split()))


def _pair(codes: str, says: str, medicine: str, section: str) -> Pair:
    one, other = codes.split()
    return Pair(one, other, says, SOURCE.format(medicine=medicine, section=section))


MEDICINES: Final = tuple(
    Medicine(name.strip(), atc, unit)
    for name, atc, unit in (
        line.rsplit(maxsplit=2)
        for line in """
        Allopurinol M04AA01 tablet
        Amitriptyline N06AA09 tablet
        Amlodipine C08CA01 tablet
        Amoxicillin J01CA04 capsule
        Aspirin B01AC06 tablet
        Atorvastatin C10AA05 tablet
        Azithromycin J01FA10 tablet
        Bisoprolol C07AB07 tablet
        Cefalexin J01DB01 capsule
        Cetirizine R06AE07 tablet
        Ciprofloxacin J01MA02 tablet
        Citalopram N06AB04 tablet
        Clarithromycin J01FA09 tablet
        Co-amoxiclav J01CR02 tablet
        Diclofenac M01AB05 tablet
        Doxycycline J01AA02 capsule
        Flucloxacillin J01CF05 capsule
        Fluoxetine N06AB03 capsule
        Furosemide C03CA01 tablet
        Ibuprofen M01AE01 tablet
        Levothyroxine H03AA01 tablet
        Lisinopril C09AA03 tablet
        Lithium N05AN01 tablet
        Losartan C09CA01 tablet
        Metformin A10BA02 tablet
        Methotrexate L01BA01 tablet
        Naproxen M01AE02 tablet
        Nitrofurantoin J01XE01 capsule
        Omeprazole A02BC01 capsule
        Paracetamol N02BE01 tablet
        Phenoxymethylpenicillin J01CE02 tablet
        Prednisolone H02AB06 tablet
        Ramipril C09AA05 capsule
        Salbutamol R03AC02 dose
        Sertraline N06AB06 tablet
        Sildenafil G04BE03 tablet
        Simvastatin C10AA01 tablet
        Spironolactone C03DA01 tablet
        Sumatriptan N02CC01 tablet
        Tramadol N02AX02 capsule
        Trimethoprim J01EA01 tablet
        Warfarin B01AA03 tablet
        """.strip().splitlines()
    )
)
BY_NAME: Final = MappingProxyType({one.name.casefold(): one for one in MEDICINES})
GROUPS: Final = (
    _group(
        "penicillins",
        "J01C",
        "penicillin penicillins amoxicillin ampicillin flucloxacillin dicloxacillin amoxiclav piperacillin"
        " phenoxymethylpenicillin benzylpenicillin pivmecillinam temocillin",
    ),
    _group(
        "cephalosporins",
        "J01DB J01DC J01DD J01DE",
        "cephalosporin cephalosporins cefalexin cephalexin cefuroxime cefaclor ceftriaxone cefixime",
    ),
    _group(
        "anti-inflammatory painkillers",
        "M01A N02BA B01AC06",
        "nsaid nsaids ibuprofen naproxen diclofenac aspirin acetylsalicylic indometacin ketoprofen meloxicam celecoxib",
    ),
    _group(
        "sulfonamides",
        "J01EC J01EE",
        "sulfonamide sulfonamides sulphonamide sulphonamides sulfa sulfamethoxazole cotrimoxazole trimoxazole",
    ),
    _group("macrolides", "J01FA", "macrolide macrolides erythromycin clarithromycin azithromycin"),
    _group("tetracyclines", "J01AA", "tetracycline tetracyclines doxycycline lymecycline minocycline"),
    _group("quinolones", "J01MA", "quinolone quinolones ciprofloxacin levofloxacin moxifloxacin ofloxacin"),
    _group("ACE inhibitors", "C09AA C09B", "ramipril lisinopril perindopril enalapril captopril"),
    _group("opioids", "N02A R05DA", "opioid opioids opiate opiates codeine morphine tramadol oxycodone fentanyl"),
    _group("statins", "C10AA", "statin statins simvastatin atorvastatin rosuvastatin pravastatin"),
)
PAIRS: Final = (
    _pair("B01AA03 M01A", "Bleeding becomes more likely.", "warfarin", "4.5"),
    _pair("B01AA03 N02BA", "Bleeding becomes more likely.", "warfarin", "4.5"),
    _pair("B01AA03 B01AC06", "Bleeding becomes more likely.", "warfarin", "4.5"),
    _pair("B01AA03 J01FA09", "Warfarin can become too strong.", "warfarin", "4.5"),
    _pair("C10AA01 J01FA09", "Muscles can be damaged; not to be taken together.", "simvastatin", "4.3"),
    _pair("C10AA05 J01FA09", "Muscles can be damaged.", "atorvastatin", "4.5"),
    _pair("C09AA C03DA01", "Potassium in the blood can become too high.", "spironolactone", "4.5"),
    _pair("C09CA C03DA01", "Potassium in the blood can become too high.", "spironolactone", "4.5"),
    _pair("L01BA01 J01EA01", "The bone marrow can be damaged.", "methotrexate", "4.5"),
    _pair("L01BA01 M01A", "Methotrexate can become too strong.", "methotrexate", "4.5"),
    _pair("N05AN01 M01A", "Lithium in the blood can become too high.", "lithium", "4.5"),
    _pair("N05AN01 C09AA", "Lithium in the blood can become too high.", "lithium", "4.5"),
    _pair("N06AB N02AX02", "Too much serotonin becomes possible.", "tramadol", "4.5"),
    _pair("N06AB M01A", "Bleeding of the stomach becomes more likely.", "sertraline", "4.5"),
    _pair("G04BE03 C01DA", "Blood pressure can fall too low; not to be taken together.", "sildenafil", "4.3"),
)


def words_of(text: str) -> frozenset[str]:
    """The words of a name that can be a medicine's, in small letters."""
    return frozenset(word.casefold() for word in _WORD.findall(text))


def groups_of(codes: frozenset[str], words: frozenset[str]) -> frozenset[str]:
    """The names of the groups that a medicine or an allergy belongs to, by its ATC codes or its words."""
    return frozenset(one.name for one in GROUPS if words & one.words or any(code.startswith(one.atc) for code in codes))


def known(name: str) -> Medicine | None:
    """The medicine that a typed name begins with, with or without its strength: "Amoxicillin 500 mg"."""
    lowered = " ".join(name.casefold().split())
    return next((one for key, one in BY_NAME.items() if lowered == key or lowered.startswith(f"{key} ")), None)
