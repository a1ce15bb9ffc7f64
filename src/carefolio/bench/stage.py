"""The stage: a temporary installation, filled as a real one is, with a doctor whom its patients let in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from carefolio.assembly import Carefolio, open_carefolio
from carefolio.base.clock import stopwatch
from carefolio.base.database import run
from carefolio.base.failures import broken
from carefolio.base.ids import new_id
from carefolio.base.settings import Settings, at_database, read_settings
from carefolio.bench import samples
from carefolio.bench.clusters import Cluster
from carefolio.bench.hosting import write_plain
from carefolio.bench.letting import let_in
from carefolio.bench.wanted import Fill, Size
from carefolio.records.changes import Change, Method
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.rules import NewHospital, NewPerson, PersonRole

SEED = 7
CHARTS = 8
BUNDLE = 100
IN_FLIGHT = 32
TOKEN_MINUTES = 24 * 60
_DOCTOR, _PATIENT = "bench.doctor@carefolio.example", "bench.patient{}@example.org"
_ENVIRONMENT = {"CAREFOLIO_REGION": "bench"}
_NANOSECONDS = 1e9
_COUNT = "SELECT count(*) FROM record"


@dataclass(slots=True)
class Stage:
    """A filled installation, closed; ``names`` are the records that are read, spread over the charts."""

    folder: Path
    settings: Settings
    size: Size
    cluster: Cluster | None = None
    doctor: str = ""
    hospital: str = ""
    practitioner: str = ""
    charts: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    mean_bytes: float = 0.0
    imported: int = 0
    import_rate: float = 0.0
    disk: float = 0.0

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.settings.data

    @property
    def plain(self) -> str:
        """Where the table is that the plain read looks into: beside the product's, in the same store."""
        return self.settings.postgres or str(self.folder / "plain.db")

    @property
    def patient(self) -> str:
        """The e-mail of the big chart's patient."""
        return _PATIENT.format(0)

    @property
    def big(self) -> str:
        """The chart with the most records."""
        return self.charts[0]


def settings_of(data: Path, cluster: Cluster | None = None) -> Settings:
    """Settings that no variable of the operator's leads to another installation; on PostgreSQL with a new database."""
    settings = read_settings(data, environ=_ENVIRONMENT)
    return settings if cluster is None else at_database(settings, cluster.fresh())


@contextmanager
def staged(below: Path, size: Size, fill: Fill, cluster: Cluster | None = None) -> Iterator[Stage]:
    """Make it in a temporary folder below ``below``; the folder goes when the block ends."""
    with TemporaryDirectory(prefix="carefolio-bench-", dir=below) as folder:
        stage = Stage(Path(folder), settings_of(Path(folder) / "data", cluster), size, cluster)
        _fill_demo(stage, fill)
        carefolio = open_carefolio(stage.settings)
        try:
            people(stage, carefolio)
            run(carefolio.database, _charts(stage, carefolio))
        finally:
            carefolio.close()
        let_in(stage.settings, stage.patient)
        yield stage


def _fill_demo(stage: Stage, fill: Fill) -> None:
    """The demo's hospitals and people, as the importer takes them in: how fast, and how much disk it takes."""
    begun: list[int] = []
    last: list[int] = []

    def watch(done: int, total: int) -> None:
        del done, total
        last[:] = [stopwatch()]
        begun.extend(last if not begun else ())

    carefolio = open_carefolio(stage.settings, create=True)
    try:
        fill(carefolio, stage.size.patients, SEED, watch)
        found = carefolio.database.one(_COUNT)
    finally:
        carefolio.close()
    stage.imported = found[0] if found else 0
    stage.import_rate = stage.imported / (last[0] - begun[0]) * _NANOSECONDS
    stage.disk = disk_bytes(stage.settings, stage.cluster) / stage.imported


def disk_bytes(settings: Settings, cluster: Cluster | None) -> int:
    """What an installation takes on disk, keys and all: files in whole blocks, tables with their indexes."""
    tables = 0 if cluster is None else cluster.size(settings.postgres)
    return folder_bytes(settings.data) + tables


def folder_bytes(folder: Path) -> int:
    """What the folder's files take on disk, in whole blocks."""
    block = 512
    return sum(path.stat().st_blocks * block for path in folder.rglob("*") if path.is_file())


def people(stage: Stage, carefolio: Carefolio) -> None:
    """A hospital that sends records, and a doctor who works for nobody: only contracts open anything to them."""
    door = carefolio.door
    stage.hospital = actions.add_hospital(door, NewHospital("Benchwick General")).token
    person = NewPerson(PersonRole.DOCTOR, "Dr Ottilie Brannock", _DOCTOR, verified=True)
    stage.practitioner = actions.add_person(door, person).person
    stage.doctor = actions.issue_token(door, _DOCTOR, minutes=TOKEN_MINUTES)


async def _charts(stage: Stage, carefolio: Carefolio) -> None:
    """Charts with records from the hospital, each opened to the doctor by a contract of its patient."""
    each = max(stage.size.records // (2 * CHARTS), BUNDLE)
    for number in range(CHARTS + 1):
        chart = await begin_chart(stage, carefolio, number)
        stage.charts.append(chart)
        names = await _records(stage, carefolio, chart, each if number else stage.size.records)
        stage.names += names[:each]
    bodies = await _bodies(stage, carefolio)
    await asyncio.to_thread(write_plain, stage.plain, bodies)


async def begin_chart(stage: Stage, carefolio: Carefolio, number: int) -> str:
    """A chart that the doctor may read, and the patient who lets them."""
    door, id_ = carefolio.door, new_id()
    reference = f"Patient/{id_}"
    hospital = door.admit(stage.hospital, "bench")
    await door.write(hospital, [Change(Method.UPDATE, "Patient", id_, samples.patient(id_, number))])
    email = _PATIENT.format(number)
    actions.add_person(door, NewPerson(PersonRole.PATIENT, "Odalys Benchwick", email, person=reference, verified=True))
    token = actions.issue_token(door, email, minutes=TOKEN_MINUTES)
    contract = new_id()
    for caller, status in ((stage.doctor, "proposed"), (token, "active")):
        resource = samples.contract(contract, reference, stage.practitioner, status)
        await door.write(door.admit(caller, "bench"), [Change(Method.UPDATE, "Consent", contract, resource)])
    return reference


async def _records(stage: Stage, carefolio: Carefolio, chart: str, count: int) -> list[str]:
    door, names = carefolio.door, list[str]()
    for start in range(0, count, BUNDLE):
        made = [samples.observation(chart, number) for number in range(start, min(start + BUNDLE, count))]
        changes = [Change(Method.CREATE, "Observation", resource=each) for each in made]
        names += [one.row.reference for one in await door.write(door.admit(stage.hospital, "bench"), changes)]
    return names


async def _bodies(stage: Stage, carefolio: Carefolio) -> list[tuple[str, bytes]]:
    """What the doctor gets for each name: proof that all of it may be read, and the plain read's table."""
    door, found = carefolio.door, list[tuple[str, bytes]]()

    async def one(name: str) -> tuple[str, bytes]:
        type_, _, id_ = name.partition("/")
        found = await carefolio.database.hosted(door.read(stage.doctor, "bench", type_, id_))
        return name, found.body

    names = iter(stage.names)
    while chunk := list(islice(names, IN_FLIGHT)):
        found += await asyncio.gather(*map(one, chunk))
    if not found:
        raise broken("There is nothing to read.")
    stage.mean_bytes = sum(len(body) for _, body in found) / len(found)
    return found
