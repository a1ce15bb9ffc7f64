"""A bucket that takes whoever comes and says nothing stands before nobody's withdrawal."""

import asyncio
from contextlib import closing
from dataclasses import replace

from carefolio.base.database import run
from carefolio.base.failures import Category
from carefolio.blobs.beside import THREADS, Beside
from carefolio.blobs.s3 import S3
from carefolio.fhir.json import parse
from carefolio.records.changes import Change, Method
from carefolio.records.door import Door
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.rules import NewPerson, PersonRole
from tests.acceptance.resources import consent
from tests.contract import bucket
from tests.contract.test_attachments import LONG, OTHER
from tests.contract.test_attachments import house as house
from tests.mute import Mute


def test_who_tries_again_and_again_stands_before_nobodys_withdrawal(house, monkeypatch):
    for name, value in bucket.NOBODYS.items():
        monkeypatch.setenv(name, value)
    ben = actions.add_person(house.door, NewPerson(PersonRole.DOCTOR, "Ben Osei", "ben@example.org", verified=True))
    house.tokens["Ben"] = actions.issue_token(house.door, "ben@example.org", minutes=600)
    long = consent(house.ada, ben.person, status="active") | {"sourceAttachment": {"data": LONG}}
    long = parse(house.do(long, name="Ada").body)
    plain = parse(house.do(consent(house.ada, ben.person, status="active"), name="Ada").body)
    caller, actor = house.caller("Ada"), house.caller("Ben")
    with closing(Mute()) as mute:
        blobs = S3(f"s3://silent/north?endpoint={mute.url}&region=us-east-1")
        door = Door(replace(house.door.parts, blobs=blobs, beside=Beside(0.1)))
        off, other = {"status": "inactive"}, {"sourceAttachment": {"data": OTHER}}
        changed = Change(Method.UPDATE, "Consent", long["id"], long | off | other)
        ended = Change(Method.UPDATE, "Consent", long["id"], long | off)
        withdrawn = Change(Method.UPDATE, "Consent", plain["id"], plain | off)

        async def story():
            asked = [door.write(caller, [changed]) for _ in range(3 * THREADS)]
            told = await asyncio.gather(*asked, return_exceptions=True)
            (refused,) = await asyncio.gather(door.write(actor, [changed]), return_exceptions=True)
            (done,), (own,) = await door.write(caller, [withdrawn]), await door.write(actor, [ended])
            return told, refused, (done, own)

        told, refused, done = run(house.door.parts.database, asyncio.wait_for(story(), 20))
    assert {one.category for one in told} == {Category.UNAVAILABLE}
    assert refused.category is Category.FORBIDDEN, "what is attached is compared without being asked for"
    assert [one.row.version for one in done] == [2, 2], "also a contract with a paper ends at once"
    assert house.read(done[1].row)["sourceAttachment"] == {"data": LONG}
