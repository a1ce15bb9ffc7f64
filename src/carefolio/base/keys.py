"""The keyring: a root key seals a region key, the region key seals one key per owner (a chart or a sender's shelf).

Sub-keys come from the owner's key by HKDF-Expand (RFC 5869): one for record bodies, one for the ledger's salts, one for
blobs, one for signatures in somebody's name. Wrapped keys live in a file of their own, apart from the data and its
backups. A key is durable here before the first row under it is written there: a crash between the two leaves a key
without rows, which harms nobody. Owner numbers are allotted here too, for the same reason.
"""

from __future__ import annotations

import hmac
import logging
import os
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import closing
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from carefolio.base.drawn import Drawn
from carefolio.base.failures import Failure, broken
from carefolio.base.keystore import KeyFile, KeyStore, Remembered, Unreadable

LOG = logging.getLogger("carefolio.keys")
KEY_BYTES = 32
NONCE_BYTES = 12
PLATFORM = 0
"""The owner number of what belongs to nobody's chart: platform entries of the ledger, accounts."""
CACHED_KEYS = 20_000
CACHED_VALUES = 100_000
_RESERVED_AT_ONCE, _LOW_STOCK = 32, 8
_NONCES = Drawn(NONCE_BYTES)


def _sub_key(key: bytes, purpose: bytes) -> bytes:
    return hmac.digest(key, b"carefolio/" + purpose + b"\x01", "sha256")


class OwnerKey:
    """The key of one chart or shelf, ready for use."""

    __slots__ = ("_blob", "_record", "_salt", "_sign", "owner")

    def __init__(self, owner: int, key: bytes) -> None:
        self.owner = owner
        self._record = AESGCM(_sub_key(key, b"record"))
        self._salt = _sub_key(key, b"salt")
        self._blob = _sub_key(key, b"blob")
        self._sign = _sub_key(key, b"sign")

    def seal(self, plain: bytes, aad: bytes) -> bytes:
        """Nonce (12 bytes) and AES-256-GCM ciphertext; ``aad`` names where it belongs and must be given to open it."""
        nonce = _NONCES.take()
        return nonce + self._record.encrypt(nonce, plain, aad)

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """The plain bytes; raises InvalidTag when a byte, the place or the key is another, or it is no bytes at all."""
        try:
            return self._record.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
        except (TypeError, ValueError):  # a column of SQLite holds whatever somebody puts there
            raise InvalidTag from None

    def of_blob(self, place: bytes) -> AESGCM:
        """The key of one blob, which ``place`` names and no other: its nonces may then be counted."""
        return AESGCM(_sub_key(self._blob, place))

    def signer(self, name: str) -> Ed25519PrivateKey:
        """The Ed25519 key (RFC 8032) with which we sign for somebody; it is made anew each time and never kept."""
        return Ed25519PrivateKey.from_private_bytes(_sub_key(self._sign, name.encode()))

    def mark(self, text: str) -> bytes:
        """Thirty-two bytes that only this key gives for the text: for addresses that nobody guesses."""
        return hmac.digest(self._sign, b"mark/" + text.encode(), "sha256")

    def salt(self, nonce: bytes) -> bytes:
        """The salt of the commitment that was sealed under ``nonce``: lost for ever with the key."""
        return blake2b(nonce, key=self._salt, digest_size=KEY_BYTES).digest()


class Blind:
    """Values that are searched without being stored: keyed BLAKE2b (RFC 7693) cut to a signed 64-bit integer."""

    def __init__(self, key: bytes) -> None:
        def value(text: str) -> int:
            return int.from_bytes(blake2b(text.encode(), digest_size=8, key=key).digest(), "little", signed=True)

        self.value = lru_cache(CACHED_VALUES)(value)
        self._key = key

    def digest(self, text: str) -> bytes:
        """Sixteen bytes of the same function, for identities that must not collide across the whole platform."""
        return blake2b(text.encode(), digest_size=16, key=self._key).digest()


