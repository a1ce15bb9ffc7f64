"""The harness holds: people sign in over HTTP and in a real browser, mails arrive, the server comes up again."""

import pytest


def test_a_patient_signs_in(browser, ada):
    assert browser.sign_in(ada).page.h1 == "Hello Ada Quinn"


def test_a_doctor_signs_in_with_the_code_of_his_app(browser, ben):
    assert browser.sign_in(ben).page.h1 == "Hello Ben Osei"


def test_entering_is_signing_in(browser, ben):
    assert browser.enter(ben).page.h1 == "Hello Ben Osei"


@pytest.mark.parametrize("javascript", [True, False])
def test_a_window_of_chromium(windows, site, ada, javascript):
    window = windows(site, person=ada, javascript=javascript, width=320, height=640, dark=True)
    assert window.get_by_role("heading", level=1).inner_text() == "Hello Ada Quinn"
    assert windows.complaints == []
