"""A visit by video without scripts: coming in, letting in, the chat, the note, the end; and the socket's tickets."""

import time

import pytest

from tests.portal.browser import Browser
from tests.portal.consultation.meeting import Socket, meet

ROUTES = ("", "here/", "admit/", "end/", "note/", "say/", "ticket/")
ADMITTED = {"kind": "stage", "data": "admitted"}


def come_in(hers, his, visit):
    hers.get(f"/visits/{visit}/room/").form("I am here").send()
    assert "knows that you are here" in hers.page.text
    his.get(f"/visits/{visit}/room/").form("Let them in").send()
    assert "The visit goes on" in his.page.text


def ticket(browser, visit):
    return browser.post(f"/visits/{visit}/room/ticket/").response.json()["ticket"]


def test_from_the_waiting_room_to_the_note(hers, his, visit):
    his.get(f"/visits/{visit}/room/")
    assert "Ada Quinn has not come yet" in his.page.text
    assert "Let them in" not in his.page.text
    come_in(hers, his, visit)
    hers.get(f"/visits/{visit}/room/")
    assert "The visit goes on" in hers.page.text
    assert "You can still use the chat on this page" in hers.page.text
    his.get(f"/visits/{visit}/room/note/").fill(text="A cold. Tea and rest.").send()
    assert "A cold. Tea and rest." in his.page.text
    his.follow("End the visit").form("End the visit").send()
    assert "This visit took place" in his.page.text
    assert {"Add to the health record", "Write a bill"} <= set(his.page.links)
    hers.get(f"/visits/{visit}/room/")
    assert "A cold. Tea and rest." in hers.page.text
    assert "I am here" not in hers.page.text
    assert "Rate this visit" in hers.page.links
    his.form("Go on with the visit").send()
    assert "The visit goes on" in his.page.text


def test_the_chat_works_by_its_form(hers, his, visit):
    come_in(hers, his, visit)
    hers.get(f"/visits/{visit}/room/").form("Send").fill(text="I cannot hear you <b>well</b>").send()
    assert hers.path == f"/visits/{visit}/room/"
    his.get(f"/visits/{visit}/room/")
    assert "I cannot hear you <b>well</b>" in his.page.text
    his.form("Send").fill(text="").send()
    assert his.page.errors == ["Enter your message"]
    assert his.page.title.startswith("Error: ")


def test_a_visits_page_and_home_lead_to_the_room(hers, his, visit):
    for browser in (hers, his):
        browser.get(f"/visits/{visit}/").follow("Join the video visit")
        assert browser.path == f"/visits/{visit}/room/"
    assert {"Add to the health record", "Prescribe"} <= set(his.get(f"/visits/{visit}/").page.links)
    assert not {"Add to the health record", "Prescribe"} & set(hers.get(f"/visits/{visit}/").page.links)
    assert any("/room/" in address for address in hers.get("/").page.links.values())
    assert any("/room/" in address for address in his.get("/").page.links.values())


def test_a_visit_is_to_come_as_long_as_its_room_is_open(browse, site, ben):
    eve = site.patient("Eve Hart")
    late = meet(site, eve.actor, ben, minutes=-50)
    hers = browse().enter(eve, "/")
    assert f"/visits/{late}/room/" in hers.page.links.values()
    assert "No visits to come" not in hers.get("/visits/").page.text
    assert "Booked" in hers.page.text
    meet(site, eve.actor, ben, minutes=-90)
    assert hers.get("/visits/").page.html.count("/room/") == 1


def test_camera_and_microphone_are_for_the_rooms_page_alone(hers, visit):
    room = hers.get(f"/visits/{visit}/room/").response.headers
    assert room["permissions-policy"].startswith("camera=(self), microphone=(self)")
    assert "media-src 'self'" in room["content-security-policy"]
    other = hers.get(f"/visits/{visit}/").response.headers
    assert other["permissions-policy"].startswith("camera=(), microphone=()")
    assert "media-src" not in other["content-security-policy"]


@pytest.mark.parametrize("called", ["charlie", "zoe"])
def test_for_a_stranger_there_is_no_room(site, request, visit, called):
    with Browser(site).enter(request.getfixturevalue(called)) as theirs:
        for route in ROUTES:
            for id_ in (visit, "nothing"):
                page = f"/visits/{id_}/room/{route}"
                answer = theirs.post(page) if route else theirs.get(page)
                expected = 403 if called == "charlie" and route in ("admit/", "end/", "note/") else 404
                assert answer.status == expected, page


def test_a_socket_passes_on_what_the_two_say(site, hers, his, visit):
    come_in(hers, his, visit)
    with Socket(site) as ada, Socket(site) as ben:
        for one, browser in ((ada, hers), (ben, his)):
            assert one.status == 101
            assert one.say({"ticket": ticket(browser, visit)}).hear() == ADMITTED
        offer = {"kind": "offer", "data": {"sdp": "v=0" * 1000}}
        ben.say(offer)
        assert ada.hear() == offer
        his.sign_out()
        assert ben.hear() == 4002


def test_a_socket_opens_for_nobody_else(site, hers, charlie, visit):
    used = ticket(hers, visit)
    with Socket(site, origin="https://evil.example") as theirs:
        assert theirs.status == 403
    with Socket(site) as mine, Socket(site) as theirs, Socket(site) as nobody:
        assert mine.say({"ticket": used}).hear() == {"kind": "stage", "data": "open"}
        assert theirs.say({"ticket": used}).hear() == 4001
        assert nobody.say({"kind": "here"}).hear() == 4001
    old = ticket(hers, visit)
    site.shift(31)
    try:
        with Socket(site) as late:
            assert late.say({"ticket": old}).hear() == 4001
    finally:
        site.shift(0)
    with Browser(site).enter(charlie) as theirs:
        assert theirs.post(f"/visits/{visit}/room/ticket/").status == 404


def test_a_ticket_needs_the_forms_token(hers, visit):
    answer = hers.http.post(f"/visits/{visit}/room/ticket/", data={})
    assert answer.status_code == 403


def test_a_call_does_not_keep_the_server_from_ending(site, hers, visit):
    with Socket(site) as ada:
        ada.say({"ticket": ticket(hers, visit)}).hear()
        began = time.monotonic()
        site.down()
        assert time.monotonic() - began < 12  # ten seconds, and what a busy machine is late
    site.start()


def test_one_act_of_looking_is_one_line_for_the_patient(hers, his, ada, visit):
    """The day's page, the room, what its script asks for, letting in and the room again: all within a minute."""
    looked = f"/charts/{ada.person.partition('/')[2]}/looked/"
    before = hers.get(looked).page.text.count("Ben Osei (doctor) read")
    his.get("/visits/")
    his.get(f"/visits/{visit}/room/")
    ticket(his, visit)
    come_in(hers, his, visit)
    assert hers.get(looked).page.text.count("Ben Osei (doctor) read") <= before + 1
