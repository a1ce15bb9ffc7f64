"""Whether what a caller kept still holds: by the version's tag, or by a date where that is sure."""

import pytest

from carefolio.api.answer import Answer
from carefolio.api.kept import is_named, unless_kept
from carefolio.base.clock import MICROSECONDS

NOON = 1_792_065_600
"""Mon, 15 Oct 2026 12:00:00 GMT, in seconds."""
AT, LATER, EARLIER = (f"Thu, 15 Oct 2026 {time} GMT" for time in ("12:00:00", "12:00:01", "11:59:59"))


def status(headers, *, fixed=False):
    answer = Answer(200, b"{}", {"ETag": 'W/"3"'})
    return unless_kept(answer, headers, NOON * MICROSECONDS + 700_000, fixed=fixed).status


@pytest.mark.parametrize("wanted", ['W/"3"', '"3"', '"1", W/"3"', 'W/"2",W/"3" , "x"', "*", " * "])
def test_the_version_is_named(wanted):
    assert is_named(wanted, 'W/"3"')


@pytest.mark.parametrize("wanted", [None, "", 'W/"33"', '"2"', "3", 'W/"1", W/"2"', '"*"'])
def test_another_one_is(wanted):
    assert not is_named(wanted, 'W/"3"')


@pytest.mark.parametrize(("since", "newest", "fixed"), [(AT, 200, 304), (LATER, 304, 304), (EARLIER, 200, 200)])
def test_a_date_counts_where_no_other_version_can_have_been_had(since, newest, fixed):
    assert status({"if-modified-since": since}) == newest
    assert status({"if-modified-since": since}, fixed=True) == fixed


@pytest.mark.parametrize("since", ["", "yesterday", "Thu, 99 Oct 2026 12:00:00 GMT", "-1"])
def test_a_date_that_is_none_is_passed_over(since):
    assert status({"if-modified-since": since}) == 200


def test_a_tag_goes_before_a_date():
    assert status({"if-none-match": 'W/"2"', "if-modified-since": LATER}) == 200
    assert status({"if-none-match": 'W/"3"', "if-modified-since": EARLIER}) == 304


def test_what_is_still_held_comes_without_a_body():
    answer = unless_kept(Answer(200, b"{}", {"ETag": 'W/"3"'}), {"if-none-match": "*"}, 0, fixed=False)
    assert (answer.status, answer.body, answer.headers) == (304, b"", {"ETag": 'W/"3"'})
