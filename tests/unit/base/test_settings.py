"""Settings are read once, and what cannot be used is refused with one sentence."""

from pathlib import Path

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.base.settings import NAMES, external_examples, foreign_environment, read_settings


def test_without_any_setting_everything_is_in_one_folder():
    settings = read_settings(environ={})
    assert settings.data == Path("data")
    assert settings.database == Path("data/carefolio.db")
    assert settings.keys == Path("data/keys/keys.db")
    assert settings.key_file == Path("data/keys/root.key")
    assert settings.blobs_folder == Path("data/blobs")
    assert settings.region == "local"
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.is_loopback


def test_each_setting_is_obeyed(tmp_path):
    settings = read_settings(
        environ={
            "CAREFOLIO_DATA": str(tmp_path),
            "CAREFOLIO_DATABASE_URL": f"sqlite:///{tmp_path}/one.db",
            "CAREFOLIO_KEYS_URL": f"sqlite:///{tmp_path}/two.db",
            "CAREFOLIO_KEY_FILE": f"{tmp_path}/three.key",
            "CAREFOLIO_REGION": "north-2",
            "CAREFOLIO_PUBLIC_URL": "https://records.example.org/",
            "CAREFOLIO_SMTP_URL": "smtps://carefolio:secret@mail.example.org:465?from=records@example.org",
            "CAREFOLIO_BLOBS_URL": f"file://{tmp_path}/on%20a%20disk",
            "CAREFOLIO_TRUSTED_PROXIES": "2",
            "CAREFOLIO_TURN_URL": "stun:turn.example.org, turns:[2001:db8::1]:5349?transport=tcp",
            "CAREFOLIO_TURN_SECRET_FILE": f"{tmp_path}/turn",
        }
    )
    assert settings.data == tmp_path
    assert (settings.database, settings.keys) == (tmp_path / "one.db", tmp_path / "two.db")
    assert settings.key_file == tmp_path / "three.key"
    assert settings.region == "north-2"
    assert settings.public_url == "https://records.example.org"
    assert not settings.is_loopback
    assert settings.smtp_url == "smtps://carefolio:secret@mail.example.org:465?from=records@example.org"
    assert "secret" not in repr(settings)
    assert settings.blobs_folder == tmp_path / "on a disk"
    assert settings.trusted_proxies == 2
    assert settings.turn_urls == ("stun:turn.example.org", "turns:[2001:db8::1]:5349?transport=tcp")
    assert settings.turn_secret_file == tmp_path / "turn"


@pytest.mark.parametrize(
    "url",
    [
        "s3://bucket",
        "s3://bucket/prefix/of/ours",
        "s3://bucket/prefix?endpoint=http://127.0.0.1:9000&region=eu-west-2&kms=alias/carefolio",
    ],
)
def test_attachments_may_be_in_a_bucket(url):
    settings = read_settings(environ={"CAREFOLIO_BLOBS_URL": url})
    assert (settings.blobs_url, settings.blobs_folder) == (url, None)


def test_a_flag_goes_before_the_environment(tmp_path):
    environ = {"CAREFOLIO_DATA": "elsewhere", "CAREFOLIO_REGION": "south"}
    settings = read_settings(tmp_path, "north", environ)
    assert (settings.data, settings.region) == (tmp_path, "north")


def test_an_empty_value_is_no_setting():
    assert read_settings(environ={"CAREFOLIO_REGION": "", "CAREFOLIO_DATA": ""}) == read_settings(environ={})


def test_an_environment_that_is_given_stands_for_the_process_own(monkeypatch):
    monkeypatch.setenv("CAREFOLIO_REGION", "south")
    assert read_settings(environ={}).region == "local"
    assert read_settings().region == "south"


@pytest.mark.parametrize("url", ["http://localhost:9000", "http://127.0.0.1", "https://[::1]:8443", "http://LOCALHOST"])
def test_addresses_of_this_machine_are_known(url):
    assert read_settings(environ={"CAREFOLIO_PUBLIC_URL": url}).is_loopback


