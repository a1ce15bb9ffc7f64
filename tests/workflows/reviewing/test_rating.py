"""Rating a visit: once, by who was there, changed and taken back; the average is right, and nobody's name is in it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.records.changes import Change, Method
from carefolio.workflows.reviewing import actions
from carefolio.workflows.reviewing.rules import Rating, Tally
from tests.workflows.payments.conftest import practice as practice


def tally(practice):
    return actions.tally(practice.door, practice.ref("Ben"))


def test_rated_changed_and_taken_back(practice):
    visit = practice.visit("fulfilled")
    assert practice.do(actions.seen, "Ada", visit).rating is None
    practice.do(actions.rate, "Ada", visit, Rating(2, "Late."))
    practice.do(actions.rate, "Ada", visit, Rating(2, "Late."))
    assert tally(practice) == Tally(1, 2)
    practice.do(actions.rate, "Ada", visit, Rating(5, "Kind."))
    assert tally(practice) == Tally(1, 5)
    practice.do(actions.rate, "Mallory", practice.visit("fulfilled", "Mallory"), Rating(4))
    assert (tally(practice), tally(practice).average) == (Tally(2, 9), 4.5)
    practice.do(actions.take_back, "Ada", visit)
    practice.do(actions.take_back, "Ada", visit)
    assert tally(practice) == Tally(1, 4)
    practice.do(actions.rate, "Ada", visit, Rating(1))
    assert tally(practice) == Tally(2, 5)


def test_the_doctor_reads_words_and_no_names(practice):
    visit = practice.visit("fulfilled")
    practice.do(actions.rate, "Ada", visit, Rating(3, "I waited."))
    (said,) = practice.do(actions.said_of, "Ben")
    assert (said.score, said.words) == (3, "I waited.")
    body = _stored(practice, "Ada", visit)
    text = str(body)
    assert not any(one in text for one in (practice.ref("Ada"), "Ada", visit))
    assert practice.do(actions.said_of, "Zoe") == []
    with pytest.raises(Failure) as hidden:
        practice.read("Mallory", "QuestionnaireResponse", body["id"])
    assert hidden.value.category is Category.ABSENT


def _stored(practice, name, visit):
    return asyncio.run(actions._standing(practice.door, practice.caller(name), visit))


@pytest.mark.parametrize("status", ["booked", "arrived", "cancelled", "noshow"])
def test_only_a_visit_that_was_kept_is_rated(practice, status):
    with pytest.raises(Failure, match="after you were there"):
        practice.do(actions.rate, "Ada", practice.visit(status), Rating(5))


@pytest.mark.parametrize("stranger", ["Mallory", "Zoe", "Ben"])
def test_never_by_somebody_who_was_not_there(practice, stranger):
    visit = practice.visit("fulfilled")
    with pytest.raises(Failure) as hidden:
        practice.do(actions.rate, stranger, visit, Rating(1))
    assert hidden.value.category is Category.ABSENT
    assert tally(practice) == Tally()


def test_a_patient_cannot_say_that_a_visit_was_kept(practice):
    kept = practice.read("Ada", "Appointment", practice.visit("fulfilled"))
    mine = {name: value for name, value in kept.items() if name not in ("id", "meta")}
    with pytest.raises(Failure, match="The doctor says"):
        practice.write("Ada", Change(Method.CREATE, "Appointment", "", mine))


@pytest.mark.parametrize("rating", [Rating(0), Rating(6), Rating(3, "x" * 1001)])
def test_a_rating_is_one_to_five(practice, rating):
    with pytest.raises(Failure, match="Give 1 to 5"):
        practice.do(actions.rate, "Ada", practice.visit("fulfilled"), rating)


def rate_at_once(practice, many):
    visits = [practice.visit("fulfilled") for _ in range(many)]
    caller = practice.caller("Ada")

    def rate(number):
        asyncio.run(actions.rate(practice.door, caller, visits[number], Rating(1 + number % 5)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(rate, range(many)))
    assert tally(practice) == Tally(many, sum(1 + number % 5 for number in range(many)))


def test_parallel_ratings_are_all_counted(practice):
    rate_at_once(practice, 12)


@pytest.mark.drill
def test_a_hundred_parallel_ratings_are_all_counted(practice):
    rate_at_once(practice, 100)


def test_a_doctor_without_a_profile_has_nothing_to_rate(practice):
    visit = practice.visit("fulfilled", doctor="Zoe")
    with pytest.raises(Failure, match="no profile"):
        practice.do(actions.rate, "Ada", visit, Rating(5))
