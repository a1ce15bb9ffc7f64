"""Names for things: record ids, tokens, and the codes that people type."""

from __future__ import annotations

import os
import secrets
import time
from itertools import count
from uuid import UUID

CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Thirty-two signs that are not mistaken for one another: no 0, 1, I, O."""
CODE_LENGTH = 9
CODE_GROUP = 5
_UUID_RANDOM_BYTES = 10


def new_id() -> str:
    """A record's id: UUID version 7 (RFC 9562), so that neighbours in time are neighbours in the index."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(os.urandom(_UUID_RANDOM_BYTES), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return str(UUID(int=value))


_PROCESS = secrets.token_hex(6)
_REQUESTS = count(1)


def new_request_id() -> str:
    """A request's id, from edge to ledger entry: unique, but not secret, so it costs no randomness of its own."""
    return f"{_PROCESS}-{next(_REQUESTS):x}"


def derived_id(digest: bytes) -> str:
    """An id made of 16 bytes of a keyed digest: the same input always names the same record (UUID version 8)."""
    value = int.from_bytes(digest[:16], "big")
    value = (value & ~(0xF << 76)) | (0x8 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return str(UUID(int=value))


def new_token() -> str:
    """An opaque bearer token of 256 random bits; only its hash is ever stored."""
    return secrets.token_urlsafe(32)


def new_code(prefix: str) -> str:
    """A code for people to type: ``PAT-7KQ2M-X9RDT``; random, the last sign checks the others."""
    signs = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return _grouped(prefix, signs + _check_sign(signs))


def normal_code(text: str) -> str | None:
    """The code as it is stored, from whatever somebody typed (spaces, lower case, no dashes); None if it is none."""
    signs = "".join(sign for sign in text.upper() if sign.isalnum())
    prefix, body = signs[:3], signs[3:]
    if prefix not in ("PAT", "DOC") or len(body) != CODE_LENGTH + 1:
        return None
    if not set(body) <= set(CODE_ALPHABET) or _check_sign(body[:-1]) != body[-1]:
        return None
    return _grouped(prefix, body)


def _grouped(prefix: str, signs: str) -> str:
    return f"{prefix}-{signs[:CODE_GROUP]}-{signs[CODE_GROUP:]}"


def _check_sign(signs: str) -> str:
    """Luhn's algorithm over 32 signs: finds every single wrong sign and nearly all swaps of neighbours."""
    total = 0
    for position, sign in enumerate(reversed(signs)):
        value = CODE_ALPHABET.index(sign) * (2 if position % 2 == 0 else 1)
        total += value // len(CODE_ALPHABET) + value % len(CODE_ALPHABET)
    return CODE_ALPHABET[-total % len(CODE_ALPHABET)]
