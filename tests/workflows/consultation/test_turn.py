"""By which servers browsers find each other."""

import hmac
from base64 import b64encode

import pytest

from carefolio.base.clock import SECOND
from carefolio.base.failures import Category, Failure
from carefolio.workflows.consultation import turn

NOW = 1_800_000_000 * SECOND
SECRET = "a secret of the operator"


def test_without_servers_browsers_use_their_own_addresses_alone():
    assert turn.servers((), "", NOW) == []
    assert turn.read_secret(None) == ""


def test_turn_has_a_password_that_ends_in_an_hour_and_names_nobody():
    urls = ("stun:stun.example.org", "turn:turn.example.org:3478", "turns:turn.example.org:5349?transport=tcp")
    plain, relayed = turn.servers(urls, SECRET, NOW)
    assert plain == {"urls": ["stun:stun.example.org"]}
    assert relayed["urls"] == list(urls[1:])
    assert relayed["username"] == "1800003600"
    assert relayed["credential"] == b64encode(hmac.digest(SECRET.encode(), b"1800003600", "sha1")).decode()


def test_the_secret_comes_from_a_file_of_ones_own(tmp_path):
    file = tmp_path / "turn"
    file.write_text(f"{SECRET}\n")
    file.chmod(0o600)
    assert turn.read_secret(file) == SECRET


@pytest.mark.parametrize(
    ("text", "mode", "why"),
    [(SECRET, 0o644, "can be read by others"), ("short", 0o600, "16 signs"), (None, 0, "cannot be read")],
)
def test_a_file_that_cannot_be_used_is_told_with_its_fix(tmp_path, text, mode, why):
    file = tmp_path / "turn"
    if text is not None:
        file.write_text(text)
        file.chmod(mode)
    with pytest.raises(Failure, match=why) as caught:
        turn.read_secret(file)
    assert caught.value.category is Category.BROKEN
