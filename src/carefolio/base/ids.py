"""Names for things: record ids, tokens, and the codes that people type."""

from __future__ import annotations

import secrets
import time
from itertools import count

from carefolio.base.drawn import Drawn

CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Thirty-two signs that are not mistaken for one another: no 0, 1, I, O."""
CODE_LENGTH = 9
CODE_GROUP = 5
_UUID_RANDOM = Drawn(10)
_VARIANT = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))
"""The digit that holds a UUID's variant, by the random digit whose last two bits it keeps."""


def new_id() -> str:
    """A record's id: UUID version 7 (RFC 9562), so that neighbours in time are neighbours in the index."""
    milliseconds = f"{time.time_ns() // 1_000_000:012x}"
    drawn = _UUID_RANDOM.take().hex()
    return f"{milliseconds[:8]}-{milliseconds[8:]}-7{drawn[:3]}-{_VARIANT[drawn[3]]}{drawn[4:7]}-{drawn[7:19]}"


_PROCESS = secrets.token_hex(6)
_REQUESTS = count(1)


def new_request_id() -> str:
    """A request's id, from edge to ledger entry: unique, but not secret, so it costs no randomness of its own."""
    return f"{_PROCESS}-{next(_REQUESTS):x}"


def derived_id(digest: bytes) -> str:
    """An id made of 16 bytes of a keyed digest: the same input always names the same record (UUID version 8)."""
    text = digest[:16].hex()
    return f"{text[:8]}-{text[8:12]}-8{text[13:16]}-{_VARIANT[text[16]]}{text[17:20]}-{text[20:]}"


def new_token() -> str:
    """An opaque bearer token of (all but a fortieth) 256 random bits; only its hash is ever stored. It begins with no
    dash: a command takes such a word for an option.
    """
    while True:
        token = secrets.token_urlsafe(32)
        if not token.startswith("-"):
            return token


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
