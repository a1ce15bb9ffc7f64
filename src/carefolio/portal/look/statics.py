"""Addresses of static files: each holds a hash of what is in the file, so that browsers may keep it for a year."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage

_HASH_BYTES = 6
_FILES = 1_024
"""There are fewer; names that anybody makes up do not add up."""


class Versioned(StaticFilesStorage):
    """``/static/look/carefolio.css?v=1f0a…``: found where the packages keep them, without a step that collects."""

    def url(self, name: str | None) -> str:
        """The file's address; a file that is not there has the address without a hash."""
        address = super().url(name)
        found = version(name or "")
        return f"{address}?v={found}" if found else address


@lru_cache(_FILES)
def version(name: str) -> str:
    """The hash of what is in the file; nothing for one that is not there."""
    path = finders.find(name)
    return blake2b(Path(path).read_bytes(), digest_size=_HASH_BYTES).hexdigest() if isinstance(path, str) else ""
