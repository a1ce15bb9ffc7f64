"""A paper from its template and its facts, as a PDF that screen readers can read (PDF/UA-1, ISO 14289-1).

Facts are plain data; a template sets every one of them as text, so that nobody's words are taken for markup. The
typesetter is an extra, ``[pdf]``: where it is not installed ``can_typeset`` says so, and pages offer their HTML twin.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import msgspec
import segno

from carefolio.base import clock
from carefolio.base.failures import broken

LOG = logging.getLogger("carefolio.papers")
TEMPLATES: Final = Path(__file__).with_name("templates")
_STANDARD = "ua-1"
_QUIET_ZONE = 2


def can_typeset() -> bool:
    """Whether the extra ``[pdf]`` is installed."""
    return find_spec("typst") is not None


def typeset(name: str, facts: Mapping[str, Any]) -> bytes:
    """The PDF that ``templates/<name>.typ`` makes of the facts; raises a Failure where that cannot be done.

    Every paper's facts have a ``title`` and a ``language`` (``en``); what else, its template reads. Texts are strings;
    numbers, dates and money come in the reader's own form, as strings too.
    """
    if not can_typeset():
        raise broken("PDFs are not set up on this server: whoever runs it can add the extra 'pdf'.")
    typesetter = import_module("typst")
    try:
        return _made(name, facts, [_STANDARD])
    except typesetter.TypstError:
        LOG.info("the paper %s is no PDF/UA: a letter in it is in no font here", name)
    try:
        return _made(name, facts, [])
    except typesetter.TypstError as problem:
        raise broken("This PDF could not be made. Print the page instead.") from problem


def _made(name: str, facts: Mapping[str, Any], standards: Sequence[str]) -> bytes:
    """The standard refuses a letter without a picture; such a paper is tagged still, and shows a box in its place."""
    made: bytes = import_module("typst").compile(
        str(TEMPLATES / f"{name}.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        format="pdf",
        sys_inputs={"facts": msgspec.json.encode(facts).decode()},
        pdf_standards=standards,
        timestamp=clock.moment(clock.now()).replace(microsecond=0),
    )
    return made


def picture_code(address: str) -> str:
    """The QR code (ISO/IEC 18004) that leads to an address, as an SVG."""
    made = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        made, kind="svg", light="white", border=_QUIET_ZONE, xmldecl=False, omitsize=True
    )
    return made.getvalue().decode()


@lru_cache(maxsize=1)
def _fonts() -> Any:
    """The typesetter's own fonts, and the machine's for letters that those lack; looked for once."""
    return import_module("typst").Fonts(include_system_fonts=True, include_embedded_fonts=True)
