"""The benchmarks: all rows come out. What they say is the machine's business, so no time is looked at here."""

import json

import pytest

from carefolio.bench.wanted import NAMES
from tests.acceptance.console import call

TINY = ("--seconds", "0.05", "--rounds", "1", "--patients", "1", "--records", "800")
ROWS = {
    "read": [
        "constant body",
        "plain read / constant body",
        "secure read, 32 conn. / plain read",
        "secure read, 256 conn. / plain read",
        "secure read, 1 connection",
    ],
    "everything": ["$everything of 802"],
    "create": ["create, 1 at a time", "create, 64 at a time", "create, in bundles of 100"],
    "memory": ["memory of the server under load"],
    "search": [
        "point read in process",
        "search of 20 in a chart / point read",
        "  the same: plan and statement alone",
        "consent's share of a search of 100",
    ],
    "transaction": ["creates without index rows", "creates in transactions / without index"],
    "import": ["import of the demo's records", "disk a resource, demo"],
}
FLOORS = 8
OVERLOAD = [
    "capacity of the mix",
    "overload, accepted: p99 / normal",
    "  refused: p99",
    "  memory more",
    "  recovery",
    "  a quiet client: p50 / calm",
    "  a quiet client: p99 / calm",
]


def test_all_rows_come_out_with_the_conditions(tmp_path):
    done = call("bench", "--json", *TINY, "--folder", str(tmp_path))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [row["figure"] for row in told["figures"]] == [row for rows in ROWS.values() for row in rows]
    assert all(row["value"] > 0 for row in told["figures"])
    assert sum("verdict" in row for row in told["figures"]) == FLOORS
    assert {"cpu", "cores", "fsync_ms", "fdatasync_ms", "filesystem", "load_before"} <= set(told["conditions"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_overload_by_its_name(tmp_path):
    done = call("bench", "overload", "--json", *TINY, "--folder", str(tmp_path))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [row["figure"] for row in told["figures"]] == [*OVERLOAD, *ROWS["memory"]]
    assert "0 without Retry-After; 0 failed" in told["figures"][2]["note"]


def test_one_by_name_in_words(tmp_path):
    done = call("bench", "import", *TINY, "--folder", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "import of the demo's records" in done.stdout
    assert "plain read" not in done.stdout


def test_outside_examples_are_measured_where_they_are(tmp_path):
    samples = tmp_path / "outside" / "synthea"
    samples.mkdir(parents=True)
    patient = {"resourceType": "Patient", "id": "one", "name": [{"family": "Benchwick"}]}
    (samples / "one.json").write_text(json.dumps(patient))
    done = call(
        "bench", "import", "--json", *TINY, "--folder", str(tmp_path), CAREFOLIO_EXTERNAL=str(tmp_path / "outside")
    )
    assert done.returncode == 0, done.stderr
    rows = [row["figure"] for row in json.loads(done.stdout)["figures"]]
    assert rows == [*ROWS["import"], "import of Synthea's records", "disk a resource, Synthea"]


@pytest.mark.parametrize("name", ["tea", "reads"])
def test_what_there_is_no_benchmark_of_is_wrong_usage(name):
    done = call("bench", name)
    assert done.returncode == 2
    assert all(known in done.stderr for known in NAMES)
