"""Common problems by the names that people and doctors give them, with their codes: a text that is one gets them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from carefolio.workflows.charting.codes import ICD10, Code, snomed

_TABLE: Final = """\
Acute bronchitis | 10509002 | J20
Allergic rhinitis; hay fever | 61582004 | J30
Anaemia; anemia | 271737000 | D64
Anxiety | 48694002 | F41.9
Anxiety disorder | 197480006 | F41.9
Appendicitis | 74400008 | K37
Asthma | 195967001 | J45
Atopic dermatitis; atopic eczema | 24079001 | L20
Atrial fibrillation | 49436004 | I48
Back pain | 161891005 | M54
Bronchitis | 32398004 | J40
Chronic kidney disease | 709044004 | N18
Chronic obstructive lung disease; COPD | 13645005 | J44
Common cold; cold | 82272006 | J00
Coronary heart disease; coronary artery disease | 53741008 | I25
Depression; depressive disorder | 35489007 | F32
Diabetes type 1; type 1 diabetes | 46635009 | E10
Diabetes type 2; type 2 diabetes | 44054006 | E11
Eczema | 43116000 | L30.9
Epilepsy | 84757009 | G40
Gastroenteritis; stomach flu | 25374005 | A09
Gout | 90560007 | M10
Heart failure | 84114007 | I50
High blood pressure; hypertension | 38341003 | I10
Influenza; flu | 6142004 | J11
Iron deficiency anaemia | 87522002 | D50
Middle ear infection; otitis media | 65363002 | H66
Migraine | 37796009 | G43
Obesity | 414916001 | E66
Osteoarthritis | 396275006 | M19
Pneumonia | 233604007 | J18
Psoriasis | 9014002 | L40
Reflux; gastro-oesophageal reflux disease | 235595009 | K21
Stroke | 230690007 | I64
Tonsillitis | 90176007 | J03
Underactive thyroid; hypothyroidism | 40930008 | E03
Urinary tract infection | 68566005 | N39.0
"""


def _rows() -> Iterator[tuple[str, tuple[Code, ...]]]:
    for line in _TABLE.splitlines():
        names, concept, icd = (part.strip() for part in line.split("|"))
        first, *others = (name.strip() for name in names.split(";"))
        codes = (snomed(concept, first), Code(ICD10, icd, first))
        yield from ((name, codes) for name in (first, *others))


NAMES: Final[Mapping[str, tuple[Code, ...]]] = MappingProxyType(dict(_rows()))
"""Codes by name, as it is written."""
_FOLDED: Final = MappingProxyType({name.casefold(): codes for name, codes in NAMES.items()})


def codes_of(words: str) -> tuple[Code, ...]:
    """The codes of a problem that is called so; none for words of somebody's own."""
    return _FOLDED.get(" ".join(words.split()).casefold(), ())
