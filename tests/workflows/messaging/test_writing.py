"""Both sides of a contract or a visit write to each other, and nobody else."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from carefolio.base import clock
from carefolio.base.failures import Category
from carefolio.base.ids import new_id
from carefolio.workflows.messaging import actions, rules
from carefolio.workflows.sharing import actions as sharing
from carefolio.workflows.sharing.rules import Narrowing
from tests.workflows.sharing.conftest import WHOLE
from tests.workflows.sharing.test_asking import refused


def send(post, who, to, text="How are you?", once=""):
    post.do(actions.send, who, post.ref(to), text, once or new_id())


def texts(post, who, to):
    return [one.text for one in post.do(actions.conversation, who, post.ref(to)).messages]


def test_a_doctor_writes_and_the_patient_answers(post):
    send(post, "Ben", "Ada", " How are you? ")
    send(post, "Ada", "Ben", "Better.")
    assert texts(post, "Ada", "Ben") == texts(post, "Ben", "Ada") == ["Better.", "How are you?"]
    newest = post.do(actions.conversation, "Ada", post.ref("Ben")).messages[0]
    assert (newest.sender.name, newest.recipient.name, newest.patient.reference) == (
        "Ada Quinn",
        "Ben Osei",
        post.ref("Ada"),
    )
    assert post.notices("Ben")[0] == "message"
    assert "message" in post.notices("Ada")


def test_pressing_twice_sends_once(post):
    once = new_id()
    send(post, "Ada", "Ben", "Twice", once)
    send(post, "Ada", "Ben", "Twice", once)
    assert texts(post, "Ada", "Ben") == ["Twice"]


def test_another_text_under_the_same_name_is_not_lost_without_a_word(post):
    once = new_id()
    send(post, "Ada", "Ben", "First", once)
    assert "Another message" in refused(Category.CONFLICT, lambda: send(post, "Ada", "Ben", "Second", once))
    post.carefolio.database.write_now(lambda tx: tx.execute("DELETE FROM repeated").rowcount)  # its day is over
    assert "Another message" in refused(Category.CONFLICT, lambda: send(post, "Ada", "Ben", "Second", once))
    assert texts(post, "Ada", "Ben") == ["First"]


def test_two_presses_at_once_send_and_tell_once(post):
    once, caller = new_id(), post.caller("Ada")

    def press(_):
        asyncio.run(actions.send(post.door, caller, post.ref("Ben"), "Twice", once))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(press, range(8)))
    assert post.notices("Ben").count("message") == 1
    found = asyncio.run(post.door.read(post.tokens["Ada"], "request", "Communication", once))
    assert found.version == 1


@pytest.mark.parametrize(("text", "says"), [("  ", "Write something"), ("x" * 4001, "4000 characters")])
def test_what_cannot_be_sent(post, text, says):
    assert says in refused(Category.MALFORMED, lambda: send(post, "Ada", "Ben", text))
    assert post.do(actions.correspondents, "Ada") == []


def test_a_stranger_finds_nothing_and_writes_nothing(post):
    send(post, "Ben", "Ada", "For her eyes")
    for who, to in (("Zoe", "Ada"), ("Max", "Ben"), ("Max", "Ada"), ("Ben", "Zoe")):
        refused(Category.ABSENT, lambda who=who, to=to: texts(post, who, to))
        assert not post.do(actions.may_write, who, post.ref(to))
        assert post.do(actions.correspondents, "Max") == []
    assert "permission or a visit" in refused(Category.FORBIDDEN, lambda: send(post, "Zoe", "Ada"))
    refused(Category.ABSENT, lambda: send(post, "Ada", "Max"))


def test_after_the_contract_ended_it_can_be_read_and_not_gone_on_with(post):
    send(post, "Ben", "Ada", "Before")
    post.do(sharing.withdraw, "Ada", post.contract, 1)
    found = post.do(actions.conversation, "Ben", post.ref("Ada"))
    assert (len(found.messages), found.open) == (1, False)
    refused(Category.FORBIDDEN, lambda: send(post, "Ben", "Ada"))
    refused(Category.FORBIDDEN, lambda: send(post, "Ada", "Ben"))


def test_a_visit_opens_it_to_both(post):
    assert not post.do(actions.may_write, "Bo", post.ref("Ada"))
    post.visit("Bo", begins=clock.DAY)
    send(post, "Bo", "Ada", "See you tomorrow")
    send(post, "Ada", "Bo", "Yes")
    assert post.do(actions.may_write, "Ada", post.ref("Bo"))


@pytest.mark.parametrize(
    ("status", "days", "open_"),
    [
        ("fulfilled", -29, True),
        ("fulfilled", -31, False),
        ("cancelled", 1, False),
        ("booked", -29, True),
        ("booked", -31, False),
        ("pending", 1, True),
        ("pending", -31, False),
    ],
)
def test_how_long_a_visit_keeps_it_open(post, status, days, open_):
    post.visit("Bo", begins=days * clock.DAY - clock.HOUR, status=status)
    assert post.do(actions.may_write, "Bo", post.ref("Ada")) is open_


def test_what_only_says_so_is_no_message_and_no_question(post):
    terms = replace(WHOLE, correct=True)
    post.do(sharing.give, "Ada", post.ref("Bo"), Narrowing(terms))
    ada, ben, bo = ({"reference": post.ref(name)} for name in ("Ada", "Ben", "Bo"))
    said = {"resourceType": "Communication", "status": "completed", "payload": [{"contentString": "Take more"}]}
    wants = {"resourceType": "Task", "status": "requested", "intent": "order", "code": {"coding": [rules.ASKED_FOR]}}
    for writer, sender, recipient in (("Ada", ben, ada), ("North", ada, ben), ("Bo", ada, bo), ("North", bo, ada)):
        post.write(writer, said | {"subject": ada, "sender": sender, "recipient": [recipient]})
    (task,) = post.write("Ada", wants | {"for": ada, "owner": ada, "requester": ben, "description": "All of it"})
    for who, to in (("Ada", "Ben"), ("Ben", "Ada"), ("Bo", "Ada"), ("Ada", "Bo")):
        found = post.do(actions.conversation, who, post.ref(to))
        assert (found.messages, found.wishes) == ((), ())
        assert post.do(actions.correspondents, who) == []
    refused(Category.ABSENT, lambda: post.do(actions.answer, "Ada", (task.row.id, 1), "DocumentReference/d"))
    refused(Category.ABSENT, lambda: texts(post, "Zoe", "Ada"))


def test_the_list_of_correspondents(post):
    post.visit("Bo", begins=clock.DAY)
    send(post, "Ben", "Ada", "First")
    send(post, "Bo", "Ada", "Second")
    send(post, "Ada", "Ben", "Third")
    found = post.do(actions.correspondents, "Ada")
    assert [(one.other.name, one.newest.text, one.waiting) for one in found] == [
        ("Ben Osei", "Third", 0),
        ("Bo Lind", "Second", 0),
    ]


def test_with_whom_there_is_a_visit_can_be_chosen_before_anything_was_written(post):
    post.visit("Bo", begins=clock.DAY)
    for name, other in (("Ada", "Bo"), ("Bo", "Ada")):
        (found,) = post.do(actions.correspondents, name)
        assert (found.other.reference, found.newest, found.waiting) == (post.ref(other), None, 0)
        assert post.do(actions.may_write, name, post.ref(other))
    for name in ("Ben", "Max", "Zoe"):
        assert post.do(actions.correspondents, name) == []


def test_a_long_conversation_has_pages(post, monkeypatch):
    monkeypatch.setattr(actions, "PAGE", 2)
    for text in ("one", "two", "three"):
        send(post, "Ben", "Ada", text)
    first = post.do(actions.conversation, "Ada", post.ref("Ben"))
    second = post.do(actions.conversation, "Ada", post.ref("Ben"), first.next)
    assert [one.text for one in (*first.messages, *second.messages)] == ["three", "two", "one"]
    assert second.next == ""


def test_what_others_wrote_is_read_as_far_as_it_goes():
    message = rules.message_of({"resourceType": "Communication", "payload": [{"contentReference": {}}]})
    assert (message.text, message.sent, message.recipient.reference) == ("", 0, "")
    assert rules.wish_of({"resourceType": "Task", "status": "requested"}) is None
