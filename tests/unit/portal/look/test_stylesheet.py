"""The stylesheet: contrast of every pair of colours in both themes, its size, and that its themes say the same."""

import re
from itertools import chain
from pathlib import Path

import pytest

from carefolio.portal import look

FOLDER = Path(look.__file__).parent / "static" / "look"
SHEET = (FOLDER / "carefolio.css").read_text()
TEXT, PART = 4.5, 3.0
GROUNDS = ("paper", "card", "sunk")
TINTS = {"error": "error-tint", "good": "good-tint", "due": "due-tint", "info": "info-tint"}
BESIDE_WORDS = {"line", "band"}
"""Hair lines and bands: what they show is also said in words, or by a shape that has contrast of its own."""
WORDS = [
    *((text, ground) for text in ("ink", "soft", "accent", "accent-deep") for ground in GROUNDS),
    *((text, ground) for text in ("error", "good", "due", "info") for ground in ("paper", "card", TINTS[text])),
    *(("ink", tint) for tint in (*TINTS.values(), "accent-tint", "band")),
    ("on-accent", "accent"),
    ("on-accent", "accent-deep"),
    ("accent", "accent-tint"),
    ("accent-deep", "accent-tint"),
    ("soft", "accent-tint"),
]
PARTS = [
    *((part, ground) for part in ("edge", "focus", "accent", "due", "error") for ground in GROUNDS),
    ("accent", "band"),
    ("due", "band"),
    ("edge", "accent-tint"),
    ("good-tint", "good"),
    ("focus", "accent-tint"),
]


def block(start, sheet=SHEET):
    body = sheet[sheet.index(start) :]
    body = body[body.index("{") + 1 :]
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", body[: body.index("}")]))


THEMES = {"light": block(":root {"), "dark": block(":root {", SHEET[SHEET.index("prefers-color-scheme: dark") :])}


def luminance(colour):
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """WCAG 2.2's contrast ratio (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def pairs_of_rules():
    """Every rule that sets both: the words' colour and their ground."""
    for body in re.findall(r"{([^{}]*)}", SHEET):
        text = re.search(r"(?<![-\w])color: var\(--([a-z-]+)\)", body)
        ground = re.search(r"background: var\(--([a-z-]+)\)", body)
        if text and ground:
            yield text[1], ground[1]


@pytest.mark.parametrize("theme", THEMES)
def test_words_stand_out_from_their_ground(theme):
    colours = THEMES[theme]
    found = {pair: round(contrast(*(colours[name] for name in pair)), 2) for pair in [*WORDS, *pairs_of_rules()]}
    assert {pair: ratio for pair, ratio in found.items() if ratio < TEXT} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_parts_stand_out_from_their_ground(theme):
    colours = THEMES[theme]
    found = {pair: round(contrast(*(colours[name] for name in pair)), 2) for pair in PARTS}
    assert {pair: ratio for pair, ratio in found.items() if ratio < PART} == {}


def test_every_colour_is_in_a_pair():
    assert set(THEMES["light"]) - set(chain(*WORDS, *PARTS)) - BESIDE_WORDS == set()


def test_the_dark_theme_stands_once_and_names_every_colour():
    assert SHEET.count("color-scheme: dark") == 2, "the question to the device, and what browsers draw themselves"
    assert set(THEMES["dark"]) == set(THEMES["light"])


def test_rules_name_colours_only_by_their_tokens():
    rules = re.sub(r"/\*.*?\*/", "", SHEET[SHEET.index("--s1") : SHEET.index("@media print")], flags=re.DOTALL)
    assert re.findall(r"#[0-9a-f]{3,8}\b(?!-)", rules) == []


def test_every_variable_that_is_used_is_declared():
    assert set(re.findall(r"var\(--([\w-]+)\)", SHEET)) <= set(re.findall(r"--([\w-]+):", SHEET))


def test_the_files_are_small_and_ask_nobody_else():
    assert len(SHEET.encode()) <= 24 * 1024
    more = (FOLDER / "care.css").read_text()
    assert len(more.encode()) <= 8 * 1024
    assert set(re.findall(r"var\(--([\w-]+)\)", more)) <= set(re.findall(r"--([\w-]+):", SHEET + more))
    assert re.findall(r"#[0-9a-f]{3,8}\b(?!-)", more.partition("}")[2]) == []
    assert "http" not in more
    script = (FOLDER / "carefolio.js").read_bytes()
    assert len(script) <= 6 * 1024
    assert "http" not in SHEET.replace("http://www.w3.org/2000/svg", "")


def test_contrast_is_counted_as_the_guidelines_do():
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
