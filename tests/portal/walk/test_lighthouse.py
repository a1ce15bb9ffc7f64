"""Lighthouse's look at a page of each template, on a phone and on a desk: ``make drill NAME=lighthouse``.

It is no part of what ``make services`` installs: LIGHTHOUSE names the command (``npm install lighthouse@12`` has it
under ``node_modules/.bin``). Without it the drill is skipped. A page takes a second or two of a core; each is told.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.portal.walk.choice import templates
from tests.portal.walk.told import told

LEAST, MAJOR, SECONDS_A_PAGE = 0.98, "12", 30
COMMAND = os.environ.get("LIGHTHOUSE") or shutil.which("lighthouse")
CHROMIUM = "/usr/bin/chromium"
"""With its window: Lighthouse is not made for the engine alone."""
SCRIPT = Path(__file__).with_name("lighthouse.mjs")
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
def test_accessibility(shown, form, record_property, capsys):
    scores, wrong = [], []
    for taken, found in zip(shown.values(), looked_at(list(shown), form), strict=True):
        assert found["version"].partition(".")[0] == MAJOR
        scores.append(found["score"] or 0)
        if scores[-1] < LEAST:
            wrong.append((taken, f"{found['score']}: {found['failed'] or found.get('problem')}"))
        with capsys.disabled():
            sys.stdout.write(f"\n{form} {len(scores)}/{len(shown)} {found['score']} {taken.route}")
    record_property("least", min(scores))
    assert len(scores) > 100
    told(wrong)


def looked_at(addresses, form):
    """What Lighthouse says of one address after the other."""
    words = ["node", SCRIPT, Path(COMMAND).resolve().parents[1], form]
    env = os.environ | {"CHROME_PATH": CHROMIUM}
    with subprocess.Popen(words, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        late = threading.Timer(SECONDS_A_PAGE * len(addresses), running.terminate)
        late.start()
        try:
            running.stdin.write("\n".join(addresses))
            running.stdin.close()
            yield from map(json.loads, running.stdout)
            assert running.wait() == 0
        finally:
            late.cancel()
            running.terminate()
