"""Entries of the ledger: what they are, how they are sealed, and how they are opened.

An entry's content is readable only under its owner's key; what the tree holds of it is a salted commitment:

    plain      = canonical JSON of [time, kind, owner, actor, content]    (keys sorted, no spaces, UTF-8)
    body       = seal(flag ‖ plain)                flag 0: as it is, 1: zlib
    salt       = keyed BLAKE2b-256 of the nonce of the body, under the salt key of the owner
    commitment = SHA-256(salt ‖ plain)
    leaf       = SHA-256(0x00 ‖ commitment)        RFC 6962's leaf hash of the commitment

The clear columns stand inside the sealed bytes as well, so that changing one is found and named. Once the
owner's key is destroyed nobody can open the body or compute the salt, and the leaf tells nothing.
"""

import zlib
from enum import IntEnum
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag

from carefolio.base.failures import Category, Failure, Issue
from carefolio.base.keys import NONCE_BYTES, OwnerKey
from carefolio.ledger.tree import leaf_hash

_AAD = b"carefolio ledger entry"
_AS_IT_IS = b"\x00"
_DEFLATED = b"\x01"
_DEFLATE_ABOVE = 8192
_DEFLATE_LEVEL = 1

_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder(tuple[int, int, int, int, dict[str, Any]]).decode


class Kind(IntEnum):
    """What an entry records. The numbers are stored: add, never change or reuse one."""

    RECORD_CREATED = 1
    RECORD_UPDATED = 2
    RECORD_DELETED = 3
    CHART_ERASED = 4  # content names the ``owner`` whose key was destroyed; sealed under the platform's key

    CONTRACT_PROPOSED = 10
    CONTRACT_GRANTED = 11
    CONTRACT_REJECTED = 12
    CONTRACT_WITHDRAWN = 13
    CONTRACT_ENDED = 14
    CONTRACT_EXPIRED = 15
    CONTRACT_CHANGED = 16

    DISCLOSED_READ = 20
    DISCLOSED_SEARCH = 21
    DISCLOSED_HISTORY = 22
    DISCLOSED_EVERYTHING = 23
    DISCLOSED_EXPORT = 24
    DISCLOSED_INDEX = 25
    DISCLOSED_AUDIT = 26
    DISCLOSED_NAME = 27
    DISCLOSED_WRITE = 28
    DISCLOSED_PRINT = 29
    DISCLOSED_EMAIL = 30
    DISCLOSED_ANALYSIS = 31
    DISCLOSED_MATCH = 32

    REFUSED = 40
    BREAK_GLASS = 41
    BREAK_GLASS_REVIEWED = 42
    WRONG_REPORTED = 43
    REPORT_SEEN = 44

    SIGN_IN = 50
    SIGN_IN_FAILED = 51
    SIGN_OUT = 52
    RECOVERY = 53
    FACTOR_CHANGED = 54

    ACCOUNT_CREATED = 60
    ACCOUNT_CHANGED = 61
    ACCOUNT_SUSPENDED = 62
    ACCOUNT_LINKED = 63
    ROLE_CHANGED = 64
    VERIFICATION_CHANGED = 65

    TOKEN_ISSUED = 70
    TOKEN_REVOKED = 71

    KEYS_CREATED = 80
    KEYS_ROTATED = 81
    KEYS_SAVED = 82
    KEYS_RESTORED = 83

    CONFIGURATION = 90
    BACKUP = 91
    RESTORE = 92
    FAILOVER = 93
    IMPORT = 94
    CLOCK = 95  # the clock was set back, knowingly: the next entries are dated before earlier ones
    DAILY_ROOT = 96  # once a day: size and root of the log in front of it


DISCLOSURES = frozenset(kind for kind in Kind if kind.name.startswith("DISCLOSED_"))
CONTRACTS = frozenset(kind for kind in Kind if kind.name.startswith("CONTRACT_"))
_KINDS = frozenset(int(kind) for kind in Kind)
WRITES = frozenset({Kind.RECORD_CREATED, Kind.RECORD_UPDATED, Kind.RECORD_DELETED})


