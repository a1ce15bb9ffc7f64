"""Who is told what happened: the story of a contract over HTTP, emergencies, first reads, and time that passes."""

import asyncio

import pytest

from carefolio.base import clock
from carefolio.records.expiry import OWED
from carefolio.records.timeline import Wanted
from carefolio.search.timeline import Slice
from carefolio.workflows.registration.rules import PersonRole
from tests.acceptance.cast import name
from tests.acceptance.resources import consent, emergency, kinds, observation
from tests.stores import ON_POSTGRES

WARNED_BEFORE = 3 * clock.DAY


@pytest.fixture
def parts(cast):
    return cast.door.parts


@pytest.fixture
def told(parts):
    """The kinds of notices that somebody got since this was asked last, oldest first; with ``whole`` the notices."""
    known = {}

    def ask(actor, *, whole=False):
        number = parts.accounts.of_email(parts.database, actor.email).number
        found = parts.notifier.notices.of_account(parts.database, number, count=500)
        fresh = [one for one in reversed(found) if one.number > known.get(number, 0)]
        known[number] = max((one.number for one in found), default=0)
        return fresh if whole else [one.kind.value for one in fresh]

    return ask


@pytest.fixture
def mailed(parts):
    """The e-mails that wait for somebody, as (subject, text)."""

    def ask(actor):
        parts.database.write_now(lambda tx: tx.execute("UPDATE mail SET leased = 0").rowcount)
        found = []
        while mail := parts.database.write_now(parts.notifier.mails.take):
            found.append(mail)
        return [(mail.subject, mail.text) for mail in found if mail.to == actor.email]

    return ask


@pytest.fixture
def bea(cast):
    """Another doctor."""
    return cast.doctor(called="Bea Lind")


@pytest.fixture
def asked(ada, ben):
    return ben.send(consent(ada.person, ben.person))


@pytest.fixture
def run(cast):
    """Look for contracts that end by themselves."""
    return cast.door.expiry.run


def test_a_request_is_told_to_the_patient_and_the_answer_to_the_doctor(ada, ben, bea, charlie, asked, told):
    (notice,) = told(ada, whole=True)
    assert notice.kind == "request"
    assert notice.about == {
        "consent": name(asked)[1:],
        "patient": {"reference": ada.person, "name": "Ada Quinn"},
        "doctor": {"reference": ben.person, "name": "Ben Osei"},
    }
    assert told(ben) == []
    granted = ada.change(asked, status="active")
    assert told(ben) == ["granted"]
    narrowed = ada.change(granted, provision=consent("", ben.person, klass=kinds("Condition"))["provision"])
    assert told(ben) == ["changed"]
    ada.change(narrowed)
    assert told(ben) == []
    ada.change(narrowed, status="inactive")
    (notice,) = told(ben, whole=True)
    assert (notice.kind, notice.about["patient"]["name"]) == ("withdrawn", "Ada Quinn")
    assert told(ada) == []
    assert told(bea) == told(charlie) == []


def test_a_refusal_tells_no_name_that_the_doctor_had_not(ada, ben, asked, told):
    ada.change(asked, status="rejected")
    (notice,) = told(ben, whole=True)
    assert notice.kind == "refused"
    assert notice.about == {"consent": name(asked)[1:], "patient": {"reference": ada.person}}


def test_a_refusal_names_the_patient_to_a_doctor_who_had_the_code(ada, ben, told):
    assert ben.get(f"/Patient?identifier={ada.code}").json()["entry"]
    ada.change(ben.send(consent(ada.person, ben.person)), status="rejected")
    assert told(ben, whole=True)[0].about["patient"]["name"] == "Ada Quinn"


def test_a_request_that_is_changed_or_taken_back_is_told_in_the_portal_alone(ada, ben, asked, told, mailed):
    assert [subject for subject, _ in mailed(ada)] == ["A doctor asks to see your health record"]
    changed = ben.change(asked, provision=consent("", ben.person, klass=kinds("Condition"))["provision"])
    ben.change(changed, status="inactive")
    assert told(ada) == ["request", "request-changed", "request-taken-back"]
    assert len(mailed(ada)) == 1
    other = ben.send(consent(ada.person, ben.person))
    assert ben.delete(name(other)).status_code in (200, 204)
    assert told(ada) == ["request", "request-taken-back"]
    assert told(ben) == []


def test_a_doctor_who_ends_it_is_told_of_to_the_patient(ada, ben, asked, told):
    granted = ada.change(asked, status="active")
    told(ada), told(ben)
    ben.change(granted, status="inactive")
    assert (told(ada), told(ben)) == (["ended"], [])


def test_every_doctor_whom_it_serves_is_told_and_none_whom_it_leaves_out(ada, ben, bea, asked, told):
    actors = [*asked["provision"]["actor"], *consent("", bea.person)["provision"]["actor"]]
    both = asked["provision"] | {"actor": actors}
    granted = ada.change(asked, status="active", provision=both)
    assert (told(ben), told(bea)) == (["granted"], ["granted"])
    without = ada.change(granted, provision=consent("", ben.person)["provision"])
    assert (told(ben), told(bea)) == (["changed"], ["withdrawn"])
    denied = {"type": "deny", "actor": consent("", bea.person)["provision"]["actor"]}
    ada.change(without, provision=without["provision"] | {"provision": [denied]})
    assert (told(ben), told(bea)) == (["changed"], [])


