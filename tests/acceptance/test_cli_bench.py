"""The benchmarks: all rows come out. What they say is the machine's business, so no time is looked at here."""

import json
from xml.etree import ElementTree

import pytest

from carefolio.bench.wanted import NAMES, STORES
from tests.acceptance.console import call
from tests.postgres import ABSENT, BINARIES, running
from tests.stores import CHOOSES_ITSELF

pytestmark = CHOOSES_ITSELF

TINY = ("--seconds", "0.05", "--rounds", "1", "--patients", "1", "--records", "800")
ROWS = {
    "read": [
        "constant body",
        "plain read / constant body",
        "secure read, 32 conn. / plain read",
        "secure read, 256 conn. / plain read",
        "secure read, 16 connections",
        "secure read, 1 connection",
    ],
    "everything": ["$everything of 802"],
    "create": ["create, 1 at a time", "create, 64 at a time", "create, in bundles of 100"],
    "pages": ["the patient's home page", "the patient's timeline", "export of a chart of 800"],
    "memory": ["memory of the server under load"],
    "search": [
        "point read in process",
        "search of 20 in a chart / point read",
        "  the same: plan and statement alone",
        "consent's share of a search of 100",
    ],
    "scan": [f"full-text search of 10,000, {of}" for of in ("none has", "one has", "all have as a name")],
    "transaction": ["creates without index rows", "creates in transactions / without index"],
    "import": ["import of the demo's records", "disk a resource, demo"],
}
FLOORS = 10
OVERLOAD = [
    "capacity of the mix",
    "overload, accepted: p99 / normal",
    "  accepted: p99 / at half the capacity",
    "  refused: p99",
    "  memory more",
    "  recovery",
    "  a quiet client: p50 / calm",
    "  a quiet client: p50 / alone",
    "  a quiet client: p99 / calm",
    "  a quiet client: p99 / alone",
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
    assert "0 without Retry-After; 0 failed" in told["figures"][3]["note"]


@pytest.mark.skipif(not BINARIES, reason=ABSENT)
def test_on_postgresql_a_server_of_its_own_is_started_and_named():
    done = call("bench", "import", "--store", "postgresql", "--json", *TINY)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [(row["store"], row["figure"]) for row in told["figures"]] == [("postgresql", row) for row in ROWS["import"]]
    assert told["conditions"]["postgresql"]["fsync"] == "on"


def test_a_given_server_is_left_as_it_was():
    with running() as postgres:
        given = postgres.url("postgres")
        done = call("bench", "import", "--store", "postgresql", "--json", *TINY, "--database", given)
        assert done.returncode == 0, done.stderr
        assert postgres.sql("postgres", "SELECT count(*) FROM pg_database WHERE datname LIKE 'carefolio_bench%'") == "0"


def test_ratios_are_kept_and_a_fall_is_told(tmp_path):
    ratios, plot = tmp_path / "ratios.json", tmp_path / "plot.svg"
    here = ("bench", "import", *TINY, "--folder", str(tmp_path), "--ratios", str(ratios))
    assert call(*here).returncode == 1
    assert call(*here, "--keep", "--plot", str(plot)).returncode == 0
    assert ElementTree.parse(plot).getroot().tag.endswith("svg")  # noqa: S314 - our own text
    kept = json.loads(ratios.read_text())
    assert kept["conditions"]["sqlite"]["cores"] > 0
    kept["ratios"]["sqlite"]["disk a resource, demo"] /= 2
    ratios.write_text(json.dumps(kept))
    done = call(*here)
    assert done.returncode == 1
    assert "SLOWER THAN KEPT: sqlite: disk a resource, demo" in done.stderr


def test_growth_measures_at_each_size(tmp_path):
    plot = tmp_path / "plot.svg"
    here = ("--folder", str(tmp_path), "--seconds", "0.05", "--rounds", "1", "--plot", str(plot))
    done = call("bench", "growth", "--sizes", "1000,1250", "--json", *here)
    assert done.returncode == 0, done.stderr
    costs = [f"{kind}, {state}" for state in ("cold", "warm") for kind in ("read", "search of 20", "create")]
    rows = [f"{cost} at {size}" for cost in ("disk a resource", *costs) for size in ("1,000", "1,250")]
    told = json.loads(done.stdout)["figures"]
    assert [row["figure"] for row in told] == rows
    assert all(row["value"] > 0 for row in told)
    assert "<polyline" in plot.read_text()


@pytest.mark.parametrize("sizes", ["1000", "10,1000", "many"])
def test_growth_takes_two_sizes(sizes):
    assert call("bench", "growth", "--sizes", sizes).returncode == 2


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


def test_wrong_usage_is_told():
    done = call("bench", "--store", "paper")
    assert done.returncode == 2
    assert all(known in done.stderr for known in STORES)
    assert call("bench", "--keep").returncode == 2


@pytest.mark.parametrize("name", ["tea", "reads"])
def test_what_there_is_no_benchmark_of_is_wrong_usage(name):
    done = call("bench", name)
    assert done.returncode == 2
    assert all(known in done.stderr for known in NAMES)
