"""Handing out, in parts, with repeats; what comes back; refusing; and many at the same moment."""

import asyncio
from decimal import Decimal

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.ledger.entry import Kind
from carefolio.records.changes import Method
from carefolio.records.door import Door
from carefolio.records.trail import Asked
from carefolio.workflows.prescribing import actions, desk, names, vouching
from carefolio.workflows.prescribing.rules import Standing
from tests.contract import bucket


def test_all_at_once_ends_it_and_the_contract_with_it(street):
    id_ = street.sent()
    street.hand_out(id_, 30)
    seen = street.seen(id_)
    assert (seen.standing, seen.left.given, seen.left.all) == (Standing.USED_UP, 30, 0)
    assert street.read("Ada", "Consent", seen.way.contract.partition("/")[2])["status"] == "inactive"
    with pytest.raises(Failure) as refused:
        street.read("Per", "MedicationRequest", id_)
    assert refused.value.category is Category.ABSENT
    assert "prescription-dispensed" in street.told("Ada")
    assert seen.handed[0].by.name == "Pia Moss"


ENDINGS = {
    "handing out": lambda street, id_: street.hand_out(id_, 30),
    "refusing": lambda street, id_: street.do(desk.refuse, "Pia", id_, "Not in stock", street.way(id_)),
    "taking back": lambda street, id_: street.do(actions.take_back, "Ada", id_, street.way(id_)),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_contract_with_a_paper_ends_while_the_store_of_papers_is_away(street, ending):
    """The patient may have put a signed paper into it; it stays as it was."""
    id_ = street.sent()
    contract = street.read("Ada", "Consent", street.seen(id_).way.contract.partition("/")[2])
    paper = {"sourceAttachment": {"contentType": "application/pdf", "data": "QUJDREVG" * 20_000}}
    body = {name: value for name, value in contract.items() if name != "meta"} | paper
    street.write("Ada", body, method=Method.UPDATE)
    with bucket.away(street.carefolio.blobs):
        ENDINGS[ending](street, id_)
    ended = street.read("Ada", "Consent", contract["id"])
    assert {name: value for name, value in ended.items() if name != "meta"} == body | {"status": "inactive"}


def test_a_part_and_the_rest(street):
    id_ = street.sent()
    street.hand_out(id_, 12)
    assert street.seen(id_).standing is Standing.STARTED
    with pytest.raises(Failure, match="does not allow that much"):
        street.hand_out(id_, 19)
    street.hand_out(id_, 18, "Per")
    assert [one.amount for one in street.seen(id_).handed] == [12, 18]
    assert street.seen(id_).standing is Standing.USED_UP


def test_repeats_are_counted_one_supply_at_a_time(street):
    id_ = street.sent(repeats=2)
    with pytest.raises(Failure, match="does not allow that much"):
        street.hand_out(id_, 60)
    for given in (30, 60, 90):
        street.hand_out(id_, 30)
        assert street.seen(id_).left.given == given
    assert street.seen(id_).standing is Standing.USED_UP
    with pytest.raises(Failure) as over:
        street.hand_out(id_, 1)
    assert over.value.category is Category.ABSENT


def test_what_comes_back_can_be_handed_out_again(street):
    id_ = street.sent()
    street.hand_out(id_, 30)
    street.do(desk.take_return, "Per", id_, 1, "Not fetched")
    street.do(desk.take_return, "Per", id_, 1, "Not fetched")
    seen = street.seen(id_)
    assert (seen.standing, seen.left.now, seen.handed[0].returned) == (Standing.READY, 30, True)
    assert (street.told("Ada")[0], street.told("Ben")[0]) == ("prescription-returned", "prescription-returned")
    assert street.told("Ada").count("prescription-returned") == 1
    street.do(actions.send, "Ada", id_, street.mill, street.way(id_))
    street.hand_out(id_, 30, "Olu")
    assert [(one.number, one.returned) for one in street.seen(id_).handed] == [(1, True), (2, False)]


def test_only_the_pharmacy_that_handed_it_out_takes_it_back(street):
    id_ = street.sent()
    street.hand_out(id_, 10)
    street.do(actions.send, "Ada", id_, street.mill, street.way(id_))
    with pytest.raises(Failure, match="Another pharmacy"):
        street.do(desk.take_return, "Olu", id_, 1, "x")
    with pytest.raises(Failure, match="Say why"):
        street.do(desk.take_return, "Pia", id_, 1, " ")
    with pytest.raises(Failure) as refused:
        street.do(desk.take_return, "Una", id_, 1, "x")
    assert refused.value.category is Category.FORBIDDEN


def test_refusing_says_why_to_both_and_ends_the_contract(street):
    id_ = street.sent()
    with pytest.raises(Failure, match="Say why"):
        street.do(desk.refuse, "Pia", id_, "", street.way(id_))
    with pytest.raises(Failure, match="500 letters"):
        street.do(desk.refuse, "Pia", id_, "x" * 501, street.way(id_))
    street.do(desk.refuse, "Pia", id_, "Not in stock", street.way(id_))
    seen = street.seen(id_)
    assert (seen.way.status, seen.way.why, seen.standing) == ("rejected", "Not in stock", Standing.READY)
    assert "prescription-refused" in street.told("Ada")
    assert "prescription-refused" in street.told("Ben")
    waiting, done = street.do(desk.received, "Pia")
    assert (waiting, [one.way.status for one in done]) == ([], ["rejected"])


def test_the_desk_lists_what_waits_and_what_is_done(street):
    first, second = street.sent(), street.sent(medicine="Paracetamol", unit="tablet")
    street.hand_out(first, 30)
    waiting, done = street.do(desk.received, "Per")
    assert [(one.way.prescription, one.medicine) for one in waiting] == [(second, "Paracetamol")]
    assert [(one.way.patient.name, [two.amount for two in one.handed]) for one in done] == [("Ada Quinn", [30])]


def test_what_the_doctor_cancelled_waits_no_more(street):
    """Its Task and its contract are the patient's, and stay; there is nothing to hand out by it."""
    gone, stays = street.sent(), street.sent(medicine="Paracetamol", unit="tablet")
    street.do(actions.cancel, "Ben", gone, 1)
    waiting, done = street.do(desk.received, "Per")
    assert [(one.way.prescription, one.cancelled) for one in waiting] == [(stays, False)]
    assert [(one.way.prescription, one.medicine, one.cancelled, one.handed) for one in done] == [
        (gone, "Amoxicillin 500 mg", True, ())
    ]
    street.do(actions.take_back, "Ada", gone, street.way(gone))
    waiting, done = street.do(desk.received, "Per")
    assert [(one.way.status, one.cancelled) for one in done] == [("cancelled", False)]


def shown(street):
    """Who was shown which prescriptions of Ada's in a list, the newest first."""
    asked = Asked(patient=street.ref("Ada"), kinds=frozenset({Kind.DISCLOSED_SEARCH}))
    steps = street.do(Door.trail_of, "Ada", asked)
    records = [(step.name, record) for step in steps for record in step.entry.content["records"]]
    return [(name, record) for name, record in records if record.startswith("MedicationRequest/")]


def test_the_list_reads_the_prescriptions_that_wait_and_is_written_down(street):
    waits, done = street.sent(), street.sent(medicine="Paracetamol", unit="tablet")
    street.hand_out(done, 30)
    before = shown(street)
    street.do(desk.received, "Per")
    assert shown(street) == [("Per Lund", f"MedicationRequest/{waits}/_history/1"), *before]


def test_of_what_the_pharmacy_may_not_see_any_more_the_list_names_no_medicine(street):
    street.sent()
    with street.unmarked("MedicationRequest"):
        waiting, _ = street.do(desk.received, "Pia")
    assert [one.medicine for one in waiting] == [""]


@pytest.mark.parametrize("amount", ["0", "-1", "0.00001", "NaN"])
def test_no_amount_is_none(street, amount):
    with pytest.raises(Failure, match="above 0"):
        street.hand_out(street.sent(), amount)


def test_whoever_looked_at_an_older_version_hands_out_nothing(street):
    id_ = street.sent()
    way = street.way(id_)
    street.do(desk.dispense, "Pia", id_, Decimal(5), way)
    with pytest.raises(Failure, match="quicker"):
        street.do(desk.dispense, "Per", id_, Decimal(5), way)
    assert street.seen(id_).left.given == 5


def test_a_pharmacist_changes_no_contract_but_to_end_it(street):
    id_ = street.sent()
    contract = street.seen(id_).way.contract.partition("/")[2]
    body = {name: value for name, value in street.read("Pia", "Consent", contract).items() if name != "meta"}
    longer = body | {"provision": body["provision"] | {"period": {"end": "2099-01-01"}}}
    with pytest.raises(Failure, match="change nothing else"):
        street.write("Pia", longer, method=Method.UPDATE)
    with pytest.raises(Failure):
        street.write("Una", body | {"status": "inactive"}, method=Method.UPDATE)
    street.write("Pia", body | {"status": "inactive"}, method=Method.UPDATE)
    assert street.read("Ada", "Consent", contract)["status"] == "inactive"


def test_patients_write_no_handing_out_themselves(street):
    """Neither one that gives them more, nor one whose number the pharmacy's or the doctor's own act would meet."""
    id_ = street.sent()
    for number, value in ((1, -100), (2, 0)):
        with pytest.raises(Failure) as refused:
            street.write("Ada", dispense(street, id_, number, value), method=Method.UPDATE)
        assert refused.value.category is Category.CONFLICT
    assert street.seen(id_).left.all == 30
    street.hand_out(id_, 30)
    assert street.seen(id_).left.all == 0


def dispense(street, id_, number, value):
    return {
        "resourceType": "MedicationDispense",
        "id": names.dispense_id(id_, number),
        "status": "completed",
        "medicationCodeableConcept": {"text": "x"},
        "subject": {"reference": street.ref("Ada")},
        "quantity": {"value": value},
    }


@pytest.mark.parametrize("name", ["Ada", "North Hospital", "Corner Pharmacy"])
def test_whoever_knows_a_prescription_takes_none_of_its_ids(street, name):
    """Nor keeps anybody from sending it or from handing it out."""
    id_ = street.prescribed()
    task = {"resourceType": "Task", "id": names.way_id(id_), "status": "requested", "intent": "order"}
    early = [
        task | {"for": {"reference": street.ref("Ada")}},
        dispense(street, id_, 1, 0),
        dispense(street, id_, names.MOST_HANDED, 0),
    ]
    for resource in early:
        with pytest.raises(Failure, match="id is taken") as refused:
            street.write(name, resource, method=Method.UPDATE)
        assert refused.value.category is Category.CONFLICT
    street.do(actions.send, "Ada", id_, street.corner)
    street.hand_out(id_, 30)
    assert street.seen(id_).standing is Standing.USED_UP


def test_hospitals_number_what_they_hand_out_after_their_own_prescriptions(street):
    ada = {"reference": street.ref("Ada")}
    own = {"resourceType": "MedicationRequest", "id": "rx9", "status": "active", "intent": "order", "subject": ada}
    given = dispense(street, "rx9", 1, 5)
    street.write("North Hospital", own | {"medicationCodeableConcept": {"text": "x"}}, given, method=Method.UPDATE)
    street.write("North Hospital", given | {"id": "alone-1"}, method=Method.UPDATE)
    assert street.read("Ada", "MedicationDispense", "alone-1")["quantity"] == {"value": 5}


def test_only_what_was_written_here_counts(street):
    id_ = street.sent()
    street.hand_out(id_, 10)
    token = vouching.token_of(street.door, id_)
    with street.unmarked("MedicationDispense"):
        assert street.seen(id_).handed == ()
        assert street.do(actions.mine, "Ada")[0].handed == ()
        assert not vouching.vouch(street.door, token).started
        with pytest.raises(Failure) as hidden:
            street.do(desk.take_return, "Pia", id_, 1, "x")
        assert hidden.value.category is Category.ABSENT
    with street.unmarked("Task"):
        assert street.seen(id_).way is None
        assert street.do(desk.received, "Pia") == ([], [])
    with street.unmarked("Provenance"):
        assert not street.seen(id_).signed.holds
    assert street.seen(id_).standing is Standing.STARTED


async def all_at_once(street, id_, amounts):
    """So many handings out by turns of Pia and Per, each of whom looks and then hands out."""

    async def one(name, amount):
        caller = street.caller(name)
        try:
            seen = await desk.open_one(street.door, caller, id_)
            await desk.dispense(street.door, caller, id_, amount, seen.way.version)
        except Failure as failure:
            return failure.category
        return "handed out"

    return await asyncio.gather(*(one(("Pia", "Per")[at % 2], amount) for at, amount in enumerate(amounts)))


def race(street, count):
    id_ = street.sent()
    answers = asyncio.run(all_at_once(street, id_, [Decimal(30)] * count))
    assert answers.count("handed out") == 1
    assert set(answers) <= {"handed out", Category.STALE, Category.ABSENT, Category.CONFLICT}
    assert street.seen(id_).left.given == 30
    other = street.sent(repeats=1)
    for _ in range(3):
        answers = asyncio.run(all_at_once(street, other, [Decimal(20), Decimal(10)] * (count // 2)))
        assert answers.count("handed out") <= 4
    seen = street.seen(other)
    assert seen.left.given == sum(one.amount for one in seen.handed) <= 60
    assert [one.number for one in seen.handed] == list(range(1, len(seen.handed) + 1))


def test_of_20_at_once_one_hands_out(street):
    race(street, 20)


@pytest.mark.drill
def test_of_100_at_once_one_hands_out(street):
    race(street, 100)
