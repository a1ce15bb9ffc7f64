"""SIGTERM while somebody outside is silent: Stripe, the bucket or PostgreSQL. The process ends in time, and cleanly."""

import json
import signal
import socket
from contextlib import closing, contextmanager
from time import monotonic

import httpx
import pytest

from carefolio.base.apart import Apart
from carefolio.base.failures import Failure
from carefolio.workflows.payments import actions, asking
from carefolio.workflows.payments.providers.stripe import Account, Stripe
from tests import postgres
from tests.acceptance.console import STOP_SECONDS, Console, serving
from tests.contract import bucket
from tests.contract.test_postgres_silent import silent
from tests.mute import Mute
from tests.stores import CHOOSES_ITSELF, URL
from tests.workflows.payments.conftest import practice as practice

pytestmark = CHOOSES_ITSELF

LATE_SECONDS, ANSWER_SECONDS = 2, 30
LONG = "QUJDREVG" * 20_000


@pytest.fixture
def mute():
    with closing(Mute()) as made:
        yield made


@contextmanager
def asking_at(port, request):
    """Somebody whose answer does not come."""
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(request)
        yield


def get(path):
    return f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode()


def ends(server):
    """It ends within the ten seconds that the contract names, and cleanly; a busy machine may tell us late."""
    begun = monotonic()
    server.process.send_signal(signal.SIGTERM)
    code, took = server.process.wait(2 * STOP_SECONDS), monotonic() - begun
    assert took < STOP_SECONDS + LATE_SECONDS
    return code == 0


def test_while_stripe_is_silent(practice, tmp_path, monkeypatch, mute):
    monkeypatch.setattr(asking, "ANSWER_SECONDS", 0.1)
    monkeypatch.setattr(asking, "_ASKING", Apart("test", asking.THREADS))
    card = Stripe(Account("sk_test_carefolio", "whsec_x", "http://127.0.0.1:8000", mute.url))
    with pytest.raises(Failure):
        practice.do(actions.pay, "Ada", card, practice.bill())
    files = {"KEY": "sk_test_carefolio", "WEBHOOK_SECRET": "whsec_x"}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    env = {f"CAREFOLIO_STRIPE_{name}_FILE": str(tmp_path / name) for name in files}
    with closing(Mute()) as other:
        with serving(tmp_path, anew=True, CAREFOLIO_STRIPE_API=other.url, **env) as server:
            other.await_asked(b"/v1/checkout/sessions")  # every minute, and now
            before = Console(tmp_path).entries()
            assert ends(server)
        practice.carefolio.checkpointer.make()
        assert Console(tmp_path).entries() >= before > 0  # nothing is lost, and it verifies


def test_while_the_bucket_is_silent(tmp_path, mute):
    data = tmp_path / "data"
    env = bucket.NOBODYS | {"CAREFOLIO_BLOBS_URL": f"s3://silent/north?endpoint={mute.url}&region=us-east-1"}
    with serving(data, anew=True, **env) as server:
        made = json.loads(Console(data).call("hospital", "add", "--name", "North", "--json", **env).stdout)
        head = {"authorization": f"Bearer {made['token']}"}
        long = {"resourceType": "Binary", "contentType": "application/pdf", "data": LONG}
        body = json.dumps(long).encode()
        words = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        words += f"content-type: application/fhir+json\r\ncontent-length: {len(body)}\r\n"
        request = f"POST /fhir/Binary HTTP/1.1\r\nhost: 127.0.0.1\r\n{words}\r\n".encode() + body
        with asking_at(server.port, request):
            mute.await_asked(b"PUT ")
            assert httpx.get(f"{server.address}/readyz", timeout=ANSWER_SECONDS).status_code == 200
            before = Console(data).entries()
            assert ends(server)
    assert Console(data).entries() >= before > 0


@pytest.mark.parametrize("words", [(), ("--workers", "2")])
def test_while_postgresql_is_silent(tmp_path, words):
    with postgres.running() as own:
        url = own.fresh()
        with serving(tmp_path / "data", *words, anew=True, **{URL: url}) as server:
            for path in ("/readyz", "/", "/fhir/metadata"):
                answer = httpx.get(f"{server.address}{path}", follow_redirects=True, timeout=ANSWER_SECONDS)
                assert answer.status_code == 200
            quiet = silent(own)
            quiet.__enter__()
            try:
                with asking_at(server.port, get("/readyz")), asking_at(server.port, get("/accounts/login/")):
                    assert ends(server)
            finally:
                quiet.__exit__(None, None, None)
        told = Console(tmp_path / "data").call("ledger", "verify", "--json", **{URL: url})
        assert json.loads(told.stdout)["ok"], told.stderr
