"""Each page for each role: admins, auditors, nobody else; and never anything of a chart."""

import re

import pytest

from tests.portal.oversight.cast import ADA, CANARY, newest, newest_access, person_page

NAMES = ("amy", "odo", "ben", "ada", "eve", "nobody")
_ARGUMENT = re.compile(r"<\w+:(\w+)>")


@pytest.fixture(scope="module")
def routes(site):
    found = [route for route in site.ask("routes") if route["name"].startswith("oversight:")]
    assert len(found) == 23
    return found


@pytest.fixture
def places(site, north):
    """The ids of a hospital and of a pharmacy."""
    corner = site.hospital("Corner Pharmacy", "pharmacy")
    return {name: one.organization.partition("/")[2] for name, one in (("hospital", north), ("pharmacy", corner))}


@pytest.fixture
def filled(browse, amy, opens, ben, ada, places):
    """Puts things that are there into the patterns' places."""
    opens(ben)
    browse().enter(ada, f"/charts/{ada.id}/looked/?sort=emergency").follow("This is wrong").fill(what="stranger").send()
    values = {
        "number": str(ben.account),
        "id_": places["hospital"],
        "seq": newest_access(browse().enter(amy)).rstrip("/").rpartition("/")[2],
    }
    report = newest(browse().enter(amy), "/oversight/reports/").rstrip("/").rpartition("/")[2]

    def fill(pattern):
        given = values | ({"seq": report} if "/reports/" in pattern else {})
        given |= {"id_": places["pharmacy"]} if "/pharmacist/" in pattern else {}
        return "/" + _ARGUMENT.sub(lambda found: given[found[1]], pattern)

    return fill


@pytest.fixture
def everybody(request, browse, amy, eve):
    """A browser of each, signed in as far as they can."""
    browse().enter(amy).get(f"{person_page(eve)}suspend/").fill(reason="She left.").send()
    browsers = {}
    for name in NAMES:
        browsers[name] = browse()
        if name != "nobody":
            browsers[name].enter(request.getfixturevalue(name))
    return browsers


def test_each_page_is_for_those_whom_it_names(routes, filled, everybody):
    roles = {"amy": "admin", "odo": "auditor", "ben": "doctor", "ada": "patient"}
    seen = dict.fromkeys(NAMES, 0)
    for route in routes:
        assert route["signed_in"]
        path = filled(route["pattern"])
        for name, browser in everybody.items():
            response = browser.http.get(path)
            if roles.get(name) in route["roles"]:
                assert response.status_code in (200, 302, 405), (name, path, response.status_code)
                seen[name] += response.status_code == 200
            elif name in roles:
                assert response.status_code == 403, (name, path)
            else:
                assert response.headers["location"].startswith("/accounts/login/"), (name, path)
            assert CANARY not in response.text
            assert name == "ada" or ADA not in response.text
    assert seen["amy"] == 21
    assert seen["odo"] == 7


@pytest.mark.parametrize("path", ["people/1/verify/", "people/1/suspend/", "hospitals/add/", "ledger/verify/"])
def test_nobody_else_sends_anything(browse, ben, ada, path):
    for person in (ben, ada):
        assert browse().enter(person).post(f"/oversight/{path}", reason="x", seen="1").status == 403


def test_an_auditor_decides_nothing_about_people(browse, odo, ben):
    for action in ("verify", "refuse", "suspend", "lift"):
        assert browse().enter(odo).post(f"{person_page(ben)}{action}/", reason="x", seen="1").status == 403


@pytest.mark.parametrize(
    "path",
    [
        "people/999999/",
        "people/999999999999999999/",
        "people/999999/suspend/",
        "hospitals/none/",
        "hospitals/none/pharmacist/",
        "emergencies/1/",
    ],
)
def test_what_is_not_there_is_not_found(browse, amy, path):
    assert browse().enter(amy, f"/oversight/{path}").status == 404


def test_numbers_beyond_all_bounds_are_no_address(browse, amy):
    assert browse().enter(amy, "/oversight/people/" + "9" * 30 + "/").status == 404


def test_the_first_page_says_what_needs_attention(browse, amy, odo, new_doctor):
    new_doctor()
    admin = browse().enter(amy, "/oversight/").page
    assert "to verify" in admin.text
    assert "Emergency access" in admin.text
    auditor = browse().enter(odo, "/oversight/").page
    assert "/oversight/people/" not in auditor.links.values()
    assert "Hospitals" not in auditor.text
    assert {"/oversight/ledger/", "/oversight/emergencies/"} <= set(auditor.links.values())
