"""Rating a visit: once, by who was there, changed and taken back; the average is right, and nobody's name is in it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from carefolio.base import clock
from carefolio.base.failures import Category, Failure
from carefolio.fhir.json import parse
from carefolio.records.changes import Change, Method
from carefolio.records.directory import post_of
from carefolio.records.door import Door, Handling
from carefolio.store.rows import Flag
from carefolio.workflows.reviewing import actions, tasks
from carefolio.workflows.reviewing.rules import Rating, Tally, response_of, tally_of, with_tally
from tests.workflows.payments.conftest import practice as practice


def tally(practice):
    return actions.tally(practice.door, practice.ref("Ben"))


def count(practice):
    """What is done once a day."""
    return asyncio.run(tasks.count(practice.door))


def rated(practice, *scores):
    """A visit of Ada's for each score; their ids."""
    visits = [practice.visit("fulfilled") for _ in scores]
    for visit, score in zip(visits, scores, strict=True):
        practice.do(actions.rate, "Ada", visit, Rating(score))
    return visits


def test_rated_changed_and_taken_back(practice):
    visit = practice.visit("fulfilled")
    seen = lambda: practice.do(actions.seen, "Ada", visit).rating  # noqa: E731 - said once
    assert seen() is None
    practice.do(actions.rate, "Ada", visit, Rating(2, "Late."))
    practice.do(actions.rate, "Ada", visit, Rating(2, "Late."))
    assert seen().score == 2
    practice.do(actions.rate, "Ada", visit, Rating(5, "Kind."))
    assert (seen().score, seen().words) == (5, "Kind.")
    practice.do(actions.take_back, "Ada", visit)
    practice.do(actions.take_back, "Ada", visit)
    assert seen() is None
    practice.do(actions.rate, "Ada", visit, Rating(1))
    assert [one.score for one in practice.do(actions.said_of, "Ben")] == [1]


def test_the_numbers_that_everybody_sees_move_by_several_ratings_or_not_at_all(practice):
    first, *_others = rated(practice, 1, 2, 3, 4)
    assert (count(practice), tally(practice)) == (0, Tally())
    rated(practice, 5)
    assert tally(practice) == Tally()
    assert (count(practice), tally(practice), count(practice)) == (1, Tally(5, 15), 0)
    practice.do(actions.take_back, "Ada", first)
    rated(practice, 5, 5, 5, 5, 5)
    assert (count(practice), tally(practice)) == (0, Tally(5, 15))
    rated(practice, 2)
    assert (count(practice), tally(practice), tally(practice).average) == (1, Tally(10, 41), 4.1)
    reference, _post = post_of(practice.door.parts, practice.ref("Ben"))
    id_ = reference.partition("/")[2]
    versions = asyncio.run(practice.door.history(practice.caller("Mallory"), "PractitionerRole", id_, (99, 99)))
    assert [tally_of(parse(one.body)) for one in versions] == [Tally(10, 41), Tally(5, 15), Tally()]


def test_nobody_tells_from_a_rating_when_it_was_given(practice):
    (visit,) = rated(practice, 4)
    practice.do(actions.rate, "Ada", visit, Rating(3))
    id_ = _stored(practice, "Ada", visit)["id"]
    versions = asyncio.run(practice.door.history(practice.caller("Ben"), "QuestionnaireResponse", id_, (99, 99)))
    begins = clock.instant(clock.now())[:7] + "-01T00:00:00"
    assert [parse(one.body)["meta"]["lastUpdated"][: len(begins)] for one in versions] == [begins, begins]
    assert [clock.instant(one.updated)[: len(begins)] for one in versions] == [begins, begins]
    pairs = [("subject", practice.ref("Ben")), ("_lastUpdated", f"gt{clock.instant(clock.now() - clock.HOUR)}")]
    _query, found = practice.do(Door.search, "Ben", "QuestionnaireResponse", pairs, Handling())
    assert len(found.matches) == 0 or begins > clock.instant(clock.now() - clock.HOUR)


def test_nobody_sets_the_numbers_or_takes_them_away(practice):
    rated(practice, 4, 4, 4, 4, 4)
    count(practice)
    reference, post = post_of(practice.door.parts, practice.ref("Ben"))
    bare = {"resourceType": "PractitionerRole", "practitioner": {"reference": practice.ref("Ben")}, "active": True}
    speciality = [{"coding": [{"system": "http://snomed.info/sct", "code": "394579002"}]}]
    practice.write("North", Change(Method.CREATE, "PractitionerRole", "", bare | {"specialty": speciality}))
    assert tally(practice) == Tally(5, 20)
    with pytest.raises(Failure, match="kept here"):
        practice.write("North", Change(Method.CREATE, "PractitionerRole", "", with_tally(bare, Tally(1000, 5000))))
    praise = response_of(Rating(5, month="2030-05"), practice.ref("Ben"), "")
    praise = {name: value for name, value in praise.items() if name != "id"}
    for _ in range(5):
        practice.write("North", Change(Method.CREATE, "QuestionnaireResponse", "", praise))
    assert (count(practice), tally(practice)) == (0, Tally(5, 20))
    assert len(practice.do(actions.said_of, "Ben")) == 5
    assert reference == f"PractitionerRole/{post['id']}"


def test_a_rating_that_was_not_written_here_is_none(practice):
    visit, *_others = rated(practice, 4, 4, 4, 4, 4)
    flags = "UPDATE record SET flags = ? WHERE type = 'QuestionnaireResponse'"
    practice.carefolio.database.write_now(lambda tx: tx.execute(flags, (Flag.NONE,)).rowcount)
    assert practice.do(actions.said_of, "Ben") == []
    assert practice.do(actions.seen, "Ada", visit).rating is None
    assert (count(practice), tally(practice)) == (0, Tally())
    practice.carefolio.database.write_now(lambda tx: tx.execute(flags, (Flag.KEPT,)).rowcount)
    assert len(practice.do(actions.said_of, "Ben")) == 5


def test_one_doctor_who_cannot_be_counted_keeps_no_other_waiting(practice, monkeypatch, caplog):
    rated(practice, 4, 4, 4, 4, 4)
    whole = practice.door.behalf.addressed

    def addressed(type_, to, by):
        if to == practice.ref("Zoe"):
            raise KeyError("Ada Quinn")
        return whole(type_, to, by)

    monkeypatch.setattr(practice.door.behalf, "addressed", addressed)
    assert (count(practice), tally(practice)) == (1, Tally(5, 20))
    assert "KeyError at" in caplog.text
    assert "Ada" not in caplog.text
    assert asyncio.run(tasks.count(practice.door, lambda: True)) == 0


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
    assert practice.do(actions.said_of, "Ben") == []


def test_a_patient_cannot_say_that_a_visit_was_kept(practice):
    kept = practice.read("Ada", "Appointment", practice.visit("fulfilled"))
    mine = {name: value for name, value in kept.items() if name not in ("id", "meta")}
    with pytest.raises(Failure, match="on their own pages"):
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
    assert count(practice) == 1
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