class Keyring:
    """All keys of one installation, opened with its root key."""

    def __init__(self, store: KeyStore, root: bytes) -> None:
        self._store = store
        self._cache: OrderedDict[int, OwnerKey] = OrderedDict()
        self._ready: list[OwnerKey] = []
        self._filling = threading.Lock()
        self._filler: threading.Thread | None = None
        self._region = AESGCM(self._unwrap_platform(AESGCM(root), "region"))
        self.blind = Blind(self._unwrap_platform(self._region, "index"))
        self._ledger = Ed25519PrivateKey.from_private_bytes(self._unwrap_platform(self._region, "ledger"))
        self.public = self._ledger.public_key().public_bytes_raw()
        self.store = self._unwrap_platform(self._region, "store").hex()

    @staticmethod
    def create(place: Path | KeyStore, root: bytes) -> None:
        """New keys; a place that has keys already is left as it is. The caller has made sure that there is no data.

        If we crash before the commit there is no key, and the next start makes them; several processes may try.
        """
        try:
            with closing(_store_at(place)) as store:
                _make_keys(store, root)
        except Unreadable:
            raise _unreadable(place) from None

    @staticmethod
    def open(place: Path | KeyStore, root: bytes) -> Keyring:
        """The keys in a file or another store; raises a Failure with a sentence when they or the root key are not the
        right ones.
        """
        if isinstance(place, Path) and not place.exists():
            raise broken(f"The keys file {place} is missing. Restore it with 'carefolio keys restore'.")
        try:
            store = _store_at(place)
        except Unreadable:
            raise _unreadable(place) from None
        try:
            return Keyring(store, root)
        except InvalidTag:
            store.close()
            raise broken(
                f"The root key does not open the keys in {_shown(place)}: it is not the one they were made with."
            ) from None
        except Unreadable:
            store.close()
            raise _unreadable(place) from None

    def of(self, owner: int) -> OwnerKey:
        """The key of this owner; raises KeyError when it was never made or has been destroyed."""
        key = self._cache.get(owner)
        return key if key is not None else self._load(owner)

    def reserve(self, count: int) -> list[OwnerKey]:
        """New owner numbers with their keys, durable when this returns."""
        fresh: dict[int, bytes] = {}

        def wrap(owner: int) -> bytes:
            fresh[owner] = AESGCM.generate_key(256)
            return _wrap(self._region, fresh[owner], b"owner:%d" % owner)

        keys = [OwnerKey(owner, fresh[owner]) for owner in self._store.add(count, wrap)]
        for key in keys:
            self._keep(key)
        return keys

    def take(self) -> OwnerKey:
        """One new owner from a small stock, which a thread fills up before it is empty: only who finds it empty waits
        for a durable write.

        Whatever is in the stock is durable. If we crash its keys are without rows, and their numbers are never given.
        """
        try:
            key = self._ready.pop()
        except IndexError:
            key, *rest = self.reserve(_RESERVED_AT_ONCE)
            self._ready.extend(rest)
        if len(self._ready) < _LOW_STOCK and self._filling.acquire(blocking=False):
            self._filler = threading.Thread(target=self._fill, name="keys", daemon=True)
            self._filler.start()
        return key

    def _fill(self) -> None:
        try:
            self._ready.extend(self.reserve(_RESERVED_AT_ONCE))
        except (Unreadable, Failure, sqlite3.Error):
            LOG.exception("no new keys could be kept; look at the disk")  # who finds the stock empty tries again
        finally:
            self._filling.release()

    def sign(self, data: bytes) -> bytes:
        """Ed25519 (RFC 8032) under the ledger's key."""
        return self._ledger.sign(data)

    def remember_checkpoint(self, size: int, root: bytes, note: str, instead_of: bytes | None = None) -> None:
        """Keep the newest checkpoint beside the keys, where nobody reaches it who only reaches the data.

        A larger one that another process kept meanwhile stays, unless its root is ``instead_of``: that of a log that a
        restored backup has taken the place of.
        """
        self._store.remember(Remembered(size, root, note), instead_of)

    def remembered(self) -> Remembered | None:
        """The checkpoint that was kept last: tree size, root, signed note."""
        return self._store.remembered()

    def backup(self, target: Path) -> None:
        """A consistent copy as a keys file (the root key is not in it)."""
        self._store.backup(target)

    def owners(self) -> Iterable[int]:
        """All owner numbers that have a key."""
        return self._store.owners()

    def newest(self) -> int:
        """The highest owner number that was ever allotted here."""
        return self._store.newest()

    def close(self) -> None:
        """Let go of the store."""
        if self._filler is not None:
            self._filler.join()
        self._store.close()

    def _load(self, owner: int) -> OwnerKey:
        wrapped = self._store.wrapped(owner)
        if wrapped is None:
            raise KeyError(owner)
        key = OwnerKey(owner, _unwrap(self._region, wrapped, b"owner:%d" % owner))
        self._keep(key)
        return key

    def _keep(self, key: OwnerKey) -> None:
        self._cache[key.owner] = key
        while len(self._cache) > CACHED_KEYS:
            self._cache.popitem(last=False)

    def _unwrap_platform(self, seal: AESGCM, name: str) -> bytes:
        wrapped = self._store.platform(name)
        if wrapped is None:
            raise Unreadable
        return _unwrap(seal, wrapped, name.encode())


def read_root_key(path: Path) -> bytes:
    """The root key from its file (64 hexadecimal digits); raises a Failure that says what is wrong."""
    if not path.exists():
        raise broken(
            f"The root key {path} is missing, and nothing can be read."
            " Put your copy back, or run 'carefolio keys restore'."
        )
    if path.stat().st_mode & 0o077:
        raise broken(f"The root key {path} can be read by others on this machine. Run: chmod 600 {path}")
    try:
        root = bytes.fromhex(path.read_text().strip())
    except ValueError:
        root = b""
    if len(root) != KEY_BYTES:
        raise broken(f"The root key {path} is not 64 hexadecimal digits.")
    return root


def make_root_key(path: Path) -> bytes:
    """A new root key, readable by this user alone and whole when it appears. Where there is one: FileExistsError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    root = os.urandom(KEY_BYTES)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(root.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(fresh)
    finally:
        fresh.unlink()
    return root


def _store_at(place: Path | KeyStore) -> KeyStore:
    return KeyFile(place) if isinstance(place, Path) else place


def _shown(place: Path | KeyStore) -> str:
    return str(place) if isinstance(place, Path) else place.shown


def _make_keys(store: KeyStore, root: bytes) -> None:
    region = AESGCM.generate_key(256)
    seal = AESGCM(region)
    platform = {"region": _wrap(AESGCM(root), region, b"region")}
    platform |= {name: _wrap(seal, os.urandom(KEY_BYTES), name.encode()) for name in ("index", "ledger", "store")}
    store.make(platform, (PLATFORM, _wrap(seal, AESGCM.generate_key(256), b"owner:0")))


def _unreadable(place: Path | KeyStore) -> Failure:
    return broken(f"The keys in {_shown(place)} cannot be read. Restore them with 'carefolio keys restore'.")


def _wrap(seal: AESGCM, key: bytes, name: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + seal.encrypt(nonce, key, name)


def _unwrap(seal: AESGCM, wrapped: bytes, name: bytes) -> bytes:
    return seal.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], name)
