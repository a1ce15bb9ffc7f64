"""E-mails as files: whole, private, the same mail in the same place."""

import email
from email import policy

import pytest

from carefolio.notify.mails import Mail
from carefolio.notify.senders.folder import Folder
from carefolio.notify.senders.sender import Undelivered, address_of

MAIL = Mail(12, "ada@example.org", "Hello", "Wörld\n", 1_795_343_936_419_461, 1, 0)


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "mail", "carefolio@records.example.org")


def test_it_is_a_message_that_only_this_user_can_read(folder, tmp_path):
    folder.send(MAIL)
    folder.send(MAIL)
    (file,) = (tmp_path / "mail").iterdir()
    assert file.name == "20261122T103856-12.eml"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    message = email.message_from_bytes(file.read_bytes(), policy=policy.default)
    assert message["To"] == "ada@example.org"
    assert message["From"] == "Carefolio <carefolio@records.example.org>"
    assert message["Subject"] == "Hello"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == "<1795343936419461.12@records.example.org>"
    assert message.get_content() == "Wörld\n"


def test_a_file_that_a_crash_left_half_is_replaced(folder, tmp_path):
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "20261122T103856-12.partial").write_bytes(b"half")
    folder.send(MAIL)
    assert [file.suffix for file in (tmp_path / "mail").iterdir()] == [".eml"]


def test_an_address_that_is_none_is_refused_for_good(folder):
    with pytest.raises(Undelivered) as caught:
        folder.send(Mail(1, "ada@example.org\nBcc: all@example.org", "Hello", "", 0, 1, 0))
    assert caught.value.permanent


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path):
    (tmp_path / "file").write_text("in the way")
    folder = Folder(tmp_path / "file" / "mail", "carefolio@example.org")
    with pytest.raises(Undelivered) as caught:
        folder.send(MAIL)
    assert not caught.value.permanent
    with pytest.raises(Undelivered):
        folder.look()


def test_it_says_where_mails_go(folder, tmp_path):
    assert str(tmp_path / "mail") in folder.look()


@pytest.mark.parametrize(("url", "host"), [("https://records.example.org", "records.example.org"), ("x", "localhost")])
def test_the_sender_s_address_is_of_the_public_host(url, host):
    assert address_of(url) == f"carefolio@{host}"
