"""What forms let people choose from: plain words, with the codes that say the same."""

from __future__ import annotations

from typing import Final

from carefolio.workflows.charting.codes import ICD10, Code, ours, snomed
from carefolio.workflows.charting.fields import Answer

YES: Final = snomed("373066001", "Yes")
NO: Final = snomed("373067005", "No")


def _group(key: str, words: str, code: str) -> Answer:
    return Answer(key, words, (snomed(code, f"Blood group {words}"),))


BLOOD_GROUPS: Final = (
    _group("a-pos", "A positive", "278149003"),
    _group("a-neg", "A negative", "278152006"),
    _group("b-pos", "B positive", "278150003"),
    _group("b-neg", "B negative", "278153001"),
    _group("ab-pos", "AB positive", "278151004"),
    _group("ab-neg", "AB negative", "278154007"),
    _group("o-pos", "O positive", "278147001"),
    _group("o-neg", "O negative", "278148006"),
)
DIABETES: Final = (
    Answer(
        "type-1",
        "Diabetes type 1",
        (snomed("46635009", "Diabetes mellitus type 1"), Code(ICD10, "E10", "Type 1 diabetes mellitus")),
    ),
    Answer(
        "type-2",
        "Diabetes type 2",
        (snomed("44054006", "Diabetes mellitus type 2"), Code(ICD10, "E11", "Type 2 diabetes mellitus")),
    ),
    Answer("pregnancy", "Diabetes in pregnancy", (snomed("11687002", "Gestational diabetes mellitus"),)),
    Answer("other", "Diabetes, another type", (snomed("73211009", "Diabetes mellitus"),)),
)

LIMITS: Final = (
    Answer("class-1", "No limits", (ours("nyha-1", "NYHA class I"),)),
    Answer("class-2", "Short of breath when working hard", (ours("nyha-2", "NYHA class II"),)),
    Answer("class-3", "Short of breath with light work", (ours("nyha-3", "NYHA class III"),)),
    Answer("class-4", "Short of breath at rest", (ours("nyha-4", "NYHA class IV"),)),
)
SITES: Final = tuple(
    Answer(key, words, (ours(key, words),))
    for key, words in (
        ("head", "Head"),
        ("face", "Face"),
        ("neck", "Neck"),
        ("chest", "Chest"),
        ("belly", "Belly"),
        ("back", "Back"),
        ("left-arm", "Left arm"),
        ("right-arm", "Right arm"),
        ("left-hand", "Left hand"),
        ("right-hand", "Right hand"),
        ("left-leg", "Left leg"),
        ("right-leg", "Right leg"),
        ("left-foot", "Left foot"),
        ("right-foot", "Right foot"),
    )
)
LOOKS: Final = tuple(
    Answer(key, words, (ours(key, display),))
    for key, words, display in (
        ("patch", "Red patch", "Erythematous patch"),
        ("dry", "Dry, scaly skin", "Scaling skin"),
        ("mole", "Mole or dark spot", "Pigmented lesion"),
        ("lump", "Lump", "Nodule"),
        ("blister", "Blisters", "Vesicles"),
        ("spots", "Pimples", "Papules or pustules"),
        ("wound", "Wound that does not heal", "Ulcer"),
        ("other", "Something else", "Other skin finding"),
    )
)
FINDINGS: Final = (
    Answer("sound", "Healthy", (ours("sound", "Sound tooth"),)),
    Answer("decay", "Decay", (snomed("80967001", "Dental caries"),)),
    Answer("filling", "Filling", (ours("filling", "Tooth with filling"),)),
    Answer("crown", "Crown", (ours("crown", "Tooth with crown"),)),
    Answer("root", "Root treated", (ours("root-treated", "Root-treated tooth"),)),
    Answer("implant", "Implant", (ours("implant", "Dental implant"),)),
    Answer("broken", "Broken", (ours("broken", "Fractured tooth"),)),
    Answer("missing", "Missing", (ours("missing", "Missing tooth"),)),
)
SURE: Final = (
    Answer("confirmed", "It is certain"),
    Answer("provisional", "It is likely"),
    Answer("differential", "It is one of several possible causes"),
)
