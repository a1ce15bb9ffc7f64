"""Help, typing errors and exit codes of the command line."""

import resource
import subprocess
import sys

import pytest

from tests.acceptance.console import COMMAND, environment
from tests.acceptance.console import call_anew as call

HELP_SECONDS = 0.15
WORDS = (
    ("serve",),
    ("demo",),
    ("hospital", "add"),
    ("account", "add"),
    ("account", "verify"),
    ("account", "suspend"),
    ("token", "issue"),
    ("token", "revoke"),
    ("import",),
    ("ledger", "verify"),
    ("check",),
    ("backup",),
    ("restore",),
    ("keys", "backup"),
    ("keys", "restore"),
)


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_help_begins_with_examples_and_every_command_has_data_and_json(words):
    shown = call(*words, "--help")
    assert shown.returncode == 0
    lines = shown.stdout.splitlines()
    assert lines[2] == "Examples:"
    assert lines[3].strip().startswith(f"carefolio {' '.join(words)}")
    assert "--data" in shown.stdout
    assert "--json" in shown.stdout


def test_help_has_no_colours_and_lists_every_command():
    shown = call("--help", NO_COLOR="1", FORCE_COLOR="1").stdout
    assert "\x1b" not in shown
    assert [word for words in WORDS for word in words[:1] if f"\n  {word} " not in shown] == []


def test_help_does_not_load_the_product():
    look = "import sys, typer; from carefolio.cli import app; typer.main.get_command(app); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout.split()
    assert "carefolio.cli" in loaded
    assert not {"carefolio.assembly", "carefolio.cli.serve", "rich", "granian", "asyncio"} & set(loaded)


@pytest.mark.slow
def test_help_takes_no_more_than_150_milliseconds_of_cpu():
    env = {name: value for name, value in environment().items() if not name.startswith("COV")}
    assert min(_cpu([*COMMAND, "--help"], env) for _ in range(5)) <= HELP_SECONDS


def _cpu(command, env):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, capture_output=True, check=True, env=env)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.parametrize(
    ("args", "hint"),
    [
        (("acount", "add"), "'account'"),
        (("account", "ad"), "'add'"),
        (("check", "--dat", "x"), "--data"),
        (("hospital", "add"), "--name"),
        (("account", "add", "--role", "wizard"), "wizard"),
        (("token", "revoke"), "--account"),
    ],
)
def test_wrong_usage_is_exit_2_with_a_hint(args, hint):
    done = call(*args)
    assert done.returncode == 2
    assert hint in done.stderr
    assert done.stdout == ""


def test_the_version_is_told():
    assert call("--version").stdout.startswith("carefolio ")
