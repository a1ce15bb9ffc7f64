"""Taking records in, and what they take on disk with their index rows, ledger entries and keys."""

from __future__ import annotations

from pathlib import Path

from carefolio.assembly import open_carefolio
from carefolio.base.clock import stopwatch
from carefolio.bench.figures import Figure, Floor
from carefolio.bench.stage import Stage, disk_bytes, settings_of
from carefolio.records.importing import import_paths
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.rules import NewHospital

_DISK_FLOOR = Floor(3.5, 2.5, at_most=True)
_KIBIBYTE = 1024
_NANOSECONDS = 1e9


def measure(stage: Stage, external: Path | None) -> list[Figure]:
    """Of the demo's records, and of Synthea's where they are at hand."""
    found = [
        Figure("import of the demo's records", stage.import_rate, "/s", note=f"{stage.imported:,} records"),
        Figure("disk a resource, demo", stage.disk / _KIBIBYTE, "KiB", floor=_DISK_FLOOR),
    ]
    samples = external / "synthea" if external is not None else None
    return found + (_synthea(stage, samples) if samples is not None and samples.is_dir() else [])


def _synthea(stage: Stage, samples: Path) -> list[Figure]:
    settings = settings_of(stage.folder / "synthea", stage.cluster)
    carefolio = open_carefolio(settings, create=True)
    try:
        organization = actions.add_hospital(carefolio.door, NewHospital("Benchwick Clinic")).organization
        started = stopwatch()
        report = import_paths(carefolio, organization, [samples])
        rate = report.created / (stopwatch() - started) * _NANOSECONDS
    finally:
        carefolio.close()
    kept = disk_bytes(settings, stage.cluster) / max(report.created, 1)
    note = f"{report.created:,} records created, {len(report.rejected)} rejected"
    return [
        Figure("import of Synthea's records", rate, "/s", note=note),
        Figure("disk a resource, Synthea", kept / _KIBIBYTE, "KiB", floor=_DISK_FLOOR),
    ]
