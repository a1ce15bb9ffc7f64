"""The access matrix extended by every page: everybody, each address of the URLconf, Blanche's ids in all of them.

0 words of hers outside what a contract allows; what is hidden is answered as what is not there; nobody changes anything
of hers; and nothing of it stands in logs, mails, sessions and drafts.
"""

import logging
from collections import Counter
from urllib.parse import urljoin

import pytest

from carefolio.portal.gate import ENROLLING
from tests.faults.canaries import found_in, sightings
from tests.portal.browser import Browser, Page
from tests.portal.matrix.judging import SIGNED_OUT, Wanted, body_of, is_for, leaks, send, shape, text_of
from tests.portal.matrix.recipes import addresses

LOG = logging.getLogger(__name__)
LEAST, LEAST_DRILL = 2_000, 10_000
SAMPLE = ("Patient", "Encounter", "problem", "pulse", "own", "restricted", "deleted")
STRANGERS = (
    *("another patient", "doctor: none", "doctor: suspended", "pharmacist", "staff", "researcher", "admin", "auditor"),
    *("staff without second factor", "anonymous"),
)
"""Those who may not know that she is a patient here."""
KNOWN_BY_NUMBER = frozenset({"oversight"})
"""Pages whose ids are the platform's own, not hers: who may see them sees that they are there."""
GROWING = frozenset({"trail:mine", "notices:list"})
"""One's own steps and notices: each request of this test adds to them, or has seen them."""


def reading(cage, routes, keys, most_refused):
    """Every GET: by each visitor, each route; and its twin where the two have to be alike. Of a page that is not for a
    visitor's role at all, so many addresses.
    """
    for visitor in cage.visitors.values():
        for route in routes:
            most = None if is_for(route, visitor) else most_refused
            for one in addresses(cage, route, visitor, keys)[:most]:
                yield Wanted(visitor, "GET", one.route, one.path, one.key), _twin(cage, visitor, one)


def _twin(cage, visitor, one):
    """The same for what is not there, where this visitor may not tell the difference."""
    stranger = visitor.called in STRANGERS and one.route.partition(":")[0] not in KNOWN_BY_NUMBER
    hidden = one.key in cage.records and one.key not in visitor.sees and visitor.called != "owner"
    if one.path == one.twin or one.route in GROWING or not (stranger or hidden):
        return None
    return Wanted(visitor, "GET", one.route, one.twin, one.key)


def judge(cage, pairs):
    """Send all, and fail on the first things that leaked; how many answers of each status there were."""
    flat = [one for pair in pairs for one in pair if one is not None]
    answers, statuses = send(cage, flat)
    found, place = [], 0
    for wanted, twin in pairs:
        answer, place = answers[place], place + 1
        said = leaks(cage, wanted, answer)
        if twin is not None:
            other, place = answers[place], place + 1
            said += leaks(cage, twin, other)
            said += ["another answer than its twin"] if shape(answer) != shape(other) else []
        if said:
            found.append((wanted.visitor.called, wanted.method, wanted.path, answer.status, said[:5]))
    assert not found, (len(found), found[:12])
    return answers, statuses


def test_nothing_leaks_from_any_page(cage, routes):
    pairs = list(reading(cage, routes, SAMPLE, 1))
    _answers, statuses = judge(cage, pairs)
    LOG.info("%d requests, 0 leaks: %s", statuses.total(), dict(statuses))
    assert statuses.total() >= LEAST, statuses
    assert {200, 302, 403, 404} <= set(statuses)


@pytest.mark.drill
def test_nothing_leaks_from_any_page_about_any_record(cage, routes):
    _answers, statuses = judge(cage, list(reading(cage, routes, tuple(cage.records), None)))
    LOG.info("%d requests, 0 leaks: %s", statuses.total(), dict(statuses))
    assert statuses.total() >= LEAST_DRILL, statuses


# ── forms ──


