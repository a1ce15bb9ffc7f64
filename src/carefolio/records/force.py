"""What is known of a record beyond its text: whether it has force, whether a workflow keeps it, who wrote it first."""

from __future__ import annotations

from carefolio.identity.accounts import Account
from carefolio.records.parts import Parts
from carefolio.records.read import Found
from carefolio.store.rows import Flag


def has_force(found: Found) -> bool:
    """Whether this version of a Consent was made by those who may make one; without that it opens nothing."""
    return bool(found.row.flags & Flag.FORCE)


def is_kept(found: Found) -> bool:
    """Whether it was written by the rules of a workflow, which nobody then goes round: what else says so claims it."""
    return bool(found.row.flags & Flag.KEPT)


def first_author(parts: Parts, found: Found) -> Account | None:
    """The account that wrote the record first; None for what was imported."""
    return parts.accounts.of_number(parts.database, found.row.author) if found.row.author else None
