"""Ids that are a workflow's before anything stands under them: it makes them of the id of a record that it wrote.

What may be there once only has one id, made of the prescription's or the bill's: the handing out number 1, the Task by
which it goes to pharmacies, the first payment. Whoever knows the prescription could put something of their own there
first, and nothing would be handed out any more. So these ids are taken as soon as that record is there. Nobody is early
for it: its own id is random, or made with the installation's key. No id is reserved for a record that is not a
workflow's: what hospitals send under ids of their own making is none of this.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from carefolio.store import records
from carefolio.store.records import Reader
from carefolio.store.rows import Flag

_MADE: Final = MappingProxyType(
    {
        "ChargeItem": ("Invoice", re.compile(r"\.c[0-9]+")),
        "MedicationDispense": ("MedicationRequest", re.compile(r"-[0-9]+")),
        "PaymentNotice": ("Invoice", re.compile(r"\.[pr][0-9]+")),
        "Provenance": ("MedicationRequest", re.compile(r"-signature")),
        "Task": ("MedicationRequest", re.compile(r"-way")),
    }
)
"""By type: of which record's id it is made, and how it goes on after that."""


def root_of(type_: str, id_: str) -> tuple[str, str] | None:
    """The type and the id that the record would have of which this one's id would be made; None for all other ids."""
    root, ending = _MADE.get(type_, ("", None))
    start = max(id_.rfind(sign) for sign in ".-")
    made = ending is not None and start > 0 and ending.fullmatch(id_, start)
    return (root, id_[:start]) if made else None


def is_reserved(reader: Reader, type_: str, id_: str) -> bool:
    """Whether only a workflow may begin a record under this id."""
    root = root_of(type_, id_)
    row = records.current(reader, *root) if root else None
    return row is not None and bool(row.flags & Flag.KEPT)
