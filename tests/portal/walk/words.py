"""A page's own words: what we say on it, without what records say."""

from __future__ import annotations

from tests.portal.walk.sheet import Sheet
from tests.unit.portal.words.reading import sentences, words

LEFT_OUT = frozenset({"script", "style", "svg", "code", "pre", "td", "dd", "textarea", "option", "head"})
"""Besides ``data-record-text``: what holds values, not sentences of ours."""


def blocks(sheet: Sheet) -> list[str]:
    """Paragraphs, headings, labels, lines of lists."""
    said = [" ".join(line.split()) for line in sheet.root.text(LEFT_OUT).split("\n")]
    return [line for line in said if line]


def copy(sheet: Sheet) -> str:
    """All of it, each block ended as a sentence."""
    return " ".join(line if line[-1] in ".!?" else f"{line}." for line in blocks(sheet))


def long_sentences(text: list[str], most: int) -> list[str]:
    """Those with more words than that."""
    return [one for block in text for one in sentences(block) if len(words(one)) > most]


def visible(sheet: Sheet) -> str:
    """All that can be read on it but codes and records' own words."""
    return sheet.root.text(frozenset({"script", "style", "code", "pre", "head"}))
