"""Lighthouse's look at a page of each template, on a phone and on a desk: ``make drill NAME=lighthouse``.

It is no part of what ``make services`` installs: LIGHTHOUSE names the command (``npm install lighthouse@12`` has it
under ``node_modules/.bin``). Without it the drill is skipped.
"""

import json
import os
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.portal.walk.choice import templates
from tests.portal.walk.told import told

LEAST, MAJOR, SECONDS = 0.98, "12", 120
COMMAND = os.environ.get("LIGHTHOUSE") or shutil.which("lighthouse")
CHROMIUM = "/usr/bin/chromium"
_LEFT_OUT = ("content-encoding", "content-length", "transfer-encoding", "connection", "date", "server", "set-cookie")
pytestmark = [
    pytest.mark.drill,
    pytest.mark.skipif(COMMAND is None, reason="Lighthouse is not installed: LIGHTHOUSE names its command"),
]


@pytest.fixture
def shown(walk):
    """The recorded pages, each under a number, as a server on loopback."""
    pages = {f"/{number}": one for number, one in enumerate(templates(walk))}

    class Shows(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path in pages:
                return self.tell(200, pages[self.path].headers, pages[self.path].text)
            held = walk.statics.get(self.path)
            return self.tell(held["status"], held["headers"], held["text"]) if held else self.tell(404, {}, "")

        def tell(self, status, headers, text):
            body = text.encode()
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() not in _LEFT_OUT:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said):
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Shows) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield {f"http://127.0.0.1:{server.server_port}{path}": one for path, one in pages.items()}
        server.shutdown()


@pytest.mark.parametrize("form", ["mobile", "desktop"])
def test_accessibility(shown, form, record_property):
    scores, wrong = [], []
    for address, taken in shown.items():
        report = looked_at(address, form)
        assert report["lighthouseVersion"].partition(".")[0] == MAJOR
        category = report["categories"]["accessibility"]
        scores.append(category["score"])
        if category["score"] is None or category["score"] < LEAST:
            failed = [ref["id"] for ref in category["auditRefs"] if report["audits"][ref["id"]]["score"] == 0]
            wrong.append((taken, f"{category['score']}: {failed}"))
    record_property("least", min(scores))
    assert len(scores) > 100
    told(wrong)


def looked_at(address, form):
    """Lighthouse's report."""
    words = [
        COMMAND,
        address,
        "--only-categories=accessibility",
        "--output=json",
        "--quiet",
        "--disable-full-page-screenshot",
    ]
    words += ["--preset=desktop"] if form == "desktop" else []
    done = subprocess.run(
        [*words, "--chrome-flags=--headless=new --no-sandbox --disable-gpu"],
        env=os.environ | {"CHROME_PATH": CHROMIUM}, capture_output=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout)
