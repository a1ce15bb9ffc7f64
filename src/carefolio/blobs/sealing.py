"""How a blob is sealed: in pieces, so that one of any length passes through little memory (the STREAM construction).

Each blob has a key of its own. A piece's nonce and associated data say its number and whether it is the last: a piece
that is changed, left out, moved, doubled or comes from another blob does not open, nor does a blob without its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from carefolio.base.keys import NONCE_BYTES

PIECE = 1 << 20
TAG_BYTES = 16
_SEALED_PIECE = PIECE + TAG_BYTES


def sealed_size(length: int) -> int:
    """How many bytes a text of so many becomes."""
    return length + TAG_BYTES * max(1, -(-length // PIECE))


def seal(cipher: AESGCM, place: bytes, text: memoryview) -> Iterator[bytes]:
    """The sealed pieces of a text, one at least. ``cipher`` must be this blob's alone, ``place`` says whose it is."""
    last = max(0, len(text) - 1) // PIECE
    for number in range(last + 1):
        nonce = _nonce(number, is_last=number == last)
        yield cipher.encrypt(nonce, text[number * PIECE : (number + 1) * PIECE], place + nonce)


def unseal(cipher: AESGCM, place: bytes, stream: Iterable[bytes]) -> Iterator[bytes]:
    """The text of a sealed stream, however that is cut; raises InvalidTag at the first piece that is not right."""
    held, number = bytearray(), 0
    for piece in stream:
        held += piece
        while len(held) > _SEALED_PIECE:
            yield _opened(cipher, place, held[:_SEALED_PIECE], _nonce(number, is_last=False))
            del held[:_SEALED_PIECE]
            number += 1
    yield _opened(cipher, place, held, _nonce(number, is_last=True))


def _opened(cipher: AESGCM, place: bytes, sealed: bytearray, nonce: bytes) -> bytes:
    if len(sealed) < TAG_BYTES:
        raise InvalidTag
    return cipher.decrypt(nonce, sealed, place + nonce)


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(NONCE_BYTES - 1, "big") + bytes([is_last])
