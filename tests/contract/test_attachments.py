"""Long attachments through the door, with files and with S3: what was sent comes back, whatever is asked for it."""

import asyncio
import shutil
import threading
from contextlib import closing
from dataclasses import replace

import pytest

from carefolio.assembly import RESTORED, open_carefolio
from carefolio.base import clock
from carefolio.base.database import run
from carefolio.base.failures import Category, Failure
from carefolio.base.settings import read_settings
from carefolio.blobs.beside import Beside
from carefolio.fhir.json import parse, serialise
from carefolio.ledger.report import Findings, Report
from carefolio.records import orphans
from carefolio.records.archive import copying, data
from carefolio.records.changes import Change, Method
from carefolio.records.door import Door, Handling
from carefolio.records.founding import Founding
from carefolio.records.timeline import Wanted
from carefolio.records.verify import Attachments, verify
from carefolio.store import records
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.rules import NewHospital, NewPerson, PersonRole
from tests.acceptance.resources import consent
from tests.contract import bucket

LONG = "QUJDREVG" * 20_000
OTHER = "R0hJSktM" * 20_000
NOW_ON = (1 << 62, 10)


class House:
    """North Hospital, Ada who is its patient, Charlie who is a stranger; each call is a request of its own."""

    def __init__(self, carefolio):
        self.carefolio, self.door, self.blobs = carefolio, carefolio.door, carefolio.blobs
        hospital = actions.add_hospital(self.door, NewHospital("North"))
        self.tokens = {"North": hospital.token}
        for who in ("Ada", "Charlie"):
            made = actions.add_person(self.door, NewPerson(PersonRole.PATIENT, f"{who} Quinn", f"{who}@example.org"))
            self.tokens[who] = actions.issue_token(self.door, f"{who}@example.org", minutes=600)
            setattr(self, who.lower(), made.person)

    def caller(self, name="North"):
        return self.door.admit(self.tokens[name], "request")

    def do(self, resource, method=Method.CREATE, id_="", name="North", **more):
        change = Change(method, resource["resourceType"], id_, resource, **more)
        return asyncio.run(self.door.write(self.caller(name), [change]))[0]

    def read(self, row, name="Ada"):
        return parse(asyncio.run(self.door.read(self.tokens[name], "request", row.type, row.id)).body)

    def document(self, *texts, **more):
        content = [{"attachment": {"contentType": "application/pdf", "data": text}} for text in texts]
        subject = {"reference": self.ada}
        return {"resourceType": "DocumentReference", "status": "current", "subject": subject, "content": content} | more

    def kept(self):
        return sorted(one.name for one in self.blobs.list())

    def problems(self):
        return verify(self.carefolio.database, self.carefolio.keyring, blobs=self.blobs).problems

    def refused(self, call):
        with pytest.raises(Failure) as caught:
            call()
        return caught.value


@pytest.fixture(params=["files", "s3"])
def house(request, tmp_path, monkeypatch):
    environ = {}
    if request.param == "s3":
        for name, value in bucket.NOBODYS.items():
            monkeypatch.setenv(name, value)
        environ["CAREFOLIO_BLOBS_URL"] = bucket.fresh(request.getfixturevalue("endpoint"))[1]
    with closing(open_carefolio(read_settings(tmp_path / "data", environ=environ), create=True)) as carefolio:
        yield House(carefolio)
    clock.shift(0)


def texts(resource):
    return [one["attachment"].get("data") for one in resource["content"]]


def test_every_way_to_a_record_gives_what_was_sent(house):
    sent = house.document(LONG, "QUJD", OTHER)
    made = house.do(sent)
    assert len(house.kept()) == 2
    body = made.body
    stamped = {"resourceType", "id", "meta"}
    assert {k: v for k, v in parse(body).items() if k not in stamped} == {
        k: v for k, v in sent.items() if k not in stamped
    }
    caller, door, id_ = house.caller("Ada"), house.door, made.row.id
    patient = house.ada.partition("/")[2]
    search = [("patient", house.ada)]
    found = [
        asyncio.run(door.read(house.tokens["Ada"], "request", "DocumentReference", id_)),
        asyncio.run(door.vread(caller, "DocumentReference", id_, 1)),
        *asyncio.run(door.history(caller, "DocumentReference", id_, NOW_ON)),
        *asyncio.run(door.search(caller, "DocumentReference", search, Handling()))[1].matches,
        *asyncio.run(door.search(caller, "DocumentReference", [*search, ("_total", "accurate")], Handling()))[
            1
        ].matches,
        *(one for one in asyncio.run(door.everything(caller, patient, 50, 0)).matches if one.row.id == id_),
        *asyncio.run(door.timeline(caller, house.ada, Wanted())).found,
    ]
    included = [("patient", house.ada), ("_revinclude", "DocumentReference:subject")]
    include = asyncio.run(door.search(caller, "Patient", [("_id", patient), included[1]], Handling()))[1].included
    assert len(found) == 7
    assert [one.body for one in [*found, *include]] == [body] * 8
    assert house.problems() == []


