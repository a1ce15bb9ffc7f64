"""What no file of the repository may hold, and how the repository is walked."""

import subprocess

import pytest

from tests.house import rules
from tests.house.tree import ROOT, files, patterns, shown, text, walk

RULES_AND_THEIR_SAMPLES = {"tests/house/rules.py", "tests/house/test_repository.py"}
CHECKED = [path for path in files() if shown(path) not in RULES_AND_THEIR_SAMPLES]


def test_no_file_names_a_registry():
    found = [(shown(path), rules.registry_addresses(text(path))) for path in CHECKED]
    assert [item for item in found if item[1]] == []


def test_no_file_names_a_path_of_somebodys_machine():
    found = [(shown(path), rules.developer_paths(text(path), str(ROOT))) for path in CHECKED]
    assert [item for item in found if item[1]] == []


def test_drills_run_on_both_stores_whatever_their_name():
    """Those that kill PostgreSQL, or one of several processes, run on no other."""
    made = subprocess.run(["make", "-n", "drill", "NAME=killed"], cwd=ROOT, capture_output=True, text=True, check=True)
    passes = [line for line in made.stdout.splitlines() if "-m drill" in line]
    assert ["TEST_STORE=postgresql" in line for line in passes] == [False, True]
    assert all("-k killed" in line for line in passes)
    assert "tests/faults" in passes[1]


def test_every_dependency_of_the_lock_has_an_exact_version_and_a_hash():
    entries = text(ROOT / "requirements.lock").replace("\\\n", "").splitlines()
    named = [line for line in entries if line and not line.lstrip().startswith("#")]
    assert len(named) > 10
    assert [line[:60] for line in named if "==" not in line or "--hash=sha256:" not in line] == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://packages.example.org/simple/",
        '"resolved": "https://registry.npmjs.org/left"',
        "see https://pypi.org/project/x",
        "--find-links wheels",
    ],
)
def test_a_registry_address_is_found(line):
    assert rules.registry_addresses(line)


@pytest.mark.parametrize("line", ["cd /home/ana/carefolio", "'/Users/ana/x'", "DATA=/root/data", "/work/checkout"])
def test_a_path_of_somebodys_machine_is_found(line):
    assert rules.developer_paths(line, "/nowhere")


def test_this_checkout_is_found_wherever_it_stands():
    assert rules.developer_paths("see /srv/checkout/src", "/srv/checkout")


@pytest.mark.parametrize("line", ["https://example.org/home/page/1", "/var/lib/carefolio/data", "./work/x"])
def test_other_paths_and_addresses_may_stand(line):
    assert rules.developer_paths(line, "/nowhere") == []


def test_the_walk_leaves_out_what_gitignore_names(tmp_path):
    for name in ("kept.py", "cache/left.py", "data/left.db", "src/data/kept.py", ".git/config"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")
    found = walk(tmp_path, patterns("# words\ncache\n/data\n"), tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["kept.py", "src/data/kept.py"]
