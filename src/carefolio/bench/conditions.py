"""Under which conditions was measured: a figure without them says nothing."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from carefolio import __version__
from carefolio.base.clock import stopwatch
from carefolio.bench.load import centiles

PAGE = b"\0" * 4096
SYNCS = 200
_NOT_DURABLE = frozenset({"tmpfs", "ramfs"})
_LIBRARIES = ("asyncpg", "granian", "uvloop", "cryptography", "msgspec", "jsonschema-rs")
_NANOSECONDS = 1e9


def conditions(folder: Path, syncs: int = SYNCS) -> dict[str, Any]:
    """The machine, its disk below ``folder``, and the versions; taken before anything else runs."""
    load = os.getloadavg()
    filesystem = filesystem_of(folder, Path("/proc/mounts").read_text())
    return {
        "cpu": processor(Path("/proc/cpuinfo").read_text()),
        "cores": len(os.sched_getaffinity(0)),
        "load_before": [round(each, 2) for each in load],
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "filesystem": filesystem,
        "durable": filesystem not in _NOT_DURABLE,
        "fsync_ms": _sync(folder, os.fsync, syncs),
        "fdatasync_ms": _sync(folder, os.fdatasync, syncs),
        "versions": {"carefolio": __version__} | {name: version(name) for name in _LIBRARIES},
    }


def words(found: dict[str, Any]) -> str:
    """The conditions in a few lines."""
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    lines = [
        f"{found['cpu']}, {found['cores']} cores, {found['system']}; load before: {found['load_before']}",
        f"Python {found['python']}, SQLite {found['sqlite']}, {versions}",
        f"{found['filesystem']}: fsync {_spread(found['fsync_ms'])}, fdatasync {_spread(found['fdatasync_ms'])}",
    ]
    if "postgresql" in found:
        lines.append("PostgreSQL: " + ", ".join(f"{name} {value}" for name, value in found["postgresql"].items()))
    if not found["durable"]:
        lines.append("THIS FOLDER IS IN MEMORY: durable figures mean nothing here; choose another with --folder.")
    return "\n".join(lines)


def processor(cpuinfo: str) -> str:
    """The processor's name, from /proc/cpuinfo."""
    names = [line.partition(":")[2].strip() for line in cpuinfo.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()


def filesystem_of(folder: Path, mounts: str) -> str:
    """The kind of file system that ``folder`` is on, from /proc/mounts."""
    place, kind = "", "unknown"
    for line in mounts.splitlines():
        _, mounted, found, *_ = line.split(" ")
        if folder.resolve().is_relative_to(mounted) and len(mounted) >= len(place):
            place, kind = mounted, found
    return kind


def _sync(folder: Path, call: Callable[[int], None], count: int) -> dict[str, float]:
    """Append a page and make it durable, many times: what a commit cannot be faster than."""
    times = []
    with TemporaryFile(dir=folder, buffering=0) as file:
        for _ in range(count):
            file.write(PAGE)
            started = stopwatch()
            call(file.fileno())
            times.append((stopwatch() - started) / _NANOSECONDS)
    p50, _, p99 = centiles(times)
    return {"p50": round(p50, 3), "p99": round(p99, 3)}


def _spread(found: dict[str, float]) -> str:
    return f"p50 {found['p50']} ms, p99 {found['p99']} ms"
