"""What the demo's patients wrote about themselves by forms: weight and blood pressure at home, teeth, a spot."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from itertools import count
from typing import Any, Final

from carefolio.base.database import run
from carefolio.base.failures import Category, Failure
from carefolio.base.ids import derived_id
from carefolio.records.door import Door
from carefolio.records.entries import Caller
from carefolio.workflows.charting import actions, pictures, rules
from carefolio.workflows.charting.forms import FORMS
from carefolio.workflows.charting.rules import Setting
from carefolio.workflows.charting.units import QUANTITIES, read

Values = dict[str, Any]
_SIDE: Final = 96
_NAMED = struct.Struct(">I4s")
_FILLED: Final[tuple[tuple[int, str, Values, str], ...]] = (
    (3, "general", {"weight": "74.5 weight", "height": "168 height"}, "Before breakfast"),
    (3, "heart", {"systolic": "136 pressure", "diastolic": "84 pressure", "pulse": "72 rate"}, "At home, sitting"),
    (19, "heart", {"systolic": "142 pressure", "diastolic": "88 pressure", "pulse": "75 rate"}, ""),
    (40, "teeth", {"teeth": ["18", "28"], "finding": "missing"}, "Wisdom teeth, taken out"),
    (40, "teeth", {"teeth": ["36", "47"], "finding": "filling"}, ""),
    (12, "skin", {"site": "left-arm", "looks": "patch", "size": "14 length", "itch": "3 score"}, "Since the garden"),
)
"""Days ago, form, answers (numbers with their quantity), note."""


def write(door: Door, caller: Caller, name: str, today: date) -> None:
    """Fill in the forms for this patient; what is there already stays."""
    run(door.parts.database, _all(door, caller, name, today))


async def _all(door: Door, caller: Caller, name: str, today: date) -> None:
    person = caller.principal.person
    for number, (ago, form, answers, note) in enumerate(_FILLED):
        setting = Setting(person, person, today - timedelta(days=ago), note, adult=True, name=name)
        ids = _ids(f"{person} {number}")
        made = rules.resources(FORMS[form], _values(form, answers), setting, partial(next, ids))
        if not await _is_there(door, caller, made[0]):
            await actions.write(door, caller, made)


def _ids(key: str) -> Iterator[str]:
    """The same for the same patient and form, so that nothing is written twice."""
    for number in count():
        yield derived_id(sha256(f"demo {key} {number}".encode()).digest())


async def _is_there(door: Door, caller: Caller, made: dict[str, Any]) -> bool:
    try:
        await door.read(caller.token, caller.request, made["resourceType"], made["id"])
    except Failure as failure:
        if failure.category not in (Category.ABSENT, Category.GONE):
            raise
        return failure.category is Category.GONE
    return True


def _values(form: str, answers: Values) -> Values:
    found = {name: _amount(value) if _is_amount(value) else value for name, value in answers.items()}
    return found | ({"picture": pictures.picture(_spot())} if form == "skin" else {})


def _is_amount(value: Any) -> bool:
    return isinstance(value, str) and " " in value


def _amount(text: str) -> Any:
    number, _space, quantity = text.partition(" ")
    return read(number, QUANTITIES[quantity], QUANTITIES[quantity].kept)


def _spot() -> bytes:
    """A red patch on skin, drawn: a PNG."""
    middle = _SIDE / 2
    rows = b"".join(
        b"\0" + b"".join(_shade((x - middle) ** 2 + (y - middle) ** 2) for x in range(_SIDE)) for y in range(_SIDE)
    )
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*one) for one in parts)


def _shade(distance: float) -> bytes:
    """The colour so far (squared) from the middle of the patch."""
    red = max(0.0, 1 - distance / (_SIDE * 6))
    return bytes((224, round(180 - 90 * red), round(160 - 80 * red)))


def _chunk(name: bytes, content: bytes) -> bytes:
    return _NAMED.pack(len(content), name) + content + struct.pack(">I", zlib.crc32(name + content))
