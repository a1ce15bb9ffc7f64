"""Odd places, queries, forms, headers, paths and bodies: no failure, nothing of Blanche's, no script, no way out."""

import csv
import io
import logging
import re
import threading
import zipfile
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from carefolio.base import clock
from carefolio.workflows.sharing.rules import Ask, Terms, proposal
from tests.acceptance.resources import condition, consent, emergency
from tests.portal.browser import Browser
from tests.portal.matrix.aviary import SCRIPT, as_visitor
from tests.portal.matrix.judging import FORM_TOKEN, Wanted, is_for, leaks, send
from tests.portal.matrix.odd import HEADERS, LONG, NEXT, PATHS, QUERIES, VALUES, typed
from tests.portal.matrix.recipes import addresses

LOG = logging.getLogger(__name__)
ATTACKERS = ("owner", "doctor: whole", "admin", "anonymous")
"""One for each sort of page."""
OWN_SESSION = frozenset({"account_logout", "usersessions_list", "accounts:stay"})
RUNS = re.compile(r"<script>|<img src=x|<[^>]*\sonerror=")
_PLACE = re.compile(r"<(?:\w+:)?\w+>")
A_VALUE_EACH, ALL = 1, len(VALUES)


def judge(cage, wanted):
    answers, statuses = send(cage, wanted)
    found = []
    for one, answer in zip(wanted, answers, strict=True):
        said = leaks(cage, one, answer)
        said += ["a cookie"] if "stolen" in answer.header("set-cookie") else []
        said += ["leads away"] if leads_away(cage, answer.header("location")) else []
        found += [(one.visitor.called, one.method, one.path[:200], answer.status, said)] if said else []
    assert not found, (len(found), found[:10])
    LOG.info("%d requests: %s", statuses.total(), dict(statuses))
    return answers


def leads_away(cage, target):
    """Whether a browser would leave the site for it: to that, a backslash is a slash, and some signs are nothing."""
    seen = "".join(sign for sign in target.replace("\\", "/") if sign > " ")
    return bool(seen) and urlsplit(urljoin(cage.site.address, seen)).netloc != urlsplit(cage.site.address).netloc


def odd_addresses(cage, routes, values):
    """Each route with nonsense in its places, and with nonsense in whatever a query may hold."""
    for called in ATTACKERS:
        visitor = cage.visitors[called]
        for number, route in enumerate(one for one in routes if is_for(one, visitor)):
            found = addresses(cage, route, visitor, ("own",))
            for step in range(values if found else 0):
                value = typed(VALUES[(number + step) % len(VALUES)])
                if "(?P" not in route["pattern"]:
                    yield Wanted(
                        visitor, "GET", route["name"], "/" + _PLACE.sub(lambda _, v=value: v, route["pattern"])
                    )
                query = "&".join(f"{name}={value}" for name in QUERIES) if len(value) < len(LONG) else f"page={value}"
                yield Wanted(visitor, "GET", route["name"], f"{found[0].path.partition('?')[0]}?{query}")


def test_odd_addresses_are_no_failure(cage, routes):
    judge(cage, list(odd_addresses(cage, routes, A_VALUE_EACH)))


@pytest.mark.drill
def test_no_odd_address_is_a_failure(cage, routes):
    judge(cage, list(odd_addresses(cage, routes, ALL)))


def odd_forms(cage, routes, values):
    """Each field that any form has, full of nonsense, to each address of one's own."""
    names = (
        "version",
        "reason",
        "why",
        "words",
        "text",
        "record",
        "records",
        "categories",
        "hospitals",
        "ends",
        "since",
    )
    names += ("until_0", "born_0", "born_1", "born_2", "typed", "code", "zone", "language", "name", "seen", "outcome")
    for called in ATTACKERS:
        visitor = cage.visitors[called]
        for number, route in enumerate(one for one in routes if is_for(one, visitor)):
            decides = route["name"].startswith("oversight:") and "<" in route["pattern"]
            for one in addresses(cage, route, visitor, ("own",))[: 0 if decides or route["name"] in OWN_SESSION else 1]:
                for step in range(values):
                    fields = tuple((name, VALUES[(number + step) % len(VALUES)]) for name in names)
                    yield Wanted(visitor, "POST", route["name"], one.path, "", fields)


def test_odd_forms_are_no_failure(cage, routes):
    judge(cage, list(odd_forms(cage, routes, A_VALUE_EACH)))


