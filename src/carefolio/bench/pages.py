"""The people's pages over HTTP: a patient's home and timeline, and taking the whole record away."""

from __future__ import annotations

import re
from http.client import HTTPConnection, HTTPResponse
from statistics import median
from urllib.parse import urlencode

from carefolio.base.clock import stopwatch
from carefolio.base.failures import broken
from carefolio.bench.figures import Figure
from carefolio.bench.letting import PASSWORD
from carefolio.bench.reading import figure
from carefolio.bench.servers import Server, write_requests
from carefolio.bench.stage import Stage

AT_ONCE = 4
_PAGES = (("the patient's home page", "/"), ("the patient's timeline", "/charts/{chart}/"))
_LOGIN, _DOWNLOAD = "/accounts/login/", "/charts/{chart}/download/"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_NANOSECONDS, _MEBIBYTE, _OK = 1e9, 1024 * 1024, 200
_FOUND = frozenset({302, 303})


def measure(stage: Stage, product: Server) -> list[Figure]:
    """As the patient of the big chart, signed in."""
    chart = stage.big.removeprefix("Patient/")
    visitor = _Visitor(product.port)
    visitor.sign_in(stage.patient)
    found = []
    for name, path in _PAGES:
        request = visitor.request("GET", path.format(chart=chart))
        file = write_requests(stage.folder / "pages.json", [request])
        slices = [product.load(file, AT_ONCE, stage.size.seconds) for _ in range(stage.size.rounds)]
        found.append(figure(name, slices, note=f"{AT_ONCE} at a time"))
    return [*found, _exported(stage, visitor, _DOWNLOAD.format(chart=chart))]


def _exported(stage: Stage, visitor: _Visitor, path: str) -> Figure:
    token = visitor.token_of(path)
    times, size = list[float](), 0
    for _ in range(stage.size.rounds):
        started = stopwatch()
        answer, body = visitor.ask("POST", path, {"csrfmiddlewaretoken": token})
        times.append((stopwatch() - started) / _NANOSECONDS)
        if answer.status != _OK or not body.startswith(b"PK"):
            raise broken(f"The copy of a record was answered with {answer.status}.")
        size = len(body)
    taken = median(times)
    note = f"{taken:.2f} s and {size / _MEBIBYTE:.1f} MiB zipped"
    return Figure(f"export of a chart of {stage.size.records:,}", stage.size.records / taken, "/s", note=note)


class _Visitor:
    """Somebody with a browser's cookies."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}

    def sign_in(self, email: str) -> None:
        """With the password that the benchmark gave."""
        form = {"csrfmiddlewaretoken": self.token_of(_LOGIN), "login": email, "password": PASSWORD}
        answer, _ = self.ask("POST", _LOGIN, form)
        if answer.status not in _FOUND:
            raise broken(f"Signing in was answered with {answer.status}.")

    def token_of(self, path: str) -> str:
        """The token of the page's form."""
        found = _TOKEN.search(self.ask("GET", path)[1].decode())
        if found is None:
            raise broken(f"The page {path} has no form.")
        return found.group(1)

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[HTTPResponse, bytes]:
        """One request; cookies are kept."""
        connection = HTTPConnection("127.0.0.1", self._port)
        connection.request(method, path, urlencode(form) if form else None, self._headers(form=form is not None))
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        for header in answer.headers.get_all("set-cookie") or []:
            name, _, value = header.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer, body

    def request(self, method: str, path: str) -> bytes:
        """A whole request for the load generator."""
        headers = "".join(f"{name}: {value}\r\n" for name, value in self._headers(form=False).items())
        return f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{self._port}\r\n{headers}\r\n".encode()

    def _headers(self, *, form: bool) -> dict[str, str]:
        shown = {"cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        address = f"http://127.0.0.1:{self._port}"
        return shown | ({"origin": address, "content-type": "application/x-www-form-urlencoded"} if form else {})
