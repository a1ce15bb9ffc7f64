"""Base template, context and /style: title, skip link, navigation by role, region and time, addresses of files."""

import re
import time
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string

from carefolio.consent.principal import Role
from carefolio.portal.look import context, pages
from carefolio.portal.look.statics import Versioned

REACH = SimpleNamespace(settings=SimpleNamespace(region="north"))


def visitor(role=Role.PATIENT, chart_id="c1", **more):
    given = {"account": object(), "name": "Maria Silva", "unseen": 0, "disclosed": False, "reach": REACH} | more
    return SimpleNamespace(role=role, chart_id=chart_id, **given)


def drawn(request, **more):
    for name, value in more.items():
        setattr(request, name, value)
    return render_to_string("look/base.html", {}, request)


def test_style_shows_every_element_to_everybody(ask):
    answer = pages.style(ask("/style/"))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<title>How Carefolio looks " in html
    assert html.index('href="#main"') < html.index("<header")
    assert html.count("<h1") == 1
    assert "style=" not in html
    assert not re.search(r"\son\w+=", html)


def test_what_is_sent_comes_back_with_its_errors(ask):
    html = pages.style(ask("/style/", {"name": "Maria", "why": "x" * 400})).content.decode()
    assert "<title>Error: How Carefolio looks " in html
    assert "There is a problem" in html
    assert 'value="Maria"' in html
    assert html.count("Why you ask must have 300 characters or fewer") == 2


def test_every_id_on_style_is_there_once_and_every_tie_has_its_end(ask):
    html = pages.style(ask("/style/", {})).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert sorted(ids) == sorted(set(ids))
    ties = re.findall(r'(?:\sfor|aria-describedby|aria-labelledby|data-counts)="([^"]+)"', html)
    assert {one for tie in ties for one in tie.split()} - set(ids) == set()
    assert set(re.findall(r'href="#([^"]+)"', html)) - set(ids) == set()


@pytest.mark.parametrize(
    ("role", "chart", "labels"),
    [
        (
            Role.PATIENT,
            "c1",
            ["Home", "Health record", "Visits", "Sharing", "Who looked", "Messages", "Prescriptions", "Payments"],
        ),
        (Role.DOCTOR, "", ["Home", "Visits", "Patients", "Messages", "Prescriptions", "Payments", "What I did"]),
        (Role.PHARMACIST, "", ["Home", "Pharmacy", "What I did"]),
        (Role.ADMIN, "", ["Home", "Oversight", "What I did"]),
        (None, "", []),
    ],
)
def test_the_navigation_is_for_the_role(role, chart, labels):
    assert [str(place.label) for place in context.places(visitor(role, chart), "/")] == labels


@pytest.mark.parametrize(
    ("role", "chart", "folded"),
    [
        (Role.PATIENT, "c1", ["Messages", "Prescriptions", "Payments"]),
        (Role.DOCTOR, "", ["Prescriptions", "Payments", "What I did"]),
        (Role.PHARMACIST, "", []),
    ],
)
def test_a_phone_shows_two_rows_of_places(role, chart, folded):
    assert [str(place.label) for place in context.places(visitor(role, chart), "/") if place.folds] == folded


def test_the_fold_says_that_one_is_in_it(ask):
    assert '<summary class="here">Menu</summary>' in drawn(ask("/messages/"), visitor=visitor())
    assert "<summary>Menu</summary>" in drawn(ask("/charts/c1/"), visitor=visitor())
    assert "Menu</summary>" not in drawn(ask("/"), visitor=visitor(Role.PHARMACIST, ""))


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("/", ("Home", "page")),
        ("/charts/c1/", ("Health record", "page")),
        ("/charts/c1/records/Condition/x/", ("Health record", "true")),
        ("/charts/c1/looked/", ("Who looked", "page")),
        ("/notices/", None),
    ],
)
def test_the_nearest_place_is_marked(path, marked):
    found = [(str(place.label), place.current) for place in context.places(visitor(), path) if place.current]
    assert found == ([marked] if marked else [])


def test_the_page_of_somebody_signed_in(ask):
    html = drawn(ask("/"), visitor=visitor(unseen=3), signs_out=1_900_000_000_000)
    assert '<meta name="signs-out" content="1900000000000"' in html
    assert 'aria-current="page">Home' in html
    assert "3 new" in html
    assert '<form method="post" action="/accounts/logout/">' in html
    assert "Fetched for you" not in html


def test_region_and_time_stand_below_what_was_read_of_a_chart(ask):
    html = drawn(ask("/charts/c1/"), visitor=visitor(disclosed=True), arrived=time.perf_counter())
    assert re.search(r"Fetched for you from the region “north” in \d+\.\d\d seconds", html)


def test_the_page_of_somebody_not_signed_in(ask):
    html = drawn(ask("/"))
    assert "/accounts/login/" in html
    assert "signs-out" not in html
    assert 'lang="en' in html


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (403, "You cannot see this page"),
        (404, "We cannot find this page"),
        (409, "This has changed in the meantime"),
        (500, "Something went wrong"),
        (503, "Carefolio is busy"),
    ],
)
def test_errors_have_a_title_a_sentence_and_a_way_on(status, title):
    html = render_to_string("look/error.html", {"status": status})
    assert f"<h1>{title}" in html
    assert 'class="lead"' in html
    assert "Go to the home page" in html
    assert "Ask at the desk." in render_to_string(
        "look/error.html", {"status": status, "sentences": ["Ask at the desk."]}
    )


def test_a_confirmation_says_what_was_done_and_what_comes_next():
    given = {"done": "Shared", "next": ["We told them."], "onward": [("/sharing/", "See who has access")]}
    html = render_to_string("look/confirm.html", given)
    assert "<h1>Shared</h1>" in html
    assert "What happens next" in html
    assert '<a class="back" href="/sharing/">See who has access</a>' in html


def test_an_answer_left_out_was_not_provided():
    html = render_to_string("look/summary_list.html", {"rows": [{"name": "Note", "value": "", "change": "/n/"}]})
    assert "Not provided" in html
    assert 'Change<span class="hidden"> Note</span>' in html


def test_a_file_s_address_changes_with_what_is_in_it():
    address = Versioned().url("look/carefolio.css")
    assert re.fullmatch(r"/static/look/carefolio\.css\?v=[0-9a-f]{12}", address)
    assert Versioned().url("look/nothing.css") == "/static/look/nothing.css"