@pytest.mark.parametrize("url", ["http://127.0.0.1.example.org", "https://example.org", "http://10.0.0.1:8000"])
def test_other_addresses_are_not_this_machine(url):
    assert not read_settings(environ={"CAREFOLIO_PUBLIC_URL": url}).is_loopback


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://example.org/records"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "records.db"),
        ("KEYS_URL", "sqlite://keys.db"),
        ("KEYS_URL", "file:///keys.db"),
        ("KEYS_URL", "sqlite:///data/carefolio.db"),
        ("REGION", "North"),
        ("REGION", "-north"),
        ("REGION", "n" * 33),
        ("REGION", "north\n"),
        ("REGION", "no rth"),
        ("PUBLIC_URL", "records.example.org"),
        ("PUBLIC_URL", "ftp://records.example.org"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "http://[::1"),
        ("PUBLIC_URL", "http://records.example.org:port"),
        ("PUBLIC_URL", "http://records.example.org:99999"),
        ("TURN_URL", "https://turn.example.org"),
        ("TURN_URL", "turn:turn.example.org"),
        ("TURN_URL", "stun:turn.example.org more"),
        ("TURN_SECRET_FILE", "/etc/turn"),
        ("BLOBS_URL", "/srv/blobs"),
        ("BLOBS_URL", "file://blobs"),
        ("BLOBS_URL", "file:///"),
        ("BLOBS_URL", "file:///srv/blobs?region=x"),
        ("BLOBS_URL", "s3://"),
        ("BLOBS_URL", "s3:///prefix"),
        ("BLOBS_URL", "s3://user:secret@bucket"),
        ("BLOBS_URL", "s3://bucket:9000/prefix"),
        ("BLOBS_URL", "s3://bucket?endpoint=minio:9000"),
        ("BLOBS_URL", "s3://bucket?endpoint=https://minio:port"),
        ("BLOBS_URL", "s3://bucket?secret=x"),
        ("BLOBS_URL", "s3://bucket?region="),
        ("BLOBS_URL", "s3://bucket?region"),
        ("BLOBS_URL", "s3://bucket?region=a&region=b"),
        ("BLOBS_URL", "gs://bucket"),
        ("BLOBS_URL", "s3://[bucket"),
        ("SMTP_URL", "mail.example.org"),
        ("SMTP_URL", "http://mail.example.org"),
        ("SMTP_URL", "smtp://"),
        ("SMTP_URL", "smtp://mail.example.org:port"),
        ("SMTP_URL", "smtp://mail.example.org/inbox"),
        ("SMTP_URL", "smtp://mail.example.org?from=nobody"),
        ("SMTP_URL", "smtp://mail.example.org?form=a@example.org"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "10"),
        ("TRUSTED_PROXIES", "one"),
        ("TRUSTED_PROXIES", "1\n"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_with_one_sentence(name, value):
    with pytest.raises(Failure) as caught:
        read_settings(environ={f"CAREFOLIO_{name}": value})
    assert caught.value.category is Category.BROKEN
    (issue,) = caught.value.issues
    assert issue.text.startswith(f"CAREFOLIO_{name} ")
    assert issue.text.endswith(".")
    assert "\n" not in issue.text


def test_a_setting_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(Failure, match="no setting CAREFOLIO_DATABSE_URL") as caught:
        read_settings(environ={"CAREFOLIO_DATABSE_URL": "sqlite:///x.db"})
    assert all(f"CAREFOLIO_{name}" in caught.value.sentence for name in NAMES)


def test_other_programs_variables_and_those_of_outside_data_are_none_of_ours():
    environ = {"PATH": "/bin", "DATA": "x", "CAREFOLIO_EXTERNAL": "/outside", "CAREFOLIO_EXAMPLES": "/outside.tgz"}
    assert read_settings(environ=environ) == read_settings(environ={})


def test_a_foreign_process_gets_none_of_our_settings(monkeypatch):
    monkeypatch.setenv("CAREFOLIO_REGION", "south")
    monkeypatch.setenv("OTHER", "kept")
    found = foreign_environment()
    assert found["OTHER"] == "kept"
    assert not any(name.startswith("CAREFOLIO_") for name in found)


def test_outside_examples_are_where_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.setenv("CAREFOLIO_EXTERNAL", str(tmp_path))
    assert external_examples() == tmp_path
    monkeypatch.delenv("CAREFOLIO_EXTERNAL")
    assert external_examples() is None
