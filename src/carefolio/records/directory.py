"""The directory as the platform itself reads and keeps it: what registration says of people and hospitals.

Everybody signed in reads the directory, and it belongs to no patient, so nothing is decided here and nothing is told.
"""

from __future__ import annotations

from typing import Any

from carefolio.base.failures import absent
from carefolio.fhir.kinds import DIRECTORY
from carefolio.identity.profile import profile_in
from carefolio.records.parts import Parts
from carefolio.records.vault import open_resource
from carefolio.search.texts import link_text
from carefolio.store import records
from carefolio.store.rows import DIRECTORY_COMPARTMENT, Row, State

Resource = dict[str, Any]

_OF_ROLE = ("PractitionerRole", "practitioner")
_REFERRING = (
    "SELECT r.type, r.id FROM idx i JOIN record r ON r.rid = i.rid"
    " WHERE i.compartment = ? AND i.value = ? AND r.type = ? AND r.state = ? ORDER BY r.rid"
)


def directory_row(parts: Parts, reference: str) -> Row | None:
    """The newest version of a directory record, if it has not been deleted; raises absent for any other type."""
    type_, _, id_ = reference.partition("/")
    if type_ not in DIRECTORY:
        raise absent()
    row = records.current(parts.database, type_, id_)
    return row if row is not None and row.state == State.LIVE else None


def directory_record(parts: Parts, reference: str) -> Resource:
    """The content of a directory record; empty when there is none."""
    row = directory_row(parts, reference) if reference else None
    return open_resource(parts.keyring, row) if row is not None else {}


def referring(parts: Parts, type_: str, element: str, reference: str) -> list[str]:
    """The directory records of a type whose search parameter ``element`` names ``reference``, the oldest first."""
    value = parts.keyring.blind.value(link_text(f"{type_}.{element}", reference))
    rows = parts.database.read(_REFERRING, (DIRECTORY_COMPARTMENT, value, type_, State.LIVE))
    return [f"{found}/{id_}" for found, id_ in rows]


def post_of(parts: Parts, practitioner: str, holding: str = "") -> tuple[str, Resource]:
    """The PractitionerRole that holds what the directory says of somebody, with its reference: the one with a
    speciality of the list, else the first; empty for none. ``holding`` is the URL of an extension: the one that has it
    comes first, whatever posts are sent beside it.
    """
    if not practitioner.startswith("Practitioner/"):
        return "", {}
    posts = [(each, directory_record(parts, each)) for each in referring(parts, *_OF_ROLE, practitioner)]
    held = [post for post in posts if holding and holding in {one.get("url") for one in post[1].get("extension", [])}]
    told = [post for post in posts if profile_in({}, post[1]).speciality]
    return next(iter([*held, *told, *posts]), ("", {}))