def test_an_older_version_keeps_its_own(house):
    made = house.do(house.document(LONG))
    house.do(house.document(OTHER, id=made.row.id), Method.UPDATE, made.row.id)
    house.do({"resourceType": "DocumentReference"}, Method.DELETE, made.row.id)
    found = asyncio.run(house.door.history(house.caller("Ada"), "DocumentReference", made.row.id, NOW_ON))
    assert [texts(parse(one.body)) if one.body else [] for one in found] == [[], [OTHER], [LONG]]
    assert len(house.kept()) == 2
    assert house.problems() == []


def test_a_stranger_finds_nothing_and_no_store_is_asked(house):
    made = house.do(house.document(LONG))
    for name in house.kept():
        house.blobs.delete(name)
    assert house.refused(lambda: house.read(made.row, "Charlie")).category is Category.ABSENT
    assert house.refused(lambda: house.read(made.row)).category is Category.BROKEN


def test_what_is_there_already_is_shown_whole(house):
    sent = house.document(LONG, identifier=[{"system": "urn:d", "value": "1"}])
    first = house.do(sent)
    again = house.do(sent, if_none_exist="identifier=urn:d|1")
    assert (again.created, again.changed) == (False, False)
    assert again.body == first.body


def test_a_contract_may_bring_a_signed_paper_and_stays_the_same_contract(house):
    contract = consent(house.ada, house.charlie, status="active") | {"sourceAttachment": {"data": LONG}}
    made = house.do(contract, name="Ada")
    again = house.do(contract | {"id": made.row.id}, Method.UPDATE, made.row.id, name="Ada")
    assert parse(again.body)["sourceAttachment"] == {"data": LONG}
    ended = house.do(contract | {"id": made.row.id, "status": "inactive"}, Method.UPDATE, made.row.id, name="Ada")
    assert house.read(ended.row)["sourceAttachment"] == {"data": LONG}
    assert len(house.kept()) == 1, "the paper is there once, for all versions that have it"
    clock.shift(2 * clock.DAY)
    assert orphans.sweep(house.door.parts) == 0
    clock.shift(0)
    found = asyncio.run(house.door.history(house.caller("Ada"), "Consent", made.row.id, NOW_ON))
    assert [parse(one.body)["sourceAttachment"] for one in found] == [{"data": LONG}] * 3
    assert house.problems() == []


def test_verify_names_an_attachment_that_is_missing_and_one_that_was_changed(house):
    made = house.do(house.document(LONG, OTHER))
    first, second = (one for one in sorted(house.blobs.list(), key=lambda one: one.name))
    house.blobs.delete(first.name)
    content = bytearray(b"".join(house.blobs.get(second.name)))
    house.blobs.delete(second.name)
    content[5] ^= 1
    house.blobs.put(bucket.upload(second.name, bytes(content)))
    problems = "\n".join(house.problems())
    assert problems.count(f"of {made.row.reference}/_history/1 is missing.") == 1
    assert problems.count(f"of {made.row.reference}/_history/1 was changed after it was written.") == 1
    assert house.refused(lambda: house.read(made.row)).category is Category.BROKEN


def test_attachments_that_changed_places_are_found(house):
    house.do(house.document(LONG, OTHER))
    first, second = house.kept()
    contents = {name: b"".join(house.blobs.get(name)) for name in (first, second)}
    for name, other in ((first, second), (second, first)):
        house.blobs.delete(name)
        house.blobs.put(bucket.upload(name, contents[other]))
    assert len(house.problems()) == 2


