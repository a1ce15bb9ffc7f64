"""A contract with a long paper is looked at, changed and ended without it: its store may be away."""

import asyncio

import pytest

from carefolio.base.failures import Category
from carefolio.fhir.json import parse
from carefolio.records.changes import Change, Method
from carefolio.workflows.sharing import actions as sharing
from carefolio.workflows.sharing.describe import State
from tests.acceptance.resources import consent
from tests.contract import bucket
from tests.contract.test_attachments import LONG, NOW_ON, OTHER
from tests.contract.test_attachments import house as house

WAYS = {
    "on its page": lambda house, one: asyncio.run(actions_of(house, sharing.withdraw, one)),
    "by its resource": lambda house, one: house.do(one | {"status": "inactive"}, Method.UPDATE, one["id"], name="Ada"),
}


def actions_of(house, action, contract):
    return action(house.door, house.caller("Ada"), contract["id"], int(contract["meta"]["versionId"]))


@pytest.mark.parametrize("way", WAYS)
def test_a_contract_with_a_paper_is_withdrawn_while_the_store_is_away(house, way):
    paper = {"sourceAttachment": {"contentType": "application/pdf", "data": LONG, "title": "Signed"}}
    contract = parse(house.do(consent(house.ada, house.charlie, status="active") | paper, name="Ada").body)
    ada = house.caller("Ada")
    before = house.kept()
    with bucket.away(house.blobs):
        (group,) = asyncio.run(sharing.contracts(house.door, ada))
        assert [one.id for one in group.contracts] == [contract["id"]]
        assert asyncio.run(sharing.contract(house.door, ada, contract["id"])).state is State.ACTIVE
        asked = Change(Method.UPDATE, "Consent", contract["id"], contract | {"sourceAttachment": {"data": OTHER}})
        other = house.refused(lambda: asyncio.run(house.door.write(ada, [asked])))
        assert other.category is Category.UNAVAILABLE, "another paper has to be kept first"
        WAYS[way](house, contract)
        assert asyncio.run(sharing.contract(house.door, ada, contract["id"])).state is State.INACTIVE
        story = asyncio.run(house.door.history(ada, "Consent", contract["id"], NOW_ON, outlined=True))
        assert [parse(one.body)["status"] for one in story] == ["inactive", "active"]
    ended = asyncio.run(house.door.read(house.tokens["Ada"], "request", "Consent", contract["id"]))
    assert {name: value for name, value in parse(ended.body).items() if name not in ("meta", "status")} == {
        name: value for name, value in contract.items() if name not in ("meta", "status")
    }
    assert house.kept() == before
    assert house.problems() == []


def test_what_stands_for_a_paper_is_told_to_nobody_and_means_nothing_from_outside(house):
    contract = consent(house.ada, house.charlie, status="active") | {"sourceAttachment": {"data": LONG}}
    made = house.do(contract, name="Ada")
    outlined = parse(asyncio.run(house.door.outlined(house.caller("Ada"), "Consent", made.row.id)).body)
    sign = outlined["sourceAttachment"]["data"]
    assert len(sign) < 300
    stranger = house.refused(lambda: asyncio.run(house.door.outlined(house.caller(), "Consent", made.row.id)))
    assert stranger.category is Category.ABSENT
    signed = Change(Method.UPDATE, "Consent", made.row.id, outlined | {"dateTime": "2026-11-30"}, signed=True)
    (changed,) = asyncio.run(house.door.write(house.caller("Ada"), [signed]))
    assert sign.encode() not in changed.body
    assert house.read(changed.row)["sourceAttachment"] == {"data": LONG}
    sent = house.do(outlined, Method.UPDATE, made.row.id, name="Ada")
    assert parse(sent.body)["sourceAttachment"] == {"data": sign}, "who sends it has sent a short paper"
    assert house.problems() == []
