"""All 32 teeth as one looks into the mouth, each with its number and a letter for what was found there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from carefolio.portal.pictures.svg import at, picture, words

_WIDTH, _HEIGHT, _TOP, _BETWEEN = 44, 70, 34, 26
_SIDE: Final = 8
_ROW: Final = 16
_SIZE: Final = (_ROW * _WIDTH + 2 * _SIDE, 2 * (_TOP + _HEIGHT) + _BETWEEN)
_SMALL: Final = (1, 2, 3)
_FRONT, _BACK = 28, 38
"""How wide front teeth and others are."""


class Tooth(NamedTuple):
    """One tooth by FDI's number; ``sign`` stands inside it."""

    number: str
    sign: str = ""
    worrying: bool = False
    missing: bool = False


def drawn(teeth: Sequence[Tooth], titles: tuple[str, str]) -> str:
    """The picture; ``teeth``: the upper row from left to right, then the lower one."""
    parts = [part for place, tooth in enumerate(teeth) for part in _tooth(tooth, place % _ROW, place // _ROW)]
    middle = _SIDE + _ROW // 2 * _WIDTH
    parts.append(f'<path class="trend-axis" d="M{middle} 8V{_SIZE[1] - 8}"/>')
    return picture("teeth", _SIZE, titles, parts)


def _tooth(tooth: Tooth, place: int, row: int) -> list[str]:
    wide = _FRONT if int(tooth.number[1]) in _SMALL else _BACK
    middle = _SIDE + place * _WIDTH + _WIDTH / 2
    top = _TOP + row * (_HEIGHT + _BETWEEN)
    name = (
        "tooth-missing"
        if tooth.missing
        else "tooth-due"
        if tooth.worrying
        else "tooth-found"
        if tooth.sign
        else "tooth"
    )
    box = f'x="{at(middle - wide / 2)}" y="{at(top)}" width="{wide}" height="{_HEIGHT}"'
    number = top - 10 if row == 0 else top + _HEIGHT + 24
    found = [f'<rect class="{name}" {box} rx="12"/>', words(middle, number, tooth.number)]
    if tooth.sign:
        found.append(words(middle, top + _HEIGHT / 2 + 8, tooth.sign, name="tooth-sign"))
    return found