def test_no_header_lets_anybody_in(cage):
    chart, owner = f"/charts/{cage.blanche.id}/", cage.blanche.email
    wanted = []
    for called in ("another patient", "doctor: none", "pharmacist", "anonymous"):
        for name, value in HEADERS:
            given = ((name, value.format(address=chart, owner=owner)),)
            for path in ("/", chart, "/accounts/login/"):
                wanted.append(Wanted(cage.visitors[called], "GET", "", path, headers=given))
            wanted.append(Wanted(cage.visitors[called], "POST", "", f"{chart}download/", headers=given))
    judge(cage, wanted)


def test_no_path_leads_around_the_gate(cage):
    id_ = cage.blanche.id
    given = {"chart": f"/charts/{id_}/", "id": id_, "upper": id_.upper(), "record": cage.records["pulse"]["id"]}
    paths = [path.format(**given) for path in PATHS]
    strangers = ("another patient", "doctor: none", "admin", "anonymous")
    wanted = [Wanted(cage.visitors[called], "GET", "", path) for called in strangers for path in paths]
    for answer in judge(cage, wanted):
        assert answer.status in (301, 302, 400, 401, 403, 404), answer.status


def test_nobody_is_led_away(cage):
    """After signing in, and for who is signed in already."""
    visitors = [cage.visitors["another patient"], cage.visitors["anonymous"]]
    for visitor in visitors:
        for field in ("next", "process"):
            paths = [f"/accounts/{page}/?{field}={typed(one)}" for page in ("login", "logout") for one in NEXT]
            judge(cage, [Wanted(visitor, "GET", "", path) for path in paths])
    somebody = cage.site.patient("Eve Marsh")
    for target in NEXT[::3]:
        with Browser(cage.site) as browser:
            browser.get("/accounts/login/")
            data = {**browser._token(), "login": somebody.email, "password": somebody.password, "next": target}
            answer = browser.http.post("/accounts/login/", data=data)
            assert answer.status_code == 302
            assert not leads_away(cage, answer.headers["location"]), target
    with Browser(cage.site) as browser:
        browser.enter(somebody)
        answer = browser.http.post(
            "/accounts/stay/", data=browser._token(), headers={"Referer": "https://evil.example/charts/"}
        )
        assert "evil" not in answer.headers.get("location", "")


@pytest.mark.parametrize("path", ["/accounts/login/", "/drafts/details/", "/charts/{id}/details/", "/style/"])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/plain"])
def test_odd_bodies_are_refused(cage, path, kind):
    cookies = dict(cage.visitors["owner"].cookies) | {"carefolio-form": FORM_TOKEN}
    token = f"csrfmiddlewaretoken={FORM_TOKEN}&".encode()
    name = b'--b\r\nContent-Disposition: form-data; name="photo"; filename="../../etc/passwd"\r\n\r\nx\r\n--b--\r\n'
    for body in (
        token + b"a=" + b"x" * 3_000_000,
        token + b"a=1&" * 5_000,
        b"\xff\xfe\x00",
        b"--b",
        name,
        b"a=%zz&%=%",
    ):
        with httpx.Client(base_url=cage.site.address, cookies=cookies) as http:
            headers = {"Content-Type": f"{kind}; charset=utf-7", "X-CSRFToken": FORM_TOKEN}
            answer = http.post(path.format(id=cage.blanche.id), content=body, headers=headers)
            assert answer.status_code < 500, (path, kind, body[:20], answer.status_code)


def test_another_who_signs_in_on_the_same_browser_finds_nothing(cage):
    """Whom a doctor has found by code, and what they typed, is gone with their session."""
    site, dora = cage.site, cage.site.patient("Dora Lind")
    first, second = site.doctor("Ivy Ross"), site.doctor("Max Tarn")
    with Browser(site) as browser:
        browser.sign_in(first).get("/patients/").form("Find").fill(typed=dora.code).send()
        assert browser.path == f"/patients/{dora.id}/"
        browser.post(f"/drafts/ask-{dora.id}/", reason="Only mine")
        browser.sign_out()
        browser.sign_in(second)
        assert browser.get(f"/patients/{dora.id}/").status == 404
        assert "Dora" not in browser.get("/").page.html + browser.get("/patients/").page.html
        browser.get("/patients/").form("Find").fill(typed=dora.code).send()
        assert "Only mine" not in browser.get(f"/patients/{dora.id}/ask/").page.html