def test_an_answer_that_gives_the_asker_nothing_is_a_refusal(ada, ben, bea, asked, told):
    granted = ada.change(asked, status="active", provision=consent("", bea.person)["provision"])
    assert (told(ben), told(bea)) == (["refused"], ["granted"])
    bea.change(granted, status="inactive")
    assert (told(ben), told(bea)) == ([], [])


def test_a_contract_for_a_hospital_is_told_to_the_doctor_who_asked_for_it(cast, ada, hospital, told):
    dora, other = cast.doctor(hospital, called="Dora Weiss"), cast.doctor(hospital)
    asked = dora.send(consent(ada.person, hospital.organization))
    assert told(ada, whole=True)[0].about["doctor"]["organization"] == {
        "reference": hospital.organization,
        "name": "North Hospital",
    }
    ada.change(asked, status="active")
    assert (told(dora), told(other)) == (["granted"], [])


def test_what_has_no_force_and_what_only_denies_is_told_to_nobody(ada, ben, hospital, told):
    hospital.send(consent(ada.person, ben.person, status="active"))
    ada.send(consent(ada.person, ben.person, status="active") | {"provision": {"type": "deny"}})
    assert told(ada) == told(ben) == []


def test_a_contract_that_the_patient_makes_unasked_is_told_to_whom_it_serves(ada, ben, told):
    ada.send(consent(ada.person, ben.person, status="active"))
    assert (told(ada), told(ben)) == ([], ["granted"])


def test_an_emergency_is_told_to_the_patient_and_every_auditor(cast, ada, ben, charlie, told, mailed):
    auditors = [cast.other(PersonRole.AUDITOR) for _ in range(2)]
    assert ben.post(f"/{ada.person}/$break-glass", emergency("Kanarienvogel in the street")).status_code == 200
    (notice,) = told(ada, whole=True)
    assert notice.kind == "break-glass"
    assert notice.about["reason"]["text"] == "Kanarienvogel in the street"
    assert notice.about["doctor"]["name"] == "Ben Osei"
    assert notice.about["until"] > clock.now()
    for auditor in auditors:
        (notice,) = told(auditor, whole=True)
        assert notice.kind == "break-glass-review"
        assert notice.about["patient"] == {"reference": ada.person}
    assert told(ben) == told(charlie) == []
    ((subject, text),) = mailed(ada)
    assert "emergency" in subject
    assert not [word for word in ("Kanarienvogel", "Ben", "Ada") if word in subject + text]


def test_a_chart_that_only_a_hospital_keeps_has_nobody_to_tell(cast, ben, hospital):
    person = {"resourceType": "Patient", "name": [{"family": "Stone"}]}
    kept = f"Patient/{hospital.send(person)['id']}"
    assert ben.post("/Consent", consent(kept, ben.person)).status_code == 201
    assert ben.post(f"/{kept}/$break-glass", emergency()).status_code == 200


def test_a_timeline_is_a_read_too(cast, ada, ben, hospital, asked, told):
    hospital.send(observation(ada.person))
    ada.change(asked, status="active")
    told(ada)
    door = cast.door
    wanted = Wanted((Slice("Observation"),))
    for _ in range(2):
        page = asyncio.run(door.timeline(door.admit(ben.token, "request"), ada.person, wanted))
        assert len(page.found) == 1
    assert told(ada) == ["first-access"]


@pytest.mark.parametrize("way", ["read", "search", "everything"])
def test_the_first_read_under_a_contract_is_told_once(ada, ben, hospital, asked, told, way):
    record = hospital.send(observation(ada.person))
    path = {
        "read": name(record),
        "search": f"/Observation?patient={ada.person}",
        "everything": f"/{ada.person}/$everything",
    }[way]
    ada.change(asked, status="active")
    assert told(ada) == ["request"]
    for _ in range(3):
        assert ben.get(path).status_code == 200
    (notice,) = told(ada, whole=True)
    assert (notice.kind, notice.about["doctor"]["name"]) == ("first-access", "Ben Osei")
    assert ben.get(name(record)).status_code == 200
    assert told(ada) == []


def test_a_hospital_s_people_are_one_reader(cast, ada, hospital, told):
    record = hospital.send(observation(ada.person))
    dora, otto = cast.doctor(hospital), cast.doctor(hospital)
    ada.change(dora.send(consent(ada.person, hospital.organization)), status="active")
    told(ada)
    for reader in (dora, otto):
        assert reader.sees(record)
    assert told(ada) == ["first-access"]


def test_reading_without_a_contract_is_no_first_access(ada, ben, hospital, told):
    record = hospital.send(observation(ada.person))
    assert ada.sees(record)
    assert hospital.sees(record)
    assert not ben.sees(record)
    assert told(ada) == []


