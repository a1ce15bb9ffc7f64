from gettext import NullTranslations

import pytest

from carefolio.base.clock import DAY, HOUR, MINUTE
from carefolio.fhir.dates import interval
from carefolio.portal.words.dates import Calendar, low_of
from carefolio.portal.words.translate import gettext, ngettext, speaking

DUBLIN = Calendar("en", "Europe/Dublin")
NOW = interval("2024-07-10T12:00:00Z")[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2024-03-04", "4 March 2024"),
        ("2024-03", "March 2024"),
        ("2024", "2024"),
        ("2024-03-04T09:15:00Z", "4 March 2024 at 09:15 (Dublin time)"),
        ("2024-07-04T09:15:00Z", "4 July 2024 at 10:15 (Dublin time)"),
        ("2024-03-04T23:30:00-05:00", "5 March 2024 at 04:30 (Dublin time)"),
        ("2024-03-04T09:15:00", "4 March 2024 at 09:15"),
        ("9999-12-31T23:59:59Z", "31 December 9999 at 23:59 (Dublin time)"),
        ("2024-13-01", ""),
        ("nonsense", ""),
        ("", ""),
        (None, ""),
        (5, ""),
    ],
)
def test_as_exact_as_it_is(text, told):
    assert DUBLIN.told(text) == told


@pytest.mark.parametrize(
    ("zone", "end", "told"),
    [
        ("UTC", "2026-07-31", "31 July 2026"),
        ("Europe/Dublin", "2026-11-30", "30 November 2026"),
        ("Europe/Dublin", "2026-07-31T22:59:59Z", "31 July 2026"),
        ("Europe/Dublin", "2026-07-31", "1 August 2026 at 00:59 (Dublin time)"),
        ("America/New_York", "2026-12-01T04:59:59Z", "30 November 2026"),
        ("Europe/Berlin", "2026-12-01T04:59:59Z", "1 December 2026 at 05:59 (Berlin time)"),
    ],
)
def test_a_last_day_tells_the_time_where_the_readers_day_ends_at_another(zone, end, told):
    assert Calendar("en", zone).last_day(interval(end)[1]) == told


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC", "Europe/Dublin"])
def test_no_zone_moves_a_date(zone):
    assert Calendar("en", zone).told("2024-03-04") == "4 March 2024"
    assert Calendar("en", zone).day("2024-03") == "March 2024"
    assert Calendar("en", zone).told("0001-01-01T00:00:00+14:00") == ""
    assert Calendar("en", zone).moment(interval("9999-12-31")[1]).startswith("31 December 9999")


def test_the_day_is_the_readers():
    late = "2024-03-04T23:30:00Z"
    assert Calendar("en", "Asia/Kolkata").day(late) == "5 March 2024"
    assert Calendar("en", "America/New_York").day(late) == "4 March 2024"
    assert DUBLIN.day_of(interval(late)[0]) == "4 March 2024"
    assert DUBLIN.day("x") == ""


def test_doctors_read_short_dates():
    assert DUBLIN.told("2024-03-04", short=True) == "4 Mar 2024"
    assert DUBLIN.told("2024-03", short=True) == "Mar 2024"
    assert DUBLIN.told("2024-03-04T09:15:00Z", short=True) == "4 Mar 2024 09:15"


def test_other_languages_and_places():
    assert Calendar("de", "Europe/Vienna").told("2024-03-04") == "4. März 2024"
    assert Calendar("de", "Europe/Vienna").clock() == "Wien time"
    assert Calendar("en_US").told("2024-03-04") == "March 4, 2024"
    assert Calendar("xx-nonsense", "No/Where").told("2024-03-04T09:15:00Z") == "4 March 2024 at 09:15 (UTC)"
    assert Calendar("en", "America/New_York").clock() == "New York time"
    assert Calendar("en", "../etc/passwd").clock() == "UTC"


@pytest.mark.parametrize(
    ("ago", "told"),
    [
        (10_000_000, "just now"),
        (5 * MINUTE, "5 minutes ago"),
        (2 * HOUR, "2 hours ago"),
        (-3 * HOUR, "in 3 hours"),
        (DAY, "yesterday"),
        (-DAY, "tomorrow"),
        (3 * DAY, "3 days ago"),
        (30 * DAY, "10 June 2024"),
    ],
)
def test_recent_moments_are_told_from_now(ago, told):
    assert DUBLIN.relative(NOW - ago, NOW) == told


@pytest.mark.parametrize(
    ("period", "told"),
    [
        ({"start": "2024-03-04", "end": "2024-05"}, "from 4 March 2024 to May 2024"),
        ({"start": "2024-03-04T08:00:00Z", "end": "2024-03-04T09:00:00Z"}, "4 March 2024"),
        ({"start": "2024"}, "from 2024"),
        ({"end": "2024-03-04"}, "until 4 March 2024"),
        ({}, ""),
        (None, ""),
    ],
)
def test_periods(period, told):
    assert DUBLIN.period(period) == told


@pytest.mark.parametrize(
    ("birth", "age"),
    [
        ("1986-01-31", "38 years"),
        ("1986", "38 years"),
        ("2024-07-05", "5 days"),
        ("2024-06-10", "4 weeks"),
        ("2024-01-20", "5 months"),
        ("2023-07-10", "12 months"),
        ("2025-01-01", ""),
        ("x", ""),
    ],
)
def test_ages(birth, age):
    assert DUBLIN.age(birth, NOW) == age


def test_dates_sort_by_their_first_moment():
    assert low_of("2024") == low_of("2024-01-01T00:00:00Z") == interval("2024")[0]
    assert low_of({}) is None


class Shouting(NullTranslations):
    def gettext(self, message):
        return message.upper()

    def ngettext(self, msgid1, msgid2, n):
        return self.gettext(msgid1 if n == 1 else msgid2)


def test_another_language_is_spoken_inside_its_block_alone():
    with speaking(Shouting()):
        assert (gettext("yes"), ngettext("one", "many", 2)) == ("YES", "MANY")
    assert (gettext("yes"), ngettext("one", "many", 1)) == ("yes", "one")


def test_days_and_times_of_a_week():
    first = 1_824_942_000_000_000  # 31 October 2027 at 00:20 UTC
    told = Calendar("en-GB", "Europe/Dublin")
    assert told.weekday_of(first) == "Sunday 31 October"
    assert Calendar("en-US", "America/New_York").weekday_of(first) == "Saturday October 30"
    assert (told.time_of(first), told.time_of(first + HOUR)) == ("01:20 GMT+01:00", "01:20 GMT+00:00")
    assert told.time_of(first + 2 * HOUR) == "02:20"
    assert told.moment(first).endswith("01:20 (Dublin time, GMT+01:00)")
