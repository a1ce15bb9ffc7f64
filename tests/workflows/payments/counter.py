"""localstripe and the till in front of it, as two processes on loopback, and somebody with a card before them."""

import hashlib
import hmac
import json
import signal
import socketserver
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode

from tests.acceptance.server import await_port
from tests.ports import free_port

TILL = Path(__file__).with_name("till.py")
GOOD, DECLINED, ASKS_BANK = "4242424242424242", "4000000000000341", "4000000000003063"
SECRET = "whsec_carefolio"
SIGNED_SECONDS = 15
_LOCALSTRIPE = (
    "import sys; from aiohttp import web; from localstripe.server import app;"
    " web.run_app(app, host='127.0.0.1', port=int(sys.argv[1]), print=None)"
)


def is_there():
    """Whether localstripe is installed; ``make services`` says how."""
    return find_spec("localstripe") is not None


class Mailbox(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Where localstripe's signed messages come in."""

    daemon_threads = True

    def __init__(self):
        self.heard, self.news = [], threading.Condition()

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                return

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with self.server.news:
                    self.server.heard.append((body, self.headers["Stripe-Signature"]))
                    self.server.news.notify_all()
                self.send_response(200)
                self.end_headers()

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def about(self, attempt, kind="payment_intent.succeeded"):
        """The first message of this kind about an attempt; waits for it."""

        def found():
            some = ((json.loads(body), body, signature) for body, signature in self.heard)
            return next(((b, s) for told, b, s in some if told["type"] == kind and attempt in b.decode()), None)

        with self.news:
            message = self.news.wait_for(found, SIGNED_SECONDS)
        assert message, f"no message about {attempt}"
        return message


class Counter:
    """The two processes."""

    def __init__(self):
        behind, port = free_port(), free_port()
        self.url, self.mailbox = f"http://127.0.0.1:{port}", Mailbox()
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        stripe = [sys.executable, "-c", _LOCALSTRIPE, str(behind)]
        till = [sys.executable, str(TILL), str(port), f"http://127.0.0.1:{behind}"]
        self.processes = [subprocess.Popen(command, **quiet) for command in (stripe, till)]
        await_port(behind)
        await_port(port)
        here = f"http://127.0.0.1:{self.mailbox.server_address[1]}/"
        self._post(f"http://127.0.0.1:{behind}/_config/webhooks/one", {"url": here, "secret": SECRET})

    def pay(self, url, card=GOOD):
        """Somebody pays at the page: the status of its answer."""
        return self._post(url, {"card": card})

    def prove(self, url, *, success=True):
        """Their bank asks them."""
        return self._post(f"{url}/bank", {"success": str(success).lower()})

    def set_down(self, *, down):
        self._post(f"{self.url}/down", {"down": "yes" if down else "no"})

    def counts(self):
        with urllib.request.urlopen(f"{self.url}/counts") as answer:
            return json.load(answer)

    def close(self):
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
            process.wait()
        self.mailbox.shutdown()
        self.mailbox.server_close()

    def _post(self, url, fields):
        request = urllib.request.Request(url, urlencode(fields).encode(), method="POST")
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code


def signed(body, secret=SECRET, at=None):
    """A message as Stripe signs it: https://docs.stripe.com/webhooks/signature."""
    moment = int(at or time.time())
    mark = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={mark}"