def ending(ben, ada, after, **more):
    """A contract that ends by itself so long from now."""
    asked = ben.send(consent(ada.person, ben.person, period={"end": clock.instant(clock.now() + after)}, **more))
    return ada.change(asked, status="active")


def test_both_sides_are_told_before_it_ends_and_when_it_has_ended_each_once(ada, ben, charlie, told, run, later):
    run()
    contract = ending(ben, ada, 10 * clock.DAY)
    told(ada), told(ben)
    run()
    later(7 * clock.DAY - clock.HOUR)
    run()
    assert told(ada) == told(ben) == []
    later(7 * clock.DAY + clock.HOUR)
    run(), run()
    (notice,) = told(ada, whole=True)
    assert (notice.kind, notice.about["consent"]) == ("expiring", name(contract)[1:])
    assert notice.about["doctor"]["name"] == "Ben Osei"
    assert told(ben) == ["expiring"]
    later(10 * clock.DAY + clock.MINUTE)
    run(), run()
    assert (told(ada), told(ben)) == (["expired"], ["expired"])
    assert told(charlie) == []


def test_the_ledger_says_once_that_it_ended(ada, ben, run, later):
    contract = ending(ben, ada, clock.HOUR)
    later(clock.HOUR + clock.MINUTE)
    run(), run()
    found = ada.get(f"/AuditEvent?patient={ada.person}").json()["entry"]
    events = [entry["resource"] for entry in found]
    expired = [event for event in events if {"contract-expired"} & {code["code"] for code in event["subtype"]}]
    assert len(expired) == 1
    assert expired[0]["entity"] == [{"what": {"reference": f"{name(contract)[1:]}/_history/2"}}]


def test_one_so_short_that_its_end_is_known_is_told_only_when_it_is_over(ada, ben, told, run, later):
    ending(ben, ada, 2 * clock.DAY)
    told(ada)
    run()
    later(clock.DAY)
    run()
    assert told(ada) == []
    later(2 * clock.DAY + clock.MINUTE)
    run()
    assert told(ada) == ["expired"]


def test_one_that_was_ended_or_goes_on_for_longer_does_not_end_by_itself(ada, ben, told, run, later):
    withdrawn, longer = ending(ben, ada, clock.HOUR), ending(ben, ada, clock.HOUR)
    ada.change(withdrawn, status="inactive")
    ada.change(longer, provision=consent("", ben.person)["provision"])
    told(ada), told(ben)
    later(clock.DAY)
    run()
    assert told(ada) == told(ben) == []


def test_one_that_changes_while_it_is_being_told_is_told_by_the_next_look(cast, ada, ben, told, later):
    contract = ending(ben, ada, clock.HOUR)
    later(clock.HOUR + clock.MINUTE)
    expiry = cast.door.expiry
    prepared = [expiry._prepared(due) for due in expiry._due()]
    longer = clock.instant(clock.now() + clock.HOUR)
    ada.change(contract, provision=contract["provision"] | {"period": {"end": longer}})
    told(ada)
    assert not any(cast.door.parts.database.write_now(work) for work in prepared)
    assert told(ada) == []


def test_contracts_that_are_older_than_the_notes_of_their_ends_are_found(ada, ben, parts, told, run, later):
    ending(ben, ada, clock.HOUR)
    told(ada)

    def forget(tx):
        tx.execute("DELETE FROM contract_end")
        return tx.execute("INSERT INTO installation VALUES (?, 'owed')", (OWED,)).rowcount

    assert parts.database.write_now(forget) == 1
    later(clock.HOUR + clock.MINUTE)
    run()
    assert told(ada) == ["expired"]


def test_what_is_told_is_told_with_what_happened_or_not_at_all(cast, ada, ben, asked, told):
    """A write that is refused leaves neither notice nor e-mail."""
    told(ada)
    before = cast.door.parts.database.one("SELECT count(*) FROM mail")
    assert ben.put(name(asked), asked | {"status": "active"}).status_code == 403
    assert ada.put(name(asked), asked | {"status": "active"}, If_Match='W/"9"').status_code == 412
    assert told(ada) == told(ben) == []
    assert cast.door.parts.database.one("SELECT count(*) FROM mail") == before


def test_neither_reasons_nor_names_nor_addresses_are_clear_in_what_is_kept_of_it(cast, parts):
    ada = cast.patient("Ada Kanarienvogel")
    ben = cast.doctor(called="Ben Kanarienvogel")
    assert ben.post(f"/{ada.person}/$break-glass", emergency("Kanarienvogel")).status_code == 200
    ada.change(ben.send(consent(ada.person, ben.person)), status="active")
    rows = parts.database.read("SELECT * FROM notice") + parts.database.read("SELECT * FROM mail")
    hidden = (b"kanarienvogel", ada.email.encode(), ada.person.encode(), b"ETREAT")
    for row in rows:
        for value in row:
            kept = value if isinstance(value, bytes) else str(value).encode()
            assert not [word for word in hidden if word.lower() in kept.lower()]
    files = [] if ON_POSTGRES else parts.database.path.parent.glob("carefolio.db*")
    for file in files:
        assert b"kanarienvogel" not in file.read_bytes().lower()
