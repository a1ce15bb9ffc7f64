"""A stand-in for Stripe in front of localstripe, as a process: ``python till.py PORT LOCALSTRIPE_URL``.

localstripe has no Checkout, no idempotency keys and no redirect for 3-D Secure: this adds those three, as
docs.stripe.com tells them (a session of too little, or that ends within half an hour, is refused and not remembered),
and hands on all else. Payment intents, cards, declines, refunds and signed messages are localstripe's own.
"""

from __future__ import annotations

import json
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

KEY = "sk_test_carefolio"
LEAST, SOONEST = 50, 30 * 60
EXPIRY = {"card[exp_month]": "12", "card[exp_year]": "2040", "card[cvc]": "123"}


class Till:
    """Sessions, what was answered under which key, and how often what was asked."""

    def __init__(self, behind: str) -> None:
        self.behind, self.lock = behind, threading.RLock()
        self.sessions: dict[str, dict[str, Any]] = {}
        self.answered: dict[str, tuple[str, int, Any]] = {}
        self.counts: Counter[str] = Counter()
        self.numbers = count(1)
        self.down = False

    def call(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, Any]:
        """What localstripe answers."""
        body = urlencode(fields).encode() if fields else None
        request = urllib.request.Request(self.behind + path, body, {"Authorization": f"Bearer {KEY}"}, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read() or b"{}")

    def once(self, key: str, asked: str, work: Any) -> tuple[int, Any]:
        """Under a key the same request is answered once; another under it is refused."""
        with self.lock:
            if key in self.answered:
                said, status, answer = self.answered[key]
                wrong = {"error": {"type": "idempotency_error", "message": "another request under this key"}}
                return (status, answer) if said == asked else (400, wrong)
            status, answer = work()
            if key and status == 200:
                self.answered[key] = (asked, status, answer)
            return status, dict(answer)

    def open(self, fields: dict[str, str], here: str) -> tuple[int, Any]:
        price = "line_items[0][price_data]"
        if int(fields[f"{price}[unit_amount]"]) < LEAST:
            return 400, {
                "error": {"type": "invalid_request_error", "code": "amount_too_small", "message": "too little"}
            }
        if int(fields["expires_at"]) < time.time() + SOONEST:
            return 400, {"error": {"type": "invalid_request_error", "param": "expires_at", "message": "too soon"}}
        self.counts["sessions"] += 1
        id_ = f"cs_test_{next(self.numbers)}"
        self.sessions[id_] = {
            "id": id_,
            "object": "checkout.session",
            "status": "open",
            "payment_status": "unpaid",
            "payment_intent": None,
            "client_reference_id": fields["client_reference_id"],
            "amount_total": int(fields[f"{price}[unit_amount]"]),
            "currency": fields[f"{price}[currency]"],
            "metadata": {"attempt": fields["metadata[attempt]"]},
            "created": int(time.time()),
            "success_url": fields["success_url"],
            "url": f"{here}/pay/{id_}",
        }
        return 200, dict(self.sessions[id_])

    def expire(self, id_: str) -> tuple[int, Any]:
        session = self.sessions[id_]
        if session["status"] != "open":
            return 400, {"error": {"type": "invalid_request_error", "message": "not open"}}
        session.update(status="expired", url=None)
        return 200, session

    def pay(self, id_: str, card: str) -> tuple[int, Any]:
        """What the page at Stripe does with a card: 200 paid, 302 the bank wants to ask, 402 declined, 410 too late."""
        session = self.sessions[id_]
        if session["status"] != "open":
            return 410, {}
        card_fields = {"type": "card", "card[number]": card, **EXPIRY}
        _, method = self.call("POST", "/v1/payment_methods", card_fields)
        wanted = {"amount": session["amount_total"], "currency": session["currency"], "confirm": "true"}
        wanted |= {"payment_method": method["id"], "metadata[attempt]": session["metadata"]["attempt"]}
        status, intent = self.call("POST", "/v1/payment_intents", wanted)
        return self._paid(session, intent) if status == 200 else (402, intent)

    def prove(self, id_: str, success: str) -> tuple[int, Any]:
        """The bank asked: they are who they say, or not."""
        session = self.sessions[id_]
        place = f"/v1/payment_intents/{session['waits']['id']}/_authenticate"
        secret = session["waits"]["client_secret"]
        status, intent = self.call("POST", place, {"client_secret": secret, "success": success})
        return self._paid(session, intent) if status == 200 else (402, intent)

    def _paid(self, session: dict[str, Any], intent: dict[str, Any]) -> tuple[int, Any]:
        if intent["status"] == "requires_action":
            session["waits"] = intent
            return 302, {"to": f"/pay/{session['id']}/bank"}
        if intent["status"] != "succeeded":
            return 402, intent
        self.counts["charges"] += 1
        self.counts["taken"] += intent["amount"]
        session.update(status="complete", payment_status="paid", payment_intent=intent["id"], url=None)
        return 200, session

    def refund(self, fields: dict[str, str]) -> tuple[int, Any]:
        status, made = self.call("POST", "/v1/refunds", fields)
        if status == 200:
            self.counts["refunds"] += 1
            self.counts["given"] += made["amount"]
        return status, made


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    till: Till

    def log_message(self, *_: Any) -> None:
        return

    def do_GET(self) -> None:
        place = urlsplit(self.path)
        parts = place.path.strip("/").split("/")
        if place.path == "/counts":
            self._say(200, self.till.counts)
        elif self.till.down:
            self._say(500, {"error": {"type": "api_error", "message": "down"}})
        elif place.path == "/v1/checkout/sessions":
            asked = parse_qs(place.query)
            since, until = (int(asked[f"created[{name}]"][0]) for name in ("gte", "lte"))
            some = [one for one in self.till.sessions.values() if since <= one["created"] <= until]
            self._say(200, {"object": "list", "data": some, "has_more": False, "url": place.path})
        elif parts[:3] == ["v1", "checkout", "sessions"]:
            missing = {"error": {"type": "invalid_request_error", "code": "resource_missing", "message": "none such"}}
            found = self.till.sessions.get(parts[3])
            self._say(200 if found else 404, found or missing)
        else:
            self._say(*self.till.call("GET", self.path))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        fields, parts = dict(parse_qsl(body)), self.path.strip("/").split("/")
        if parts[0] == "down":
            self.till.down = fields.get("down") == "yes"
            self._say(200, {})
        elif self.till.down:
            self._say(500, {"error": {"type": "api_error", "message": "down"}})
        else:
            self._say(*self._answer(parts, fields, body))

    def _answer(self, parts: list[str], fields: dict[str, str], body: str) -> tuple[int, Any]:
        till, key = self.till, self.headers.get("Idempotency-Key", "")
        if parts[:3] == ["v1", "checkout", "sessions"]:
            with till.lock:
                if parts[-1] == "expire":
                    return till.expire(parts[3])
            return till.once(key, body, lambda: till.open(fields, f"http://{self.headers['Host']}"))
        if parts[0] == "pay":
            with till.lock:
                is_bank = len(parts) > 2
                return till.prove(parts[1], fields["success"]) if is_bank else till.pay(parts[1], fields["card"])
        if parts == ["v1", "refunds"]:
            return till.once(key, body, lambda: till.refund(fields))
        return till.call("POST", self.path, fields)

    def _say(self, status: int, answer: Any) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    port, behind = int(sys.argv[1]), sys.argv[2]
    server = ThreadingHTTPServer(("127.0.0.1", port), type("One", (Handler,), {"till": Till(behind)}))
    server.daemon_threads = True
    server.serve_forever()


if __name__ == "__main__":
    main()