class Tampered(Failure):
    """The ledger is not as it was written; the sentence says what is wrong, without any content."""

    def __init__(self, sentence: str) -> None:
        super().__init__(Category.BROKEN, Issue("exception", sentence))


class Entry(NamedTuple):
    """One event: when (µs since the epoch, UTC), what, in whose chart or shelf, by which account, and more.

    ``content`` holds what JSON can say without loss: text, whole numbers, true, false, null, lists, objects.
    """

    time: int
    kind: Kind
    owner: int
    actor: int
    content: dict[str, Any]


class SealedEntry(NamedTuple):
    """An entry as it is stored: clear columns, sealed body, leaf hash; not yet placed in the tree."""

    time: int
    kind: int
    owner: int
    actor: int
    body: bytes
    leaf: bytes


def seal_entry(entry: Entry, key: OwnerKey) -> SealedEntry:
    """Seal an entry under its owner's key. Runs before the write transaction, on the caller's thread.

    Raises:
        ValueError: the key is another owner's.
    """
    time, kind, owner, actor, content = entry
    if key.owner != owner:
        raise ValueError("an entry is sealed under the key of its own owner")
    kind_number = int(kind)
    plain = _encode((time, kind_number, owner, actor, content))
    if len(plain) > _DEFLATE_ABOVE:
        body = key.seal(_DEFLATED + zlib.compress(plain, _DEFLATE_LEVEL), _AAD)
    else:
        body = key.seal(_AS_IT_IS + plain, _AAD)
    return SealedEntry(time, kind_number, owner, actor, body, _leaf(body, plain, key))


def _leaf(body: bytes, plain: bytes, key: OwnerKey) -> bytes:
    return leaf_hash(sha256(key.salt(body[:NONCE_BYTES]) + plain).digest())


def unseal(sealed: SealedEntry, key: OwnerKey) -> tuple[Entry, bytes]:
    """What the body truly says, and the leaf hash that follows from it, whatever the clear columns say.

    Raises:
        ValueError: the body cannot be opened with this key; the text ends a sentence on the entry.
    """
    try:
        opened = key.open(sealed.body, _AAD)
    except (InvalidTag, TypeError, ValueError):
        # TypeError, ValueError: the column holds no bytes, or too few to be a sealed body.
        raise ValueError("its sealed content or its owner was changed") from None
    plain = zlib.decompress(opened[1:]) if opened[:1] == _DEFLATED else opened[1:]
    time, kind, owner, actor, content = _decode(plain)
    if kind not in _KINDS:
        raise ValueError(f"its kind {kind} is not known to this version of the software")
    entry = Entry(time, Kind(kind), owner, actor, content)
    return entry, _leaf(sealed.body, plain, key)


def differences(sealed: SealedEntry, entry: Entry, leaf: bytes) -> list[str]:
    """The names of the stored columns that are not what the opened body says."""
    pairs = zip(Entry._fields[:-1], sealed, entry, strict=False)
    changed = [name for name, stored, true in pairs if stored != true]
    return changed if leaf == sealed.leaf else [*changed, "leaf"]


def differing(columns: list[str]) -> str:
    """Words on columns that were changed, to end a sentence on their entry."""
    return f"its {' and '.join(columns)} {'is' if len(columns) == 1 else 'are'} not what was sealed"


def open_entry(sealed: SealedEntry, key: OwnerKey) -> Entry:
    """Open a stored entry and check every column against what was sealed.

    Raises:
        Tampered: the body, a clear column or the leaf was changed; the text says which.
    """
    try:
        entry, leaf = unseal(sealed, key)
    except ValueError as problem:
        raise Tampered(f"An entry of the ledger was changed: {problem}.") from None
    changed = differences(sealed, entry, leaf)
    if changed:
        raise Tampered(f"An entry of the ledger was changed: {differing(changed)}.")
    return entry
