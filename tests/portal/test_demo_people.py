"""The sign-in page of the demo: who can be tried, and how they sign in, on a phone too."""

import pytest

from tests.acceptance.console import Console
from tests.portal.site import Site

PHONE = 360


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "data"
    Console(folder).told("demo", "--patients", "1")
    running = Site(folder, "--demo").start()
    yield running
    running.stop()


def test_a_phone_shows_everybody_whole(windows, demo):
    window = windows(demo, path="/accounts/login/", width=PHONE, height=740)
    assert window.get_by_text("Code now").count()
    cut = window.evaluate(
        "() => [...document.querySelectorAll('body, main, main *')].filter(one => one.scrollWidth > one.clientWidth"
        " && one.clientWidth && getComputedStyle(one).display !== 'inline')"
        ".map(one => `${one.tagName} ${one.className}`)"
    )
    assert cut == []
    assert window.evaluate("document.documentElement.scrollWidth") == PHONE
    edges = window.evaluate(
        "[...document.querySelectorAll('#demo-people ~ dl *')].map(one => one.getBoundingClientRect().right)"
    )
    assert edges
    assert max(edges) <= PHONE
    assert windows.complaints == []
