"""A prescription's signature: a JWS (RFC 7515) by the doctor's Ed25519 key (RFC 8037) over what counts in it.

What counts is the whole MedicationRequest but its metadata, its narrative and its status: a prescription that was
cancelled is still what the doctor signed. Its canonical form is JSON with the names in order, no space between, and
numbers as their shortest text; it is the JWS's payload, and made again from the record when somebody looks.

The key is *custodial*: this platform makes it for the doctor, from a key of its own that is never kept in the clear,
and signs for them when they press the button. The signature says so, and so do the pages.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

Resource = dict[str, Any]

JOSE: Final = "application/jose"
CUSTODY: Final = "https://carefolio.org/fhir/StructureDefinition/signature-custody"
"""Extension of the Provenance: who holds the key that signed (valueCode, ``platform``)."""
_ALGORITHM: Final = "EdDSA"
_NOT_SIGNED: Final = frozenset({"meta", "text", "status", "statusReason"})
_AUTHOR: Final = {
    "system": "urn:iso-astm:E1762-95:2013",
    "code": "1.2.840.10065.1.12.1.1",
    "display": "Author's Signature",
}
_PARTS = 3


class Verdict(StrEnum):
    """What came of looking at a signature."""

    HOLDS = "holds"
    NONE = "none"
    """There is none, or what stands there is none."""
    ALTERED = "altered"
    """The prescription says something else now than was signed."""
    SOMEBODY_ELSE = "somebody-else"
    """The key is not that of the doctor who is said to have prescribed it."""
    ANOTHER = "another"
    """It was signed under another prescription."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A verdict, and the moment (FHIR instant) in which the signature says that it was made."""

    verdict: Verdict
    when: str = ""

    @property
    def holds(self) -> bool:
        """Whether the prescription is as its doctor signed it."""
        return self.verdict is Verdict.HOLDS


def canonical(request: Resource) -> bytes:
    """What counts in a MedicationRequest, in one form only."""
    counted = {name: value for name, value in request.items() if name not in _NOT_SIGNED}
    return msgspec.json.encode(_plain(counted), order="deterministic")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return f"{Decimal(value).normalize():f}"
    return value


def sign(request: Resource, key: Ed25519PrivateKey) -> str:
    """The JWS in its compact form."""
    header = {"alg": _ALGORITHM, "kid": thumbprint(key.public_key()), "typ": "JOSE"}
    signed = f"{_text(msgspec.json.encode(header, order='deterministic'))}.{_text(canonical(request))}"
    return f"{signed}.{_text(key.sign(signed.encode()))}"


def provenance(request: Resource, version: int, jws: str, when: str) -> Resource:
    """The Provenance that holds the signature under this version of the prescription. It names the patient too: it
    stands in their chart.
    """
    doctor = request["requester"]
    return {
        "resourceType": "Provenance",
        "target": [
            {"reference": f"MedicationRequest/{request['id']}/_history/{version}"},
            {"reference": request["subject"]["reference"]},
        ],
        "recorded": when,
        "extension": [{"url": CUSTODY, "valueCode": "platform"}],
        "agent": [{"type": {"text": "Prescriber"}, "who": doctor}],
        "signature": [
            {
                "type": [_AUTHOR],
                "when": when,
                "who": doctor,
                "targetFormat": "application/fhir+json",
                "sigFormat": JOSE,
                "data": b64encode(jws.encode()).decode(),
            }
        ],
    }


def verify(request: Resource, provenance: Resource | None, key: Ed25519PublicKey) -> Signed:
    """Whether the signature in the Provenance is this prescription's; ``key`` is that of the doctor whom it names.

    1. There is a JWS, and its header asks for nothing but Ed25519.
    2. The doctor's key made it.
    3. It was made for this prescription.
    4. The prescription says what was signed.
    """
    signature: Resource = next(iter((provenance or {}).get("signature", [])), {})
    parts = _parts(signature)
    if parts is None:  # 1
        return Signed(Verdict.NONE)
    signed, payload, made = parts
    try:
        key.verify(made, signed)
    except InvalidSignature:  # 2
        return Signed(Verdict.SOMEBODY_ELSE)
    if _id_in(payload) != request.get("id"):  # 3
        return Signed(Verdict.ANOTHER)
    if payload != canonical(request):  # 4
        return Signed(Verdict.ALTERED)
    return Signed(Verdict.HOLDS, str(signature.get("when", "")))


def thumbprint(key: Ed25519PublicKey) -> str:
    """The key's name: its JWK thumbprint (RFC 7638)."""
    return _text(hashlib.sha256(msgspec.json.encode(_jwk(key), order="deterministic")).digest())


def key_set(key: Ed25519PublicKey) -> Resource:
    """The JWK set (RFC 7517) by which others verify what a doctor signed."""
    return {"keys": [_jwk(key) | {"alg": _ALGORITHM, "use": "sig", "kid": thumbprint(key)}]}


def _jwk(key: Ed25519PublicKey) -> dict[str, str]:
    return {"kty": "OKP", "crv": "Ed25519", "x": _text(key.public_bytes_raw())}


def _parts(signature: Resource) -> tuple[bytes, bytes, bytes] | None:
    """What was signed, the payload in it, the signature; None for what is no JWS of ours."""
    try:
        jws = b64decode(signature["data"], validate=True).decode("ascii")
        parts = jws.split(".")
        header = msgspec.json.decode(_bytes(parts[0]))
        fits = len(parts) == _PARTS and header["alg"] == _ALGORITHM and "crit" not in header
        return (".".join(parts[:2]).encode(), _bytes(parts[1]), _bytes(parts[2])) if fits else None
    except (KeyError, TypeError, IndexError, ValueError, NotBase64, msgspec.DecodeError):
        return None


def _id_in(payload: bytes) -> object:
    try:
        found = msgspec.json.decode(payload)
    except msgspec.DecodeError:
        return None
    return found.get("id") if isinstance(found, dict) else None


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