def forms(cage, routes):
    """What those who may see a page can send from it: route, address, twin, and the fields as the page fills them."""
    rightful = {
        "chart": "owner",
        "charting": "owner",
        "trail": "owner",
        "sharing": "owner",
        "asking": "doctor: asking",
        "oversight": "admin",
        "visits": "owner",
        "pharmacy": "pharmacist: chosen",
        "prescribing": "owner",
    }
    for route in routes:
        called = rightful.get(route["name"].partition(":")[0])
        if called is None or "<" not in route["pattern"]:
            continue
        for one in addresses(cage, route, cage.visitors[called], SAMPLE):
            if "?" in one.path:
                continue
            (answer,), _ = send(cage, [Wanted(cage.visitors[called], "GET", one.route, one.path)])
            found = Page(body_of(answer)).forms if answer.status == 200 else []
            here = [form for form in found if urljoin(one.path, form.action).partition("?")[0] == one.path]
            sent = [filled(form) for form in here if form.in_main and form.method == "post"]
            yield from ((route, one, fields) for fields in [*sent, GENERAL])


GENERAL = (
    ("version", "1"),
    ("waits", "yes"),
    ("record", "x"),
    ("shown", "x"),
    ("reason", "x"),
    ("why", "x"),
    ("seen", "1"),
)
"""Sent to every address, whatever form is there."""


def filled(form):
    """All fields of a form: what they hold, else the first thing to choose, else words."""
    pairs = [(name, value or "Because I want to.") for name, values in form.fields.items() for value in values]
    pairs += [(name, form.choices[name][0]) for name in form.names - set(form.fields) if form.choices.get(name)]
    return tuple(pair for pair in pairs if pair[0] != "csrfmiddlewaretoken")


def may_send(cage, visitor, one):
    """Whether sending it is theirs: their own contract, asking whom they know, and what admins and auditors decide."""
    area = one.route.partition(":")[0]
    if (area, visitor.called) in (("pharmacy", "pharmacist: chosen"), ("prescribing", "doctor: adding")):
        return True
    if visitor.called == "owner" or any(id_ in one.path for id_ in visitor.contracts):
        return True
    if area == "asking" and f"/patients/{cage.blanche.id}/" in one.path:
        return visitor.knows and visitor.called != "doctor: unverified"
    return area == "oversight" and visitor.called in ("admin", "auditor")


def sending(cage, routes):
    """Every form with Blanche's ids in it, sent by everybody whose it is not; and its twin."""
    refused = Counter()
    for route, one, fields in list(forms(cage, routes)):
        for visitor in cage.visitors.values():
            if may_send(cage, visitor, one):
                continue
            if not is_for(route, visitor) and fields != GENERAL:
                refused[one.route, visitor.called] += 1
            if not is_for(route, visitor) and (fields == GENERAL or refused[one.route, visitor.called] > 1):
                continue
            wanted = Wanted(visitor, "POST", one.route, one.path, one.key, fields)
            twin = _twin(cage, visitor, one)
            yield wanted, twin and Wanted(visitor, "POST", one.route, twin.path, one.key, fields)


def stands(cage):
    """Every record of hers with its version, contracts too, and who of the strangers can read her name."""
    found = {}
    for path in (f"/{cage.blanche.person}/$everything?_count=1000", "/Consent?_count=100"):
        answer = cage.blanche.actor.get(path)
        assert answer.status_code == 200, answer.text
        some = [entry["resource"] for entry in answer.json()["entry"]]
        found |= {f"{one['resourceType']}/{one['id']}": one["meta"]["versionId"] for one in some}
    strangers = [cage.visitors[called].person for called in STRANGERS if called not in SIGNED_OUT]
    reads = [one.actor.get(f"/{cage.blanche.person}").status_code for one in strangers]
    assert 200 not in reads
    return found


def test_nobody_else_sends_any_form(cage, routes):
    before = stands(cage)
    pairs = list(sending(cage, routes))
    assert {"chart:delete", "chart:details", "sharing:withdraw", "sharing:allow", "sharing:refuse", "asking:end"} <= {
        wanted.route for wanted, _ in pairs if wanted.fields != GENERAL
    }
    _answers, statuses = judge(cage, pairs)
    LOG.info("%d forms, 0 leaks: %s", statuses.total(), dict(statuses))
    assert stands(cage) == before


# ── the other side ──


