"""Rating a visit on the pages, and what its doctor reads there."""

import pytest
from babel import Locale

from carefolio.portal.words.ratings import rating_words
from carefolio.workflows.reviewing.rules import Tally


@pytest.fixture(scope="module")
def ben(site):
    return site.doctor("Ben Osei", site.hospital("North Hospital"))


def test_rated_read_changed_and_taken_back(site, browse, ada, ben):
    visit = site.visit(ada, ben, "fulfilled")
    she, he = browse().enter(ada), browse().enter(ben)
    she.get(f"/visits/{visit}/rate/").form("Rate the visit").send()
    assert "Choose how the visit was" in she.page.text
    she.form("Rate the visit").fill(score="4", words="Kind and quick.").send()
    assert she.page.h1 == "Thank you"
    he.get("/ratings/")
    for words in ("Too few ratings yet", "Kind and quick.", "4 of 5"):
        assert words in he.page.text
    assert "Ada" not in he.page.text
    she.get(f"/visits/{visit}/rate/")
    assert "You gave 4 of 5" in she.page.text
    she.form("Take your rating back").send()
    assert "took your rating back" in she.page.text
    assert "Nobody has rated a visit yet" in he.get("/ratings/").page.text
    assert she.get(f"/visits/{visit}/rate/done/").path == f"/visits/{visit}/rate/"


def test_before_the_visit_and_for_strangers(site, browse, ada, ben, charlie):
    booked, kept = site.visit(ada, ben), site.visit(ada, ben, "fulfilled")
    she = browse().enter(ada)
    assert "after you were there" in she.get(f"/visits/{booked}/rate/").page.text
    she.post(f"/visits/{booked}/rate/", score="5")
    assert "after you were there" in she.post(f"/visits/{booked}/rate/back/").page.text
    other = browse().enter(charlie)
    for page in ("rate/", "rate/done/"):
        assert other.get(f"/visits/{kept}/{page}").status == 404
    assert other.post(f"/visits/{kept}/rate/", score="1").status == 404


def test_averages_in_words():
    assert rating_words(Tally(), Locale("en", "GB")) == "Too few ratings yet"
    assert rating_words(Tally(3, 13), Locale("en", "GB")) == "4.3 out of 5, from 3 ratings"
