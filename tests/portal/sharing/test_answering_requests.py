"""A request is read, allowed, refused; what changed in the meantime is shown, and nothing is granted unseen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from carefolio.workflows.sharing.rules import provision_of
from tests.acceptance.cast import name
from tests.portal.sharing.conftest import REASON, parts, today, whole

MOST_CLICKS = 3


def path_of(request, page=""):
    return f"/sharing/requests/{request}/{page}"


def test_a_request_says_who_what_how_long_and_why(town, she):
    request = town.ask(town.ben, parts("results", "vaccinations", since=today() - timedelta(days=900), correct=True))
    text = she.get(path_of(request)).page.text
    assert she.page.h1 == "Ben Osei asks to see parts of your health record"
    for words in (REASON, "East Hospital", "Verified", "Test results (up to 3 records)", "All hospitals"):
        assert words in text
    assert "Nothing is there yet, but asked for too: Vaccinations" in text
    assert "For your treatment" in text
    assert "they may read and add records" in text
    assert "Allergies" not in text


def test_allowed_as_asked_in_three_clicks_and_ended_in_no_more(town, she):
    request = town.ask(town.ben)
    assert town.sees(town.ben) == set()
    she.get("/")
    she.follow("Ben Osei asks to read all of your health record")
    she.follow("Allow")
    she.send()
    assert she.page.h1 == "Ben Osei has access now"
    clicks = 3
    assert clicks <= MOST_CLICKS
    assert town.sees(town.ben) == set(town.records)
    she.get("/")
    she.follow("Ben Osei")
    she.follow("End access")
    she.send()
    assert she.page.h1 == "Ben Osei has no access any more"
    assert town.sees(town.ben) == set()
    assert town.status(request) == "inactive"


def test_what_was_given_can_be_taken_back_at_once(town, she):
    request = town.ask(town.ben)
    she.get(path_of(request, "allow/")).send()
    she.follow("End this access").send()
    assert (she.page.h1, town.sees(town.ben)) == ("Ben Osei has no access any more", set())


def test_pressing_twice_and_going_back(town, she):
    request = town.ask(town.ben)
    she.get(path_of(request, "allow/"))
    version = she.page.form.fields["version"][0]
    for _ in range(2):
        she.post(path_of(request, "allow/"), version=version)
        assert she.page.h1 == "Ben Osei has access now"
    assert town.consent(request)["meta"]["versionId"] == "2"
    for page in ("", "allow/", "choose/", "refuse/", "records/"):
        assert she.get(path_of(request, page)).path == f"/sharing/{request}/"
    she.post(path_of(request, "refuse/"), version=version)
    assert (she.status, she.page.h1) == (409, "This has changed in the meantime")
    assert "has this access now" in she.page.text
    she.post(f"/sharing/{request}/withdraw/", version="2")
    she.post(f"/sharing/{request}/withdraw/", version="2")
    assert she.page.h1 == "Ben Osei has no access any more"
    assert she.get(f"/sharing/{request}/withdraw/").path == f"/sharing/{request}/"
    assert she.get(f"/sharing/{request}/given/").path == f"/sharing/{request}/"
    she.post(path_of(request, "allow/"), version="2")
    assert (she.status, town.sees(town.ben)) == (409, set())


def test_what_the_doctor_changed_meanwhile_is_shown_and_not_granted(town, she):
    request = town.ask(town.ben, parts("results"))
    she.get(path_of(request, "allow/"))
    asked = town.ben.actor.get(f"/Consent/{request}").json()
    wider = provision_of(asked["provision"]["actor"], whole())
    assert town.ben.actor.put(name(asked), asked | {"provision": wider}).status_code == 200
    she.send()
    assert she.status == 409
    assert "Ben Osei changed the request while you had it open. Nothing was allowed." in she.page.text
    assert "Test results (3 records)" in she.page.text
    assert "All of your health record" in she.page.text
    assert (town.status(request), town.sees(town.ben)) == ("proposed", set())
    assert she.follow("Look at it as it is now").path == path_of(request)


@pytest.mark.parametrize(
    "version", ["", "0", "nonsense", "99999999999", "9" * 30, "9" * 5_000, "-1", "\N{SUPERSCRIPT TWO}"]
)
def test_an_answer_without_a_version_is_none(town, she, version):
    request = town.ask(town.ben)
    she.get(path_of(request, "allow/")).post(path_of(request, "allow/"), version=version)
    assert (she.status, town.status(request)) == (409, "proposed")


def test_refused_with_a_word(town, she):
    request = town.ask(town.ben)
    she.get(path_of(request)).follow("Say no").fill(why="I see somebody else now.").send()
    assert she.page.h1 == "You said no to Ben Osei"
    assert "they can ask again" in she.page.text
    assert town.status(request) == "rejected"
    assert "I see somebody else now." in she.get(f"/sharing/{request}/").page.text
    assert "You said no." in she.page.text


def test_too_long_a_word_is_told_and_stays(town, she):
    request = town.ask(town.ben)
    long = "no " * 400
    she.get(path_of(request, "refuse/")).fill(why=long).send()
    assert she.page.title.startswith("Error: ")
    assert len(she.page.errors) == 1
    assert she.page.form.fields["why"][0].strip() == long.strip()
    assert town.status(request) == "proposed"


@pytest.mark.parametrize("page", ["", "allow/", "refuse/", "choose/", "records/", "check/some-key/"])
def test_nobody_else_sees_a_request(town, browse, page):
    request = town.ask(town.ben)
    assert browse().get(path_of(request, page)).path == "/accounts/login/"
    assert browse().enter(town.dan).get(path_of(request, page)).status == 404
    for doctor in (town.ben, town.cleo):
        assert browse().enter(doctor).get(path_of(request, page)).status == 403


def test_a_request_of_a_hospital_names_who_asked(town, she):
    asked = town.ask(town.ben)
    body = town.ben.actor.get(f"/Consent/{asked}").json()
    body["provision"]["actor"][0]["reference"] = {"reference": town.ben.actor.organization}
    town.ben.actor.change(body)
    she.get(path_of(asked))
    assert she.page.h1 == "East Hospital asks to see all of your health record"
    assert "Ben Osei asked for the hospital." in she.page.text
