"""Signed notes: how a checkpoint is written down and signed (C2SP signed-note and tlog-checkpoint).

A checkpoint is text, and each signature is a line under it:

    carefolio/3f9a2c…          origin: which log, also the name of the key
    1042                       tree size
    iVBORw0KGgo…=              root hash, base64
                               (an empty line)
    — carefolio/3f9a2c… base64(key id ‖ Ed25519 signature of the text above the empty line)
"""

from base64 import b64decode, b64encode
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from carefolio.base.keys import Keyring
from carefolio.ledger.tree import HASH_SIZE

_ED25519 = b"\x01"
_KEY_ID_SIZE = 4
_LOG_ID_SIZE = 8
_DASH = "\N{EM DASH} "


class Checkpoint(NamedTuple):
    """What a checkpoint says: the log's name, how many entries it holds, and their root."""

    origin: str
    size: int
    root: bytes


def origin_of(public: bytes) -> str:
    """The log's name: ``carefolio/`` and the first 16 hexadecimal digits of SHA-256 of its public key."""
    return "carefolio/" + sha256(public).digest()[:_LOG_ID_SIZE].hex()


def key_id(name: str, public: bytes) -> bytes:
    """The 4 bytes that name an Ed25519 key in a signature line."""
    return sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:_KEY_ID_SIZE]


def sign_checkpoint(keyring: Keyring, size: int, root: bytes) -> str:
    """The signed note for a tree."""
    name = origin_of(keyring.public)
    text = f"{name}\n{size}\n{b64encode(root).decode()}\n"
    signature = b64encode(key_id(name, keyring.public) + keyring.sign(text.encode())).decode()
    return f"{text}\n{_DASH}{name} {signature}\n"


def read_checkpoint(note: str, public: bytes) -> Checkpoint:
    """What a note says, once the log's own signature is found valid; other signers' lines are left alone.

    Raises:
        ValueError: the note is no checkpoint, is another log's, or its signature does not hold.
    """
    text, empty, signatures = note.rpartition("\n\n")
    text += "\n"
    if not empty or not _signed(text, signatures, public):
        raise ValueError("its signature does not hold")
    return _parse(text, origin_of(public))


def _signed(text: str, signatures: str, public: bytes) -> bool:
    name = origin_of(public)
    start = f"{_DASH}{name} "
    ours = (line.removeprefix(start) for line in signatures.split("\n") if line.startswith(start))
    return any(_valid(line, text, name, public) for line in ours)


def _valid(line: str, text: str, name: str, public: bytes) -> bool:
    try:
        packed = b64decode(line, validate=True)
        Ed25519PublicKey.from_public_bytes(public).verify(packed[_KEY_ID_SIZE:], text.encode())
    except (ValueError, InvalidSignature):
        return False
    # Base64 leaves bits unused at its end: only the one way of writing that leaves them empty is ours.
    return packed[:_KEY_ID_SIZE] == key_id(name, public) and b64encode(packed).decode() == line


def _parse(text: str, origin: str) -> Checkpoint:
    lines = text.split("\n")
    try:
        size, root = int(lines[1]), b64decode(lines[2], validate=True)
    except (ValueError, IndexError):
        raise ValueError("it is not a checkpoint") from None
    if lines[0] != origin or str(size) != lines[1] or len(root) != HASH_SIZE:
        raise ValueError("it is not a checkpoint of this log")
    return Checkpoint(origin, size, root)
