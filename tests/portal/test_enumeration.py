"""Nobody learns by asking whether an e-mail is known here: not by what is answered, not by how long it takes."""

import time

import pytest
from django.contrib.auth.hashers import ScryptPasswordHasher

from tests.portal.browser import Browser
from tests.portal.site import PASSWORD, Site
from tests.portal.test_signing_up import PATIENT

PAIRS = 80
MOST_AUC = 0.6
"""The chance that a guess from the time alone is right; 0.5 is none. With few pairs chance alone gives more."""


def sign_in(browser, email):
    return browser.get("/accounts/login/").fill(login=email, password="not the password").send()


def reset(browser, email):
    return browser.get("/accounts/password/reset/").fill(email=email).send()


def sign_up(browser, email):
    return browser.get("/accounts/signup/patient/").fill(PATIENT | {"email": email}).send()


WAYS = {"sign-in": sign_in, "reset": reset, "sign-up": sign_up}


@pytest.mark.parametrize("way", WAYS)
def test_the_answers_are_alike(browse, site, ada, way):
    site.forget_tries()
    known, unknown = WAYS[way](browse(), ada.email), WAYS[way](browse(), f"nobody-{way}@example.org")
    for one, other in zip(known.trail, unknown.trail, strict=True):
        assert one.status_code == other.status_code
        assert shape(one, ada.email) == shape(other, f"nobody-{way}@example.org")
    assert set(known.cookies) == set(unknown.cookies)


def shape(answer, email):
    """An answer without what is another in every answer."""
    changing = {"date", "expires", "server-timing", "x-request-id", "set-cookie", "content-length", "etag"}
    headers = {name: value for name, value in answer.headers.items() if name not in changing}
    text = answer.text.replace(email, "E-MAIL")
    for token in (part.partition('"')[0] for part in text.split('name="csrfmiddlewaretoken" value="')[1:]):
        text = text.replace(token, "TOKEN")
    return headers, text


def auc(known, unknown):
    """The chance that a known one takes longer than an unknown one, or shorter, whichever is greater."""
    wins = sum((a > b) + (a == b) / 2 for a in known for b in unknown) / len(known) / len(unknown)
    return max(wins, 1 - wins)


@pytest.fixture(scope="module")
def costly(tmp_path_factory):
    """A site whose passwords take as long to look at as in the product: beside that nothing else may be seen."""
    running = Site(tmp_path_factory.mktemp("costly") / "data", cheap=False).start()
    assert running.ask("work_factor", email=running.patient().email) == ScryptPasswordHasher.work_factor == 1 << 14
    yield running
    running.stop()


def times(site, way, pairs):
    known = [site.patient(f"Known {number}").email for number in range(pairs)]
    taken = {True: [], False: []}
    for number in range(pairs):
        for is_known in (True, False) if number % 2 else (False, True):
            site.forget_tries()
            email = known[number] if is_known else f"unknown-{way}-{number}-{time.time_ns()}@example.org"
            with Browser(site) as browser:
                WAYS[way](browser, email)
                taken[is_known].append(browser.trail[0].elapsed.total_seconds())
    return taken[True], taken[False]


@pytest.mark.drill
@pytest.mark.parametrize("way", WAYS)
def test_the_times_are_alike_over_many(costly, way, capsys):
    found = auc(*times(costly, way, PAIRS))
    with capsys.disabled():
        print(f"\n{way}: AUC {found:.3f} over {PAIRS} pairs")  # noqa: T201 - the drill's figure
    assert found <= MOST_AUC


def test_a_password_that_is_right_tells_no_more_than_a_wrong_one_does_of_others(browse, site):
    """Somebody added without a password is like nobody."""
    site.console.account("patient", "Uma Reyes", "uma@example.org")
    site.forget_tries()
    for password in ("", "!", PASSWORD):
        known = browse().get("/accounts/login/").fill(login="uma@example.org", password=password).send()
        unknown = browse().get("/accounts/login/").fill(login="nobody@example.org", password=password).send()
        assert known.page.errors == unknown.page.errors
