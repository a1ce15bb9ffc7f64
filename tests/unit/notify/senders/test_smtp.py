"""A real mail server on this machine: what it gets, and what of its refusals is for good."""

import email
import ssl
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from carefolio.base.settings import read_settings
from carefolio.notify.mails import Mail
from carefolio.notify.senders import smtp
from carefolio.notify.senders.choose import sender_of
from carefolio.notify.senders.folder import Folder
from carefolio.notify.senders.sender import Undelivered
from carefolio.notify.senders.smtp import Smtp
from tests.ports import free_port

MAIL = Mail(12, "ada@example.org", "Hello", "World\n", 1_795_343_936_419_461, 1, 0)
FROM = "carefolio@records.example.org"
TAKEN = "250 OK"


class Box:
    """What the server took; ``says`` are its answers to the recipient, to the data and to the sender."""

    def __init__(self, rcpt=TAKEN, data=TAKEN, mail=TAKEN):
        self.says = {"rcpt": rcpt, "data": data, "mail": mail}
        self.taken = []

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        envelope.mail_from = address
        return self.says["mail"]

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.says["rcpt"] == TAKEN:
            envelope.rcpt_tos.append(address)
        return self.says["rcpt"]

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.says["data"] == TAKEN:
            self.taken.append((envelope, session.ssl is not None))
        return self.says["data"]


@contextmanager
def serving(box, **how):
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), **how)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A server's context for 127.0.0.1, and a client's that trusts it."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, private = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(pem, private)
    return server, ssl.create_default_context(cafile=str(pem))


def refused(sender, mail=MAIL):
    with pytest.raises(Undelivered) as caught:
        sender.send(mail)
    assert "ada@" not in caught.value.sentence
    assert "secret" not in caught.value.sentence
    return caught.value


def test_a_mail_arrives_as_it_is():
    box = Box()
    with serving(box) as port:
        sender = Smtp(f"smtp://127.0.0.1:{port}", FROM)
        sender.send(MAIL)
        assert FROM in sender.look()
    ((envelope, encrypted),) = box.taken
    message = email.message_from_bytes(envelope.content)
    assert (envelope.mail_from, envelope.rcpt_tos, encrypted) == (FROM, ["ada@example.org"], False)
    assert message["Subject"] == "Hello"
    assert message["Message-ID"] == "<1795343936419461.12@records.example.org>"
    assert message.get_payload().splitlines() == ["World"]


def test_the_setting_says_who_it_is_from():
    box = Box()
    with serving(box) as port:
        Smtp(f"smtp://127.0.0.1:{port}?from=records@example.org", FROM).send(MAIL)
    assert box.taken[0][0].mail_from == "records@example.org"


def test_it_is_encrypted_where_the_server_offers_it(certificate):
    box, (server, client) = Box(), certificate
    with serving(box, tls_context=server) as port:
        Smtp(f"smtp://127.0.0.1:{port}", FROM, client).send(MAIL)
    assert box.taken[0][1]


def test_it_is_encrypted_from_the_start(certificate):
    box, (server, client) = Box(), certificate
    with serving(box, ssl_context=server) as port:
        Smtp(f"smtps://127.0.0.1:{port}", FROM, client).send(MAIL)
    assert len(box.taken) == 1


def test_a_server_whose_certificate_nobody_knows_gets_nothing(certificate):
    box = Box()
    with serving(box, tls_context=certificate[0]) as port:
        assert not refused(Smtp(f"smtp://127.0.0.1:{port}", FROM)).permanent
    assert box.taken == []


@pytest.mark.parametrize("right", [True, False])
def test_it_signs_in(right):
    def authenticate(server, session, envelope, mechanism, data):
        known = (data.login, data.password) == (b"carefolio", b"secret/word")
        return AuthResult(success=known, handled=known)

    box = Box()
    with serving(box, authenticator=authenticate, auth_require_tls=False) as port:
        word = "secret%2Fword" if right else "secret"
        sender = Smtp(f"smtp://carefolio:{word}@127.0.0.1:{port}", FROM)
        if right:
            sender.send(MAIL)
        else:
            assert not refused(sender).permanent
            with pytest.raises(Undelivered):
                sender.look()
    assert len(box.taken) == right


def test_a_password_does_not_leave_this_machine_unencrypted(monkeypatch):
    monkeypatch.setattr(smtp, "_LOOPBACK", frozenset())
    box = Box()
    with serving(box) as port:
        problem = refused(Smtp(f"smtp://carefolio:secret@127.0.0.1:{port}", FROM))
    assert not problem.permanent
    assert "encryption" in problem.sentence
    assert box.taken == []


@pytest.mark.parametrize(
    ("says", "permanent"),
    [
        ({"rcpt": "550 no such mailbox: ada@example.org"}, True),
        ({"rcpt": "450 ada@example.org: try again"}, False),
        ({"data": "554 we do not like it"}, True),
        ({"data": "451 not now"}, False),
        ({"mail": "553 you may not send from here"}, False),
    ],
)
def test_what_is_about_this_mail_is_for_good_and_all_else_is_not(says, permanent):
    with serving(Box(**says)) as port:
        assert refused(Smtp(f"smtp://127.0.0.1:{port}", FROM)).permanent is permanent


@pytest.mark.parametrize("to", ["ada@example.org\nBcc: all@example.org", "ädä@example.org"])
def test_an_address_that_cannot_be_sent_to_is_for_good(to):
    with serving(Box(), enable_SMTPUTF8=False) as port:
        assert refused(Smtp(f"smtp://127.0.0.1:{port}", FROM), Mail(1, to, "Hello", "", 0, 1, 0)).permanent


def test_a_server_that_is_not_there_is_tried_again():
    sender = Smtp(f"smtp://127.0.0.1:{free_port()}", FROM)
    assert not refused(sender).permanent
    with pytest.raises(Undelivered, match="cannot be used"):
        sender.look()


def test_the_settings_say_which_sender_it_is(tmp_path):
    assert isinstance(sender_of(read_settings(tmp_path, environ={})), Folder)
    assert isinstance(sender_of(read_settings(tmp_path, environ={"CAREFOLIO_SMTP_URL": "smtp://127.0.0.1"})), Smtp)
