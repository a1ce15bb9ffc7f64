"""The keys' backup: the wrapped keys, and the root key that opens them unless it is left out."""

from __future__ import annotations

from pathlib import Path

from carefolio.base.failures import broken, conflict
from carefolio.base.keys import Keyring, read_root_key
from carefolio.base.settings import Settings
from carefolio.records.archive import copying
from carefolio.records.archive.copying import Manifest

FILE = "keys.db"
ROOT_FILE = "root.key"
WHAT = "keys"


def save(keyring: Keyring, root_key: Path | None, target: Path) -> Manifest:
    """A verified copy in the new folder ``target``; with ``root_key`` the root key too."""
    copying.make_folder(target)
    file = target / FILE
    keyring.backup(file)
    copying.check_database(file)
    if root_key is not None:
        read_root_key(root_key)
        copying.write_durably(target / ROOT_FILE, root_key.read_bytes())
    size, root, _ = keyring.remembered() or (0, b"", "")
    return copying.seal(file, WHAT, keyring.store, (size, root))


def prepare(source: Path, settings: Settings) -> tuple[Manifest, Path]:
    """A copy of saved keys beside where they belong. A root key that is there already stays, and has to open them."""
    manifest = copying.read_manifest(source, WHAT)
    saved_root = source / ROOT_FILE
    if not settings.key_file.exists() and not saved_root.exists():
        raise broken(
            f"The root key is not in this backup, and {settings.key_file} is missing: put your copy of it there first."
        )
    if settings.key_file.exists() and saved_root.exists():
        _refuse_other_root(settings.key_file, saved_root)
    partial = copying.copy_durably(source / manifest.file, settings.keys)
    if not settings.key_file.exists():
        settings.key_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        copying.write_durably(settings.key_file, saved_root.read_bytes())
    Keyring.open(partial, read_root_key(settings.key_file)).close()
    return manifest, partial


def _refuse_other_root(there: Path, saved: Path) -> None:
    if there.read_text().strip() != saved.read_text().strip():
        raise conflict(f"There is another root key in {there} than in this backup; move it away first.")