def test_a_withdrawal_holds_while_pages_are_read(cage):
    """From the answer to the withdrawal on, no page that is asked for shows anything."""
    site, dora, doctor = cage.site, cage.site.patient("Dora Lind"), cage.site.doctor("Ivy Ross")
    note = cage.north.send(condition(dora.person, code={"text": "Hayfever-7f3a"}))
    given = dora.actor.send(consent(dora.person, doctor.person, status="active"))
    page = f"/charts/{dora.id}/records/Condition/{note['id']}/"
    ended, after = threading.Event(), []

    def reads():
        with Browser(site) as browser:
            browser.enter(doctor, "/")
            while True:
                was_ended = ended.is_set()
                answer = browser.http.get(page)
                if was_ended:
                    after.append((answer.status_code, "Hayfever" in answer.text))
                    return

    readers = [threading.Thread(target=reads) for _ in range(4)]
    for one in readers:
        one.start()
    with Browser(site) as she:
        she.enter(dora, f"/sharing/{given['id']}/withdraw/").send()
        assert she.path.endswith("/ended/")
        ended.set()
    for one in readers:
        one.join()
    assert after == [(404, False)] * 4


def test_what_is_taken_away_runs_nothing(cage):
    """The zip: plain names, no script in its pages, no formula in its table."""
    site, formula = cage.site, '=HYPERLINK("https://evil.example")'
    hospital = site.hospital(rf"../../evil\..//C:{SCRIPT}")
    dora, doctor = site.patient(f"Dora {SCRIPT}"), site.doctor(f"{formula} {SCRIPT}")
    for _ in range(2):
        hospital.send(condition(dora.person, code={"text": f"{formula}{SCRIPT}"}, note=[{"text": SCRIPT}]))
    dora.actor.send(consent(dora.person, doctor.person, status="active"))
    assert doctor.actor.get(f"/{dora.person}/$everything").status_code == 200
    assert doctor.actor.post(f"/{dora.person}/$break-glass", emergency(formula)).status_code == 200
    with Browser(site) as browser:
        browser.enter(dora, f"/charts/{dora.id}/download/")
        answer = browser.post(f"/charts/{dora.id}/download/").response
    assert re.fullmatch(r'attachment; filename="health-record-[\d-]+\.zip"', answer.headers["content-disposition"])
    with zipfile.ZipFile(io.BytesIO(answer.content)) as copy:
        assert all(re.fullmatch(r"[A-Za-z0-9-]+\.(html|css|csv|json|txt)", name) for name in copy.namelist())
        pages = {name: copy.read(name).decode() for name in copy.namelist()}
    for name, text in pages.items():
        assert not name.endswith(".html") or SCRIPT[:8] not in text, name
    cells = [cell for row in csv.reader(io.StringIO(pages["who-looked.csv"])) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert any("HYPERLINK" in cell for cell in cells)


def test_nothing_typed_comes_into_the_head_of_a_mail(cage):
    """A name of more than one line is refused; what else a mail is about stands in none of its lines."""
    site, odd = cage.site, "Eve\r\nBcc: thief@example.org"
    with pytest.raises(AssertionError, match="A name has to have"):
        site.doctor(odd)
    dora, doctor = site.patient("Dora Lind"), site.doctor("Eve Bcc: thief@example.org")
    patient, actor = {"reference": dora.person}, {"reference": doctor.person, "display": odd}
    today = clock.moment(clock.now()).date()
    ask = Ask(dora.code, Terms(whole=True, ends=today + timedelta(days=365)), odd, name=odd)
    doctor.actor.send(proposal(patient, actor, ask, today))
    mail = site.inbox.take(dora.email)
    assert b"thief" not in mail.raw
    assert {one.to for one in site.inbox.all if "thief" in one.to} == set()


def test_scripts_in_records_run_on_no_page(cage):
    """What hospitals send and people type stands on pages as text."""
    chart = f"/charts/{cage.blanche.id}/"
    with as_visitor(cage, "owner") as she:
        pages = [
            chart,
            f"{chart}trends/",
            f"{chart}trends/loinc-8867-4/",
            f"{chart}looked/",
            "/",
            "/notices/",
            "/sharing/",
        ]
        pages += [f"{chart}records/{one['resourceType']}/{one['id']}/" for one in cage.records.values()]
        shown = [she.get(path).page.html for path in pages]
    assert [path for path, html in zip(pages, shown, strict=True) if RUNS.search(html)] == []
    assert sum("&lt;script&gt;" in html for html in shown) > 3
