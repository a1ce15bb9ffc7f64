"""The loader for any FHIR server, run against ours, and against one that refuses."""

import json
import os
import subprocess
import sys

import pytest

from tests.house.tree import ROOT
from tests.stores import CHOOSES_ITSELF

pytestmark = CHOOSES_ITSELF

PROGRAM = ROOT / "bench" / "any_server.py"
TINY = ("--patients", "1", "--records", "30", "--rounds", "1", "--seconds", "0.05", "--json")
ROWS = [
    "read",
    "Patient search by name",
    "Observation search, newest 20",
    "$everything",
    "create",
    "transaction of 100",
]


def load(*words):
    return subprocess.run([sys.executable, PROGRAM, *words], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("way", [(), ("--post",)], ids=["PUT", "POST"])
def test_ours_is_measured(endpoint, hospital, way):
    done = load(f"{endpoint.address}/fhir", "--token", hospital.token, "--pid", str(os.getpid()), *TINY, *way)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [row["what"] for row in told] == ROWS
    assert all(row["rate"] > 0 and row["p99"] >= row["p50"] > 0 and row["memory"] > 0 for row in told)


def test_a_refusal_is_told_and_not_measured(endpoint):
    done = load(f"{endpoint.address}/fhir", *TINY)
    assert done.returncode == 1
    assert "was answered with 401" in done.stderr


def test_an_address_with_tls_is_refused():
    assert "TLS is not spoken" in load("https://records.example.org/fhir", *TINY).stderr
