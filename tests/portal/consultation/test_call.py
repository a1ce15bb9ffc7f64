"""A call in Chromium: two windows with a made-up camera each, and what they decode of each other."""

from tests.portal.consultation.devices import DECODED, PERMISSIONS, WATCHED
from tests.portal.consultation.devices import _chromium as _chromium
from tests.portal.consultation.meeting import meet


def enter(windows, site, person, visit):
    window = windows(site, person=person, path="/help/", permissions=PERMISSIONS)
    window.add_init_script(WATCHED)
    window.goto(f"/visits/{visit}/room/")
    return window


def test_two_people_see_hear_and_write_to_each_other(site, windows, ada, ben):
    visit = meet(site, ada.actor, ben)
    hers, his = (enter(windows, site, person, visit) for person in (ada, ben))
    hers.get_by_role("button", name="Use camera and microphone").click()
    hers.get_by_role("button", name="I am here").click()
    his.get_by_role("button", name="Let them in").click()
    his.get_by_role("button", name="Use camera and microphone").click()
    for window in (hers, his):
        window.get_by_text("Connected", exact=True).wait_for()
        window.wait_for_function(DECODED)
    hers.get_by_role("button", name="Turn my camera off").click()
    his.get_by_text("Ada Quinn: no camera").wait_for()
    hers.get_by_label("Your message").fill("Can you see me?")
    hers.get_by_role("button", name="Send").click()
    his.get_by_text("Can you see me?").wait_for()
    hers.get_by_role("button", name="Hang up").click()
    his.get_by_text("Ada Quinn hung up.").wait_for()
    hers.get_by_role("button", name="Use the microphone alone").click()
    his.get_by_text("Connected", exact=True).wait_for()
    his.get_by_role("link", name="End the visit").click()
    his.get_by_role("button", name="End the visit").click()
    his.get_by_text("This visit took place.").wait_for()
    hers.get_by_text("This visit took place.").wait_for()
    assert windows.complaints == []
