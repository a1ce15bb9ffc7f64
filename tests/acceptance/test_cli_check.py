"""The check of an installation: a line each, with its fix."""

import pytest

from tests import stores
from tests.acceptance.console import Console
from tests.contract.bucket import NOBODYS
from tests.ports import free_port

NAMES = ["settings", "keys", "disk", "clock", "mail", "blobs", "payments", "database", "calls"]


@pytest.fixture
def console(tmp_path):
    console = Console(tmp_path / "data")
    console.hospital()
    return console


def failing(console, **env):
    done = console.call("check", **env)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    return {
        line.split()[1].rstrip(":"): lines[at + 1].strip() for at, line in enumerate(lines) if line.startswith("NOT")
    }


def test_a_well_installation_passes(console):
    told = console.told("check")
    assert told["ok"]
    assert [each["name"] for each in told["checks"]] == NAMES


def test_nothing_there_is_said_with_its_fix(tmp_path):
    found = failing(Console(tmp_path))
    assert sorted(found) == ["blobs", "clock", "database", "keys"]
    assert all(fix.startswith("fix: ") for fix in found.values())


def test_a_wrong_setting_is_named(console):
    assert list(failing(console, CAREFOLIO_REGION="No Such Region!")) == ["settings"]


def test_a_mail_server_that_is_not_there_is_found(console):
    assert list(failing(console, CAREFOLIO_SMTP_URL=f"smtp://127.0.0.1:{free_port()}")) == ["mail"]


def test_a_folder_of_attachments_that_is_gone_is_found(console):
    (console.data / "blobs").rename(console.data / "elsewhere")
    assert list(failing(console)) == ["blobs"]


def test_a_bucket_that_does_not_answer_is_found(console):
    bucket = f"s3://bucket?region=eu-west-2&endpoint=http://127.0.0.1:{free_port()}"
    assert list(failing(console, CAREFOLIO_BLOBS_URL=bucket, **NOBODYS)) == ["blobs"]


def test_a_root_key_that_others_can_read_is_found(console):
    (console.data / "keys" / "root.key").chmod(0o644)
    assert list(failing(console)) == ["keys"]


@stores.ABOUT_SQLITE
def test_a_damaged_database_is_found(console):
    path = console.data / "carefolio.db"
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * 4096 + content[8192:])
    assert "database" in failing(console)


def test_a_clock_before_the_ledger_s_last_entry_is_found(console):
    stores.run_sql(console.data, "UPDATE entry SET time = time + 3600000000")
    assert list(failing(console)) == ["clock"]
    told = console.refused("ledger", "verify")
    assert told.startswith("Entry 1 was changed") or "Entry 1" in told
