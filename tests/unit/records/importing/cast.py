"""St Anne's and Riverside send files: Ada Moreau and Ben Okafor are their patients, Dr Clara Weiss treats both."""

from __future__ import annotations

import asyncio
import gzip
import json
from pathlib import Path
from typing import Any

from carefolio.fhir.json import parse
from carefolio.records.changes import Change, Method
from carefolio.records.importing import ImportReport, import_paths
from carefolio.records.vault import open_stored
from carefolio.records.verify import verify
from carefolio.store import owners, records
from carefolio.store.rows import Row
from carefolio.workflows.registration.actions import add_hospital
from carefolio.workflows.registration.rules import NewHospital
from tests.stores import installed, settle

NPI = "http://hl7.org/fhir/sid/us-npi"
Resource = dict[str, Any]


class House:
    """One installation; hospitals import what stands in the folder."""

    def __init__(self, folder: Path) -> None:
        self.files = folder / "files"
        self.files.mkdir()
        self.opened = installed(folder / "data", {"CAREFOLIO_REGION": "here"})
        anne, river = (add_hospital(self.opened.door, NewHospital(name=name)) for name in ("St Anne's", "Riverside"))
        self.anne, self.river, self.token = anne.organization, river.organization, anne.token

    def put(self, name: str, *resources: Resource) -> Path:
        """A Bundle, or lines where the name says so, packed where it says so."""
        if ".ndjson" in name:
            text = "".join(json.dumps(resource) + "\n" for resource in resources)
        else:
            text = json.dumps(bundle(*resources))
        return self.raw(name, text.encode())

    def raw(self, name: str, data: bytes) -> Path:
        path = self.files / name
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return path

    def take(self, *paths: Path, hospital: str = "", opened: Any = None) -> ImportReport:
        """Import the paths, all files when there are none, for St Anne's when nobody is named."""
        return import_paths(opened or self.opened, hospital or self.anne, paths or (self.files,))

    def bring(self, *resources: Resource, hospital: str = "") -> ImportReport:
        """Import one Bundle of these."""
        return self.take(self.put("bundle.json", *resources), hospital=hospital)

    def rows(self, type_: str) -> list[Row]:
        """All current records of a type, in the order in which they came."""
        found = self.opened.database.read("SELECT id FROM record WHERE type = ? ORDER BY rid", (type_,))
        rows = [records.current(self.opened.database, type_, row[0]) for row in found]
        return [row for row in rows if row is not None]

    def logged(self) -> int:
        """How many entries the ledger has."""
        settle(self.opened.database)
        size: int = self.opened.database.one("SELECT size FROM ledger_head")[0]
        return size

    def only(self, type_: str) -> tuple[Row, Resource]:
        """The one record of a type, with its content."""
        (row,) = self.rows(type_)
        return row, self.content(row)

    def content(self, row: Row) -> Resource:
        return parse(open_stored(self.opened.keyring, row))

    def of_hospital(self, organization: str, type_: str) -> list[Row]:
        """Records of a type that a hospital sent, without its own directory entry."""
        shelf = self.shelf(organization)
        return [row for row in self.rows(type_) if row.hospital == shelf and row.reference != organization]

    def shelf(self, organization: str) -> int:
        owner = owners.of_reference(self.opened.database, organization)
        assert owner is not None
        return owner.number

    def owner(self, row: Row) -> str:
        owner = owners.of_number(self.opened.database, row.owner)
        assert owner is not None
        return owner.ref

    def delete(self, row: Row) -> None:
        """St Anne's deletes a record through the door."""
        self._write(Change(Method.DELETE, row.type, row.id))

    def update(self, row: Row, resource: Resource) -> None:
        """St Anne's changes a record through the door."""
        self._write(Change(Method.UPDATE, row.type, row.id, resource))

    def _write(self, change: Change) -> None:
        door = self.opened.door
        asyncio.run(door.write(door.admit(self.token, "test"), [change]))

    def verified(self) -> bool:
        return not verify(self.opened.database, self.opened.keyring).findings.kept

    def close(self) -> None:
        self.opened.close()


def figures(report: ImportReport) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, rejected."""
    assert report.entries == report.created + report.updated + report.unchanged + sum(
        1 for finding in report.rejected if finding.entry
    )
    return report.created, report.updated, report.unchanged, len(report.rejected)


def bundle(*resources: Resource) -> Resource:
    """A transaction; a resource with a ``fullUrl`` key is an entry already."""
    entries = [one if "fullUrl" in one or "resource" in one else {"resource": one} for one in resources]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def named(url: str, resource: Resource) -> Resource:
    """An entry with a fullUrl."""
    return {"fullUrl": url, "resource": resource}


def patient(id_: str, family: str, **more: Any) -> Resource:
    return {"resourceType": "Patient", "id": id_, "name": [{"family": family}], **more}


def ada(**more: Any) -> Resource:
    return patient("ada", "Moreau", **more)


def ben(**more: Any) -> Resource:
    return patient("ben", "Okafor", **more)


def clara(id_: str = "clara", **more: Any) -> Resource:
    return {
        "resourceType": "Practitioner",
        "id": id_,
        "identifier": [{"system": NPI, "value": "1881000001"}],
        "name": [{"family": "Weiss"}],
        **more,
    }


def weight(id_: str, subject: str | None = "Patient/ada", **more: Any) -> Resource:
    found: Resource = {"resourceType": "Observation", "id": id_, "status": "final", "code": {"text": "Weight"}}
    return found | ({"subject": {"reference": subject}} if subject else {}) | more