def test_the_sweep_takes_orphans_alone_and_only_old_ones(house):
    made = house.do(house.document(LONG))
    house.do(house.document(OTHER, id=made.row.id), Method.UPDATE, made.row.id)
    named = house.kept()
    store, owner, type_, id_, _, _ = named[0].split("_")
    orphaned = [
        f"{store}_{owner}_{type_}_{id_}_1_00",  # its version names another
        f"{store}_{owner}_{type_}_{id_}_9_00",  # its version never came to be
        f"{store}_{owner}_{type_}_nobody_1_00",
        f"{store}_999_{type_}_{id_}_1_00",
    ]
    foreign = [f"{'f' * 16}_{owner}_{type_}_nobody_1_00", f"{store}_of-somebody-else"]
    for name in [*orphaned, *foreign]:
        house.blobs.put(bucket.upload(name, b"x"))
    assert orphans.sweep(house.door.parts) == 0
    clock.shift(2 * clock.DAY)
    assert orphans.sweep(house.door.parts, lambda: True) == 0
    assert orphans.sweep(house.door.parts) == len(orphaned)
    clock.shift(0)
    assert house.kept() == sorted([*named, *foreign])
    assert texts(house.read(made.row)) == [OTHER]


def test_a_copy_that_is_put_back_takes_nothing_of_the_installation_that_it_came_from(house, tmp_path):
    """Both go on with the same keys, in the same bucket; what one does not know may be the other's."""
    saved = tmp_path / "saved"
    data.save(house.carefolio.database, saved, blobs=house.blobs)
    house.do(house.document(LONG))
    _, copy = data.prepare(saved, tmp_path / "rehearsal" / "carefolio.db", RESTORED, "operator")
    copying.place(copy, tmp_path / "rehearsal" / "carefolio.db")
    shutil.copytree(house.carefolio.settings.keys.parent, tmp_path / "rehearsal" / "keys")
    url = house.carefolio.settings.blobs_url or f"file://{house.carefolio.settings.blobs_folder}"
    environ = {"CAREFOLIO_BLOBS_URL": url}
    with closing(open_carefolio(read_settings(tmp_path / "rehearsal", environ=environ))) as rehearsal:
        assert rehearsal.door.parts.mark != house.door.parts.mark
        left = bucket.upload(f"{rehearsal.door.parts.mark}_7_Binary_b_1_00", b"left")
        rehearsal.blobs.put(left)
        clock.shift(2 * clock.DAY)
        assert orphans.sweep(rehearsal.door.parts) == 1
        clock.shift(0)
    assert len(house.kept()) == 1
    assert house.problems() == []


def test_the_mark_stays_from_start_to_start(tmp_path):
    settings = read_settings(tmp_path, environ={})
    marks = set()
    for _ in range(2):
        with closing(open_carefolio(settings, create=True)) as carefolio:
            marks.add(carefolio.door.parts.mark)
    assert len(marks) == 1


def test_what_cannot_be_opened_keeps_its_attachments(house):
    made = house.do(house.document(LONG))
    house.carefolio.database.write_now(
        lambda tx: tx.execute("UPDATE record SET body = zeroblob(40) WHERE id = ?", (made.row.id,)).rowcount
    )
    clock.shift(2 * clock.DAY)
    assert orphans.sweep(house.door.parts) == 0
    assert len(house.kept()) == 1
    assert [problem for problem in house.problems() if "attachment" in problem] == []


def test_a_key_that_was_destroyed_is_no_reason_to_sweep(house, monkeypatch):
    house.do(house.document(LONG))

    def gone(owner):
        raise KeyError(owner)

    clock.shift(2 * clock.DAY)
    with monkeypatch.context() as patched:
        patched.setattr(house.carefolio.keyring, "of", gone)
        assert orphans.sweep(house.door.parts) == 0
    assert len(house.kept()) == 1


def test_what_was_erased_with_its_key_is_not_compared(house):
    made = house.do(house.document(LONG))
    for name in house.kept():
        house.blobs.delete(name)

    class Destroyed:
        def of(self, owner):
            raise KeyError(owner)

    row = records.current(house.carefolio.database, made.row.type, made.row.id)
    for keyring, found in ((house.carefolio.keyring, 1), (Destroyed(), 0)):
        report = Report(1, b"", Findings(), [], [])
        Attachments(keyring, house.blobs, report).verify(row, 1)
        assert len(report.problems) == found


