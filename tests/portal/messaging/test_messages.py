"""Messages and documents on the pages: who writes, who is asked, and who finds nothing."""

from datetime import timedelta

import pytest

from carefolio.base import clock
from carefolio.workflows.sharing.rules import Narrowing, Terms, offer
from tests.portal.browser import Browser


@pytest.fixture(scope="module")
def town(site):
    """Ada gave Ben access; Cleo is a doctor whom it does not concern."""
    people = {"ada": site.patient("Ada Quinn"), "ben": site.doctor("Ben Osei"), "cleo": site.doctor("Cleo Marsh")}
    today = clock.moment(clock.now()).date()
    terms = Terms(whole=True, ends=today + timedelta(days=90))
    given = offer({"reference": people["ada"].person}, {"reference": people["ben"].person}, Narrowing(terms), today)
    people["ada"].actor.send(given)
    content = [{"attachment": {"contentType": "text/plain", "title": "Letter of discharge", "data": "TGV0dGVy"}}]
    letter = {"resourceType": "DocumentReference", "status": "current", "content": content}
    people["ada"].actor.send(letter | {"subject": {"reference": people["ada"].person}})
    return people


@pytest.fixture
def open_as(site, town):
    opened = []

    def enter(name):
        opened.append(Browser(site).enter(town[name]))
        return opened[-1]

    yield enter
    for one in opened:
        one.close()


def test_a_doctor_writes_and_the_patient_answers(site, town, open_as):
    his, hers = open_as("ben"), open_as("ada")
    his.get(f"/messages/{town['ada'].id}/").fill(text="How do you feel today?").send()
    assert (his.trail[0].status_code, his.page.h1) == (303, "Ada Quinn")
    assert "How do you feel today?" in his.page.text
    assert site.inbox.take(town["ada"].email, "new message").link.endswith("/messages/")
    hers.get("/notices/").follow("Ben Osei wrote to you.")
    assert "How do you feel today?" in hers.page.text
    hers.fill(text="Better, thank you.").send()
    assert "Better, thank you." in his.get("/messages/").page.text


def test_nothing_is_sent_that_says_nothing(town, open_as):
    hers = open_as("ada")
    hers.get(f"/messages/{town['ben'].id}/").fill(text="   ").send()
    assert hers.page.h1 == "Ben Osei"
    assert "There is a problem" in hers.page.text


def test_what_is_sent_again_from_the_same_page_with_other_words_is_not_lost(town, open_as):
    hers = open_as("ada")
    address = f"/messages/{town['ben'].id}/"
    once = hers.get(address).page.form.fields["once"][0]
    hers.fill(text="My knee hurts.").send()
    hers.post(address, text="My other knee hurts.", once=once)
    assert "from this page before" in hers.page.errors[0]
    assert hers.page.form.fields["text"] == ["My other knee hurts."]
    hers.send()
    assert hers.trail[0].status_code == 303
    assert hers.page.text.count("My other knee hurts.") == 1


def test_what_was_typed_is_there_again(town, open_as):
    hers = open_as("ada")
    address = f"/messages/{town['ben'].id}/"
    hers.get(address).post(f"/drafts/message-{town['ben'].id}/", text="Half a sent")
    assert "Half a sent" in hers.get(address).page.html


def test_a_document_is_asked_for_and_shown_to_that_doctor(town, open_as):
    his, hers = open_as("ben"), open_as("ada")
    his.get(f"/messages/{town['ada'].id}/").follow("Ask for a document").fill(text="The letter of your hospital").send()
    hers.get("/").follow("Ben Osei asks you for a document")
    assert "The letter of your hospital" in hers.page.text
    wish = hers.path
    hers.follow("Add another document")
    form, here = {name: value[0] for name, value in hers.page.form.fields.items()}, str(hers.response.request.url)
    sent = hers.http.post(
        here, data=form | {"title": "More"}, files={"file": ("x", b"Dear Ada")}, headers={"Referer": here}
    )
    assert (sent.status_code, sent.headers["location"]) == (302, wish)
    hers.get(wish).fill(document=hers.page.form.choices["document"][0]).send()
    assert "can see it now" in hers.page.text
    his.get(f"/messages/{town['ada'].id}/").follow("The letter of your hospital")
    assert "There is an answer" in his.page.text
    assert "Ben Osei" in hers.get("/sharing/").page.text


def test_nothing_is_shown_by_an_answer_that_came_too_late(town, open_as):
    his, hers = open_as("ben"), open_as("ada")
    his.get(f"/messages/{town['ada'].id}/ask/").fill(text="An old letter").send()
    hers.get(f"/messages/{town['ben'].id}/").follow("An old letter")
    given = contracts(town["ada"])
    hers.post(hers.path, document=hers.page.form.choices["document"][0], version="7")
    assert "not asked any more" in hers.page.text
    assert contracts(town["ada"]) == given


def contracts(person):
    found = person.actor.get("/Consent", patient=person.person, status="active")
    return sorted(one["resource"]["id"] for one in found.json().get("entry", []))


def test_it_is_refused_or_taken_back(town, open_as):
    his, hers = open_as("ben"), open_as("ada")
    for words, browser, button, says in (
        ("A list of medicines", hers, "I do not send one", "you do not send it"),
        ("A photo of the wound", his, "I do not need it any more", "do not ask for it any more"),
    ):
        his.get(f"/messages/{town['ada'].id}/ask/").fill(text=words).send()
        other = town["ben"] if browser is hers else town["ada"]
        browser.get(f"/messages/{other.id}/").follow(words).form(button).send()
        assert says in browser.page.text


def test_a_stranger_finds_nothing(town, open_as):
    hers = open_as("cleo")
    for path in (f"/messages/{town['ada'].id}/", f"/messages/{town['ada'].id}/ask/", "/messages/nobody/"):
        assert hers.get(path).status == 404, path
    assert "No messages yet" in hers.get("/messages/").page.text
