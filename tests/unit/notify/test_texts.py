"""The e-mails' words: plain, short, one link that needs signing in, nothing from a record."""

import re

import pytest

from carefolio.notify.notices import NoticeKind
from carefolio.notify.texts import letter_of
from carefolio.portal.words.dates import Calendar
from tests.unit.notify.conftest import URL

SILENT = {NoticeKind.REQUEST_CHANGED, NoticeKind.REQUEST_TAKEN_BACK}
SENT = sorted(set(NoticeKind) - SILENT)
START = 1_900_000_000_000_000
VISIT = {"visit": "Appointment/0190-a", "start": START, "zone": "Europe/Dublin"}
BANNED = r"\b(unknown|should|proxy|FHIR|Consent|resource|hospital|diagnosis|record index|token)\b"
LONGEST_SENTENCE, HIGHEST_GRADE = 20, 8.0


def sentences(text):
    plain = re.sub(r"https?://\S+", "", text)
    return [each for each in re.split(r"[.:!?,]?\n\n|(?<=[.:?])\s+", plain) if re.search(r"\w", each)]


def syllables(word):
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    return max(1, groups - (word.lower().endswith("e") and groups > 1))


def grade(text):
    """Flesch-Kincaid's."""
    found = sentences(text)
    words = [word for each in found for word in re.findall(r"[A-Za-z'-]+", each)]
    return 0.39 * len(words) / len(found) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@pytest.mark.parametrize("kind", SENT)
def test_it_is_easy_to_read(kind):
    subject, text = letter_of(kind, URL, VISIT)
    assert max(len(each.split()) for each in [subject, *sentences(text)]) <= LONGEST_SENTENCE
    assert grade(text) <= HIGHEST_GRADE
    assert not re.search(BANNED, f"{subject}\n{text}", re.IGNORECASE)


@pytest.mark.parametrize("kind", SENT)
def test_it_says_who_we_are_why_it_came_and_leads_to_one_page(kind):
    _, text = letter_of(kind, URL, VISIT)
    assert "because you have an account at Carefolio" in text
    (link,) = re.findall(r"https?://\S+", text)
    assert link.startswith(f"{URL}/")
    assert link.endswith("/")
    assert text.isascii()


@pytest.mark.parametrize("kind", sorted(SILENT))
def test_what_changes_nothing_for_anybody_stands_in_the_portal_alone(kind):
    assert letter_of(kind, URL) is None


def test_a_language_that_is_not_there_is_english():
    assert letter_of(NoticeKind.GRANTED, URL, language="xx") == letter_of(NoticeKind.GRANTED, URL)


def test_a_hard_text_is_found():
    assert grade("Notwithstanding contraindications, multidisciplinary practitioners necessitate documentation.") > 8


@pytest.mark.parametrize("kind", [kind for kind in SENT if kind.value.startswith("visit-")])
def test_of_a_visit_it_says_the_time_as_the_pages_do_and_nothing_else(kind):
    facts = VISIT | {"patient": {"name": "Ada Quinn"}, "doctor": {"name": "Ben Osei"}, "comment": "A cough"}
    subject, text = letter_of(kind, URL, facts)
    assert Calendar("en-GB", "Europe/Dublin").moment(START) in text
    assert f"{URL}/visits/0190-a/" in text
    assert not re.search("Ada|Ben|cough", subject + text)


@pytest.mark.parametrize(
    "zone", ["America/New_York", "Asia/Kolkata", "UTC", "Etc/UTC", "America/Argentina/Buenos_Aires"]
)
def test_the_time_is_on_the_clock_of_who_gets_it(zone):
    _, text = letter_of(NoticeKind.VISIT_SOON, URL, VISIT | {"zone": zone})
    assert Calendar("en-GB", zone).moment(START) in text


def test_a_time_that_comes_twice_says_which():
    first = 1_824_942_000_000_000  # 31 October 2027 at 00:20 UTC
    said = [letter_of(NoticeKind.VISIT_SOON, URL, VISIT | {"start": first + more})[1] for more in (0, 3_600_000_000)]
    assert "31 October 2027 at 01:20 (Dublin time, GMT+01:00)" in said[0]
    assert "31 October 2027 at 01:20 (Dublin time, GMT+00:00)" in said[1]
    assert Calendar("en-GB", "Europe/Dublin").moment(first) in said[0]