def test_each_page_is_for_those_whom_it_names(cage, routes):
    """Audiences are the URLconf's own; for everybody who is named each page answers, and for nobody else."""
    wanted = [
        (route, Wanted(visitor, "GET", one.route, one.path))
        for visitor in cage.visitors.values()
        for route in routes
        for one in addresses(cage, route, visitor, ("own",))[:1]
    ]
    answers, _statuses = send(cage, [one for _route, one in wanted])
    served, roles = Counter(), set()
    for (route, one), answer in zip(wanted, answers, strict=True):
        visitor = one.visitor
        enrolling = visitor.called == "staff without second factor" and route["name"] in ENROLLING
        if route["signed_in"] and visitor.called in SIGNED_OUT and not enrolling:
            assert answer.status in (302, 403, 401), (visitor.called, one.path, answer.status)
        elif route["signed_in"] and visitor.role not in route["roles"] and not enrolling:
            assert answer.status == 403, (visitor.called, one.path, answer.status)
        else:
            served[route["name"]] += answer.status in (200, 302, 303, 405)
            roles |= {visitor.called} if answer.status == 200 and route["signed_in"] else set()
    assert set(cage.visitors) - {"anonymous", "doctor: suspended"} <= roles
    assert {route["name"] for route in routes} - set(served) == set()
    assert [name for name, times in served.items() if not times and name not in UNSERVED | ADDING] == []


ADDING = frozenset({"charting:diagnosis", "charting:test"})
"""For doctors who may add to her chart; here none may: tests/portal/charting."""
UNSERVED = frozenset({"mfa_trust"})
"""Addresses of the library's that no page says who it is for: they are refused to everybody."""


def test_everybody_sees_what_is_theirs(cage):
    """The other side: each who may see something is shown it, so that 0 leaks are not 0 pages."""
    chart = f"/charts/{cage.blanche.id}/"
    for called, path, key in (
        ("owner", chart + f"records/Observation/{cage.records['restricted']['id']}/", "restricted"),
        ("doctor: whole", chart + f"records/Observation/{cage.records['pulse']['id']}/", "pulse"),
        ("doctor: narrowed", chart + f"records/Condition/{cage.records['problem']['id']}/", "problem"),
        ("doctor: urgent", chart + f"records/Observation/{cage.records['pulse']['id']}/", "pulse"),
        ("doctor: expired", f"/patients/{cage.blanche.id}/", "name"),
        (
            "doctor: withdrawn",
            f"/patients/requests/{cage.consents['doctor: withdrawn']}/",
            "contract doctor: withdrawn",
        ),
        ("owner", f"/prescriptions/{cage.records['prescription']['id']}/", "prescription"),
        ("doctor: adding", f"/prescriptions/{cage.records['prescription']['id']}/", "prescription"),
        ("pharmacist: chosen", f"/pharmacy/{cage.records['prescription']['id']}/", "prescription"),
        ("pharmacist: chosen", f"/pharmacy/{cage.records['prescription']['id']}/", "AllergyIntolerance"),
        ("auditor", f"/oversight/emergencies/{cage.emergency}/", "emergency"),
        ("admin", f"/oversight/emergencies/{cage.emergency}/", "emergency"),
    ):
        wanted = Wanted(cage.visitors[called], "GET", "", path)
        (answer,), _ = send(cage, [wanted])
        assert answer.status == 200, (called, path)
        text = text_of(answer)
        assert any(f"{number:05}" in text for number in cage.words[key]), (called, path)


def test_nothing_of_it_lies_anywhere(cage):
    """Logs, mails, and whatever is at rest: sessions, drafts, queues; what was typed into addresses, too."""
    word = cage.aviary.word()
    odd = [
        f"/help/{word}/",
        f"/{word}/",
        f"/charts/{word}/records/{word}/{word}/",
        f"/oversight/people/all/?text={word}",
    ]
    for visitor in cage.visitors.values():
        send(cage, [Wanted(visitor, method, "", path) for path in odd for method in ("GET", "POST", "PUT")])
    with Browser(cage.site) as nobody:
        nobody.http.post(f"/charts/{word}/", data={"given": word})  # without the token of a form
        nobody.http.get("/", headers={"Host": f"{word}.example"})
    assert cage.site.inbox.all
    assert [mail.subject for mail in cage.site.inbox.all if sightings(mail.raw + mail.text.encode())] == []
    assert found_in(cage.site.data, cage.site.errors) == []
