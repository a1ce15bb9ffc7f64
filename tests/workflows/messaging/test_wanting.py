"""A doctor asks for a document; the patient answers, refuses; the doctor takes it back."""

import asyncio

from carefolio.base.failures import Category
from carefolio.records.changes import Change, Method
from carefolio.records.door import Door, Handling
from carefolio.workflows.messaging import actions
from carefolio.workflows.sharing import actions as sharing
from carefolio.workflows.sharing.rules import Narrowing, Terms
from tests.workflows.sharing.conftest import IN_A_YEAR
from tests.workflows.sharing.test_asking import refused


def wishes(post, who, to):
    return post.do(actions.conversation, who, post.ref(to)).wishes


def asked(post):
    post.do(actions.ask_for_document, "Ben", post.ref("Ada"), "The letter of your hospital")
    (one,) = wishes(post, "Ada", "Ben")
    return one


def document(post):
    content = [{"attachment": {"contentType": "text/plain", "data": "TGV0dGVy"}}]
    made = {"resourceType": "DocumentReference", "status": "current", "content": content}
    (outcome,) = post.write("Ada", made | {"subject": {"reference": post.ref("Ada")}})
    return outcome.row.reference


def test_asking_twice_asks_once_and_tells_the_patient(post):
    one = asked(post)
    post.do(actions.ask_for_document, "Ben", post.ref("Ada"), "The letter of your hospital")
    assert wishes(post, "Ada", "Ben") == wishes(post, "Ben", "Ada") == (one,)
    assert (one.text, one.is_open, one.doctor.name, one.patient.name) == (
        "The letter of your hospital",
        True,
        "Ben Osei",
        "Ada Quinn",
    )
    assert post.notices("Ada").count("document-wanted") == 1
    assert [found.waiting for found in post.do(actions.correspondents, "Ada")] == [1]


def test_answering_with_a_document(post):
    one, letter = asked(post), document(post)
    post.do(actions.answer, "Ada", (one.id, one.version), letter)
    post.do(actions.answer, "Ada", (one.id, one.version), letter)
    (done,) = wishes(post, "Ben", "Ada")
    assert (done.status, done.output, done.version) == ("completed", letter, 2)
    assert post.notices("Ben").count("document-sent") == 1


def test_the_document_is_opened_with_the_answer_or_not_at_all(post):
    one, letter = asked(post), document(post)
    post.do(sharing.withdraw, "Ada", post.contract, 1)
    terms = Terms(records=frozenset({letter}), ends=IN_A_YEAR)
    _standing, consent = post.do(sharing.offered, "Ada", post.ref("Ben"), Narrowing(terms))
    opening = Change(Method.CREATE, "Consent", resource=consent)
    refused(Category.STALE, lambda: post.do(actions.answer, "Ada", (one.id, one.version + 1), letter, opening))
    refused(Category.ABSENT, lambda: read(post, letter))
    post.do(actions.answer, "Ada", (one.id, one.version), letter, opening)
    post.do(actions.answer, "Ada", (one.id, one.version), letter, opening)
    assert read(post, letter).row.reference == letter
    pairs = [("patient", post.ref("Ada")), ("status", "active")]
    _query, found = post.do(Door.search, "Ada", "Consent", pairs, Handling())
    assert len(found.matches) == 1


def read(post, reference, name="Ben"):
    type_, _, id_ = reference.partition("/")
    return asyncio.run(post.door.read(post.tokens[name], "request", type_, id_))


def test_refusing_and_taking_back(post):
    one = asked(post)
    post.do(actions.refuse, "Ada", one.id, one.version)
    assert post.do(actions.wish, "Ben", one.id).status == "rejected"
    assert post.notices("Ben")[0] == "document-refused"
    assert "already" in refused(Category.CONFLICT, lambda: post.do(actions.take_back, "Ben", one.id, 2))
    two = asked_again(post)
    post.do(actions.take_back, "Ben", two.id, two.version)
    refused(Category.CONFLICT, lambda: post.do(actions.answer, "Ada", (two.id, 2), document(post)))


def asked_again(post):
    post.do(actions.ask_for_document, "Ben", post.ref("Ada"), "A list of your medicines")
    return next(one for one in wishes(post, "Ada", "Ben") if one.is_open)


def test_nobody_else_answers_sees_or_asks(post):
    one = asked(post)
    for who in ("Zoe", "Max", "Bo"):
        refused(Category.ABSENT, lambda who=who: post.do(actions.wish, who, one.id))
        refused(Category.ABSENT, lambda who=who: post.do(actions.refuse, who, one.id, 1))
    refused(Category.ABSENT, lambda: post.do(actions.refuse, "Ben", one.id, 1))
    refused(Category.ABSENT, lambda: post.do(actions.take_back, "Ada", one.id, 1))
    refused(Category.FORBIDDEN, lambda: post.do(actions.ask_for_document, "Ada", post.ref("Ben"), "Something"))
    refused(Category.FORBIDDEN, lambda: post.do(actions.ask_for_document, "Zoe", post.ref("Ada"), "Something"))


def test_another_task_is_no_wish_of_ours(post):
    made = {"resourceType": "Task", "status": "requested", "intent": "order", "for": {"reference": post.ref("Ada")}}
    (outcome,) = post.write("Ada", made)
    refused(Category.ABSENT, lambda: post.do(actions.wish, "Ada", outcome.row.id))
