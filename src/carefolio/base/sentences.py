"""Sentences for people, in English, that remember what they were made of: so that a page can say them otherwise."""

from __future__ import annotations

from typing import Any


class Sentence(str):
    """English to whoever reads it as it is; ``pattern`` and ``values`` to whoever looks for a translation."""

    pattern: str
    values: dict[str, Any]


def sentence(pattern: str, **values: Any) -> Sentence:
    """The pattern with its values in place: ``sentence("Keep it to {most} letters.", most=500)``. A sentence without
    values is a plain ``str``.
    """
    made = Sentence(pattern.format(**values))
    made.pattern, made.values = pattern, values
    return made
