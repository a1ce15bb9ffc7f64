"""What Django keeps about people is sealed: whoever takes its database without the keys reads nothing in it."""

from __future__ import annotations

import os
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12


def seal(plain: bytes, purpose: bytes) -> bytes:
    """Nonce and AES-256-GCM ciphertext, bound to its purpose."""
    nonce = os.urandom(_NONCE)
    return nonce + _cipher().encrypt(nonce, plain, purpose)


def unseal(sealed: bytes, purpose: bytes) -> bytes | None:
    """What was sealed; None for anything that was not sealed here for this purpose."""
    try:
        return _cipher().decrypt(bytes(sealed[:_NONCE]), bytes(sealed[_NONCE:]), purpose)
    except (InvalidTag, ValueError):
        return None


def _cipher() -> AESGCM:
    return AESGCM(sha256(b"portal/seal" + settings.SECRET_KEY.encode()).digest())
