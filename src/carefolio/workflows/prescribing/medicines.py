"""The few medicines, groups and pairs that we know ourselves. Whoever prescribes another types its name.

Codes are those of the WHO's ATC index (https://atcddd.fhi.no), as hospitals' records bear them. Groups are for
warnings: who is allergic to one of a group is warned of all. Names and brands are looked for as whole words in longer
names, as records of hospitals and registers write them. What two medicines do to each other stands in the
summaries of product characteristics of the European Medicines Agency and the national agencies, in section 4.3 or 4.5.
No warning is no promise: this table is short, and the pages say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

ATC: Final = "http://www.whocc.no/atc"
SOURCE: Final = "summary of product characteristics of {medicine}, section {section}"
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Medicine:
    """One that can be chosen by name; ``unit`` is what it is counted in."""

    name: str
    atc: str
    unit: str = "tablet"


@dataclass(frozen=True, slots=True)
class Group:
    """Medicines that one allergy is often about: ``words`` are what all of them are called, ``atc`` the codes'
    beginnings.
    """

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
    return Group(name, tuple(atc.split()), frozenset(word.strip() for word in words.split(";")))


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
NAMES: Final = MappingProxyType(
    {
        name.strip(): frozenset(codes.split())
        for codes, _bar, names in (
            line.partition("|")
            for line in """
        A02BC01 | omeprazole; losec; prilosec
        A02BC02 | pantoprazole
        A02BC03 | lansoprazole
        A02BC05 | esomeprazole; nexium
        A10BA02 | metformin; glucophage
        B01AA03 | warfarin; coumadin; marevan
        B01AC06 N02BA01 | aspirin; acetylsalicylic acid
        C01DA02 | glyceryl trinitrate; nitroglycerin; nitroglycerine
        C01DA08 | isosorbide dinitrate
        C01DA14 | isosorbide mononitrate
        C03CA01 | furosemide; frusemide; lasix
        C03DA01 | spironolactone; aldactone
        C07AA05 | propranolol
        C07AB02 | metoprolol; toprol
        C07AB03 | atenolol
        C07AB07 | bisoprolol
        C07AG02 | carvedilol
        C08CA01 | amlodipine; norvasc; istin
        C09AA01 | captopril
        C09AA02 | enalapril
        C09AA03 | lisinopril; zestril; prinivil
        C09AA04 | perindopril; coversyl
        C09AA05 | ramipril; tritace; altace
        C09CA01 | losartan; cozaar
        C09CA03 | valsartan; diovan
        C09CA04 | irbesartan
        C09CA06 | candesartan
        C09CA07 | telmisartan
        C09CA08 | olmesartan
        C10AA01 | simvastatin; zocor
        C10AA03 | pravastatin
        C10AA05 | atorvastatin; lipitor
        C10AA07 | rosuvastatin; crestor
        G04BE03 | sildenafil; viagra
        H02AB06 | prednisolone
        H02AB07 | prednisone
        H03AA01 | levothyroxine; thyroxine; synthroid; eltroxin
        J01AA02 | doxycycline; vibramycin
        J01AA04 | lymecycline
        J01AA08 | minocycline
        J01CA01 | ampicillin
        J01CA04 | amoxicillin; amoxycillin; amoxil
        J01CA08 | pivmecillinam; selexid
        J01CA12 | piperacillin
        J01CA17 | temocillin
        J01CE01 | benzylpenicillin; penicillin g
        J01CE02 | phenoxymethylpenicillin; penicillin v
        J01CF01 | dicloxacillin
        J01CF02 | cloxacillin
        J01CF04 | oxacillin
        J01CF05 | flucloxacillin; floxapen
        J01CR02 J01CA04 | co amoxiclav; amoxiclav; augmentin
        J01CR05 J01CA12 | tazocin; zosyn
        J01DB01 | cefalexin; cephalexin; keflex
        J01DB04 | cefazolin
        J01DB05 | cefadroxil
        J01DC01 | cefoxitin
        J01DC02 | cefuroxime; zinnat
        J01DC04 | cefaclor
        J01DC10 | cefprozil
        J01DD01 | cefotaxime
        J01DD02 | ceftazidime
        J01DD04 | ceftriaxone; rocephin
        J01DD08 | cefixime
        J01DE01 | cefepime
        J01DH02 | meropenem
        J01DH03 | ertapenem
        J01DH51 | imipenem
        J01EA01 | trimethoprim
        J01EC01 | sulfamethoxazole; sulphamethoxazole
        J01EE01 J01EA01 J01EC01 | co trimoxazole; cotrimoxazole; trimoxazole; bactrim; septrin
        J01FA01 | erythromycin
        J01FA09 | clarithromycin; klacid; klaricid; biaxin
        J01FA10 | azithromycin; zithromax
        J01MA01 | ofloxacin
        J01MA02 | ciprofloxacin; cipro; ciproxin
        J01MA12 | levofloxacin
        J01MA14 | moxifloxacin
        J01XE01 | nitrofurantoin; macrobid
        L01BA01 | methotrexate
        M01AB01 | indometacin; indomethacin
        M01AB05 | diclofenac; voltaren; voltarol
        M01AC06 | meloxicam
        M01AE01 | ibuprofen; advil; brufen; motrin; nurofen
        M01AE02 | naproxen; aleve; naprosyn
        M01AE03 | ketoprofen
        M01AH01 | celecoxib; celebrex
        M01AH05 | etoricoxib
        M04AA01 | allopurinol; zyloric
        N02AA01 | morphine
        N02AA05 | oxycodone; oxycontin
        N02AB03 | fentanyl
        N02AX02 | tramadol; ultram; zydol
        N02BE01 | paracetamol; acetaminophen; panadol; tylenol
        N02CC01 | sumatriptan; imigran; imitrex
        N05AN01 | lithium; priadel
        N06AA09 | amitriptyline
        N06AB03 | fluoxetine; prozac
        N06AB04 | citalopram; celexa; cipramil
        N06AB05 | paroxetine
        N06AB06 | sertraline; zoloft; lustral
        N06AB10 | escitalopram; lexapro; cipralex
        R03AC02 | salbutamol; albuterol; ventolin
        R05DA03 | hydrocodone
        R05DA04 | codeine
        R06AE07 | cetirizine; zyrtec
        """.strip().splitlines()
        )
        for name in names.split(";")
    }
)
"""Substances by their names and by common brands, each with its codes; a medicine of several has those of all."""
_PENICILLINS: Final = "penicillin; penicillins"
_CEPHALOSPORINS: Final = "cephalosporin; cephalosporins; cefalosporin; cefalosporins"
GROUPS: Final = (
    _group("penicillins", "J01C", _PENICILLINS),
    _group("cephalosporins", "J01DB J01DC J01DD J01DE", _CEPHALOSPORINS),
    _group(
        "beta-lactam antibiotics",
        "J01C J01D",
        f"{_PENICILLINS}; {_CEPHALOSPORINS}; carbapenem; carbapenems; "
        "beta lactam; beta lactams; betalactam; betalactams",
    ),
    _group(
        "anti-inflammatory painkillers",
        "M01A N02BA B01AC06",
        "nsaid; nsaids; anti inflammatory; anti inflammatories; antiinflammatory",
    ),
    _group(
        "sulfonamides",
        "J01EC J01EE",
        "sulfonamide; sulfonamides; sulphonamide; sulphonamides; sulfa; sulpha",
    ),
    _group("macrolides", "J01FA", "macrolide; macrolides"),
    _group("tetracyclines", "J01AA", "tetracycline; tetracyclines"),
    _group("quinolones", "J01MA", "quinolone; quinolones; fluoroquinolone; fluoroquinolones"),
    _group(
        "ACE inhibitors",
        "C09A C09B",
        "ace inhibitor; ace inhibitors; angiotensin converting enzyme inhibitor; "
        "angiotensin converting enzyme inhibitors",
    ),
    _group(
        "sartans",
        "C09C C09D",
        "sartan; sartans; angiotensin receptor blocker; angiotensin receptor blockers",
    ),
    _group("beta blockers", "C07", "beta blocker; beta blockers; betablocker; betablockers"),
    _group("nitrates", "C01DA", "nitrates"),
    _group("opioids", "N02A R05DA", "opioid; opioids; opiate; opiates"),
    _group("statins", "C10AA", "statin; statins"),
    _group("SSRIs", "N06AB", "ssri; ssris; serotonin reuptake inhibitor; serotonin reuptake inhibitors"),
    _group("proton pump inhibitors", "A02BC", "ppi; ppis; proton pump inhibitor; proton pump inhibitors"),
)
"""The narrower before the wider: beta-lactams are both penicillins and cephalosporins, of which who is allergic to one
may react to the other.
"""
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


def words_of(text: str) -> tuple[str, ...]:
    """The words of a name in small letters, without numbers."""
    return tuple(word.casefold() for word in _WORD.findall(text))


def substances_of(words: Iterable[str]) -> frozenset[str]:
    """The ATC codes of all that a name names, as whole words: "Warfarin Sodium 5 MG Oral Tablet"."""
    said = _said(words)
    return frozenset().union(*(codes for name, codes in NAMES.items() if f" {name} " in said))


def groups_of(codes: frozenset[str], words: Iterable[str]) -> tuple[str, ...]:
    """The names of the groups that a medicine or an allergy belongs to, by its ATC codes or its words; the narrower
    first.
    """
    said = _said(words)
    return tuple(
        one.name
        for one in GROUPS
        if any(code.startswith(one.atc) for code in codes) or any(f" {word} " in said for word in one.words)
    )


def _said(words: Iterable[str]) -> str:
    return f" {' '.join(words)} "


def known(name: str) -> Medicine | None:
    """The medicine that a typed name begins with, with or without its strength: "Amoxicillin 500 mg"."""
    lowered = " ".join(name.casefold().split())
    return next((one for key, one in BY_NAME.items() if lowered == key or lowered.startswith(f"{key} ")), None)