def test_a_directory_entry_with_a_long_photo_can_be_revised(house):
    photo = [{"data": LONG}]
    made = house.do({"resourceType": "Practitioner", "photo": photo})
    founding = Founding(house.door.parts, house.door.scribe)
    founding.revise(made.row.reference, lambda stands: stands | {"gender": "female"})
    founding.add(founding.shelf("Organization/new"), {"resourceType": "Practitioner", "photo": photo}, "another")
    house.carefolio.database.write_now(founding.put)
    for id_ in (made.row.id, "another"):
        found = asyncio.run(house.door.read(house.tokens["Ada"], "request", "Practitioner", id_))
        assert parse(found.body)["photo"] == photo
    assert len(house.kept()) == 3
    assert house.problems() == []


def test_a_store_that_is_away_stores_nothing_and_shows_nothing(house, tmp_path):
    made = house.do(house.document(LONG))
    before = house.carefolio.database.one("SELECT count(*), (SELECT count(*) FROM entry) FROM record")
    with bucket.away(house.blobs):
        refusal = house.refused(lambda: house.do(house.document(OTHER)))
        assert (refusal.category, bool(refusal.retry_after)) == (Category.UNAVAILABLE, True)
        reading = house.refused(lambda: house.read(made.row))
        assert reading.category is Category.UNAVAILABLE
        assert house.do(house.document("QUJD")).created
        assert house.refused(lambda: house.problems()).category is Category.UNAVAILABLE
    after = house.carefolio.database.one("SELECT count(*), (SELECT count(*) FROM entry) FROM record")
    assert after == (before[0] + 1, before[1] + 1), "one short document and its entry, nothing else"
    assert texts(house.read(made.row)) == [LONG]
    assert house.problems() == []


class Silent:
    """A store that answers nothing until the test ends."""

    def __init__(self):
        self.ended = threading.Event()

    def put(self, upload):
        self.ended.wait(20)

    def get(self, name):
        self.ended.wait(20)
        yield b""


def test_a_store_that_is_silent_keeps_nobody_else_waiting(house):
    made = house.do(house.document(LONG))
    contract = consent(house.ada, house.charlie, status="active") | {"sourceAttachment": {"data": LONG}}
    contract = parse(house.do(contract, name="Ada").body)
    plain = parse(house.do(consent(house.ada, house.charlie, status="active"), name="Ada").body)
    silent = Silent()
    door = Door(replace(house.door.parts, blobs=silent, beside=Beside(0.1)))
    caller, patient = house.caller("Ada"), house.ada.partition("/")[2]
    update = Change(Method.UPDATE, "Consent", contract["id"], contract | {"status": "inactive"})

    async def story():
        reads = [door.read(house.tokens["Ada"], "request", made.row.type, made.row.id) for _ in range(20)]
        asked = [
            *reads,
            door.everything(caller, patient, 50, 0),
            door.write(house.caller(), [Change(Method.CREATE, "DocumentReference", "", house.document(OTHER))]),
            door.write(caller, [update]),
        ]
        told = asyncio.ensure_future(asyncio.gather(*asked, return_exceptions=True))
        pairs = [("patient", house.ada), ("_summary", "count")]
        _, beside = await door.search(caller, "DocumentReference", pairs, Handling())
        withdrawn = Change(Method.UPDATE, "Consent", plain["id"], plain | {"status": "inactive"})
        assert (await door.write(caller, [withdrawn]))[0].row.version == 2, "no attachment stands before a withdrawal"
        return await told, beside.total

    (*told, (ended,)), total = run(house.door.parts.database, asyncio.wait_for(story(), 20))
    silent.ended.set()
    assert [one.category for one in told] == [Category.UNAVAILABLE] * 22
    assert ended.row.version == 2, "nor does its own stand before one"
    assert total == 1
    assert texts(house.read(made.row)) == [LONG]
    assert len(house.kept()) == 2


def test_nothing_of_it_lies_anywhere_in_the_clear(house, tmp_path):
    word = "U0VDUkVUV09SRA=="[:12]
    house.do(house.document(word * 10_000))
    for one in house.blobs.list():
        assert word.encode() not in b"".join(house.blobs.get(one.name))
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or word.encode() not in path.read_bytes(), path


def test_serialised_again_it_is_the_same(house):
    made = house.do(house.document(LONG))
    assert serialise(house.read(made.row)) == made.body
