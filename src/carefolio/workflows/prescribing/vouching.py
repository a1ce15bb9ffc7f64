"""The word of the platform for a paper prescription: whoever holds it asks by the address of its picture code.

The address holds the prescription's id and a mark of it by our own key: nobody makes one for another, or guesses one.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from uuid import UUID

from carefolio.base.keys import PLATFORM
from carefolio.records import vouching
from carefolio.records.door import Door
from carefolio.workflows.prescribing import names, rules
from carefolio.workflows.prescribing.reading import handed_of, is_ours, seen_of
from carefolio.workflows.prescribing.rules import Party, Standing
from carefolio.workflows.prescribing.signing import Signed

_MARK_BYTES = 16


@dataclass(frozen=True, slots=True)
class Vouched:
    """What may be told to whoever holds the paper: nothing of the patient, nothing of the medicine. ``written`` in µs
    UTC, ``last_day`` a FHIR date.
    """

    signed: Signed
    doctor: Party
    written: int
    last_day: str
    standing: Standing
    started: bool


def token_of(door: Door, id_: str) -> str:
    """The last part of the address."""
    return urlsafe_b64encode(_mark(door, id_) + UUID(id_).bytes).rstrip(b"=").decode()


def vouch(door: Door, token: str) -> Vouched | None:
    """What there is to say of the prescription behind a token; None for what is none."""
    id_ = _id_in(door, token)
    request = vouching.newest(door.parts, "MedicationRequest", id_) if id_ else None
    if request is None or not is_ours(request):
        return None
    found = (vouching.newest(door.parts, "MedicationDispense", one) for one in names.dispense_ids(id_))
    handed = handed_of(id_, [one for one in found if one is not None])
    provenance = vouching.newest(door.parts, "Provenance", names.signature_id(id_))
    seen = seen_of(door, rules.prescription_of(request), provenance, None, handed)
    prescription = seen.prescription
    return Vouched(
        signed=seen.signed,
        doctor=prescription.doctor,
        written=prescription.written,
        last_day=prescription.last_day,
        standing=seen.standing,
        started=bool(seen.left.given),
    )


def _id_in(door: Door, token: str) -> str:
    try:
        data = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        mark, id_ = data[:_MARK_BYTES], str(UUID(bytes=data[_MARK_BYTES:]))
    except (NotBase64, ValueError):
        return ""
    return id_ if hmac.compare_digest(mark, _mark(door, id_)) else ""


def _mark(door: Door, id_: str) -> bytes:
    return door.keyring.of(PLATFORM).mark(f"prescription/{id_}")[:_MARK_BYTES]
