"""Full-text search of one chart: what the caller may see, newest first, in pages, each a disclosure."""

import asyncio

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.fhir.json import parse
from carefolio.ledger.entry import Kind
from carefolio.records import scan
from carefolio.records.timeline import Slice, Wanted
from carefolio.search.words import words_of
from tests.faults.cast import found, opened
from tests.unit.records.test_timeline import House

NOTES = ("Kidney stones", "Kidneys and heart", "Heart", "Nothing", "KIDNEY transplant")


def condition(patient, text, day, **more):
    made = {"resourceType": "Condition", "subject": {"reference": patient}, "code": {"text": text}}
    return made | {"recordedDate": day} | more


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    data = tmp_path_factory.mktemp("scan")
    cast = found(data, patients=2, doctors=2)
    with opened(data) as carefolio:
        made = House(carefolio, cast)
        made.write("Clinic", *(condition(made.ada, text, f"2026-05-0{day}") for day, text in enumerate(NOTES, 1)))
        made.write("Clinic", condition(made.anna, "Anna's kidneys", "2026-05-01"))
        yield made


def sighted(house, name, asked, patient="", **wanted):
    caller = house.caller(name)
    return asyncio.run(house.door.scan(caller, patient or house.ada, Wanted(**wanted), words_of(asked)))


def words_found(page):
    bodies = (parse(one.body) for one in page.found)
    return [one["code"]["text"] for one in bodies if one["resourceType"] == "Condition"]


def test_all_words_count_and_the_newest_come_first(house):
    assert words_found(sighted(house, "Ada", "kidney")) == ["KIDNEY transplant", "Kidneys and heart", "Kidney stones"]
    assert words_found(sighted(house, "Ada", "Heart kidney")) == ["Kidneys and heart"]
    assert words_found(sighted(house, "Ada", "lung")) == []
    page = sighted(house, "Ada", "!")
    assert (page.found, page.read) == ([], 0), "nothing to look for finds nothing"


def test_kinds_and_days_narrow_it(house):
    day = 86_400_000_000
    low = next(one.row.low for one in sighted(house, "Ada", "transplant").found)
    assert words_found(sighted(house, "Ada", "kidney", until=low - day)) == ["Kidneys and heart", "Kidney stones"]
    assert words_found(sighted(house, "Ada", "kidney", kinds=(Slice("Observation"),))) == []
    with pytest.raises(Failure) as refused:
        sighted(house, "Ada", "kidney", kinds=(Slice("Practitioner"),))
    assert refused.value.category is Category.MALFORMED


def test_pages_go_on_where_the_one_before_ended(house):
    first = sighted(house, "Ada", "kidney", count=2)
    assert first.next
    second = sighted(house, "Ada", "kidney", count=2, cursor=first.next)
    assert words_found(first) + words_found(second) == ["KIDNEY transplant", "Kidneys and heart", "Kidney stones"]
    assert second.next == ""
    with pytest.raises(Failure):
        sighted(house, "Clinic", "kidney", house.anna, cursor=first.next)


def test_a_large_chart_is_read_piece_by_piece(house, monkeypatch):
    everything = words_found(sighted(house, "Ada", "kidney"))
    monkeypatch.setattr(scan, "PLACES", 2)
    monkeypatch.setattr(scan, "PIECE", 1)
    assert words_found(sighted(house, "Ada", "kidney")) == everything
    monkeypatch.setattr(scan, "MOST_READ", 2)
    found_all, cursor = [], ""
    for _page in range(9):
        page = sighted(house, "Ada", "kidney", cursor=cursor)
        assert page.read <= 3
        found_all += words_found(page)
        cursor = page.next
        if not cursor:
            break
    assert found_all == everything


def test_who_may_see_less_finds_less(house):
    for name in ("Ben", "Bo"):
        with pytest.raises(Failure) as refused:
            sighted(house, name, "kidney")
        assert refused.value.category is Category.ABSENT
    with house.contracts({"data": [{"meaning": "instance", "reference": {"reference": reference(house)}}]}):
        assert words_found(sighted(house, "Ben", "kidney")) == ["KIDNEY transplant"]
        assert words_found(sighted(house, "Ben", "heart")) == []
    with pytest.raises(Failure):
        sighted(house, "Ada", "kidney", "Patient/nobody")


def reference(house):
    return sighted(house, "Ada", "transplant").found[0].row.reference


def test_who_is_addressed_and_finds_nothing_is_told_as_little_as_a_stranger(house):
    actors = [{"actor": {"reference": who}, "status": "accepted"} for who in (house.ada, house.cast.doctors[1].ref)]
    when = {"start": "2026-12-01T09:00:00Z", "end": "2026-12-01T09:30:00Z"}
    visit = {"resourceType": "Appointment", "status": "booked", "participant": actors, "comment": "Kidney check"}
    house.write("Clinic", visit | when)
    assert [one.row.type for one in sighted(house, "Bo", "kidney").found] == ["Appointment"]
    with pytest.raises(Failure) as refused:
        sighted(house, "Bo", "heart")
    assert refused.value.category is Category.ABSENT


def test_what_was_found_stands_in_the_ledger_and_the_words_do_not(house):
    before = len(house.entries())
    page = sighted(house, "Ada", "transplant")
    entry = house.entries()[before:][-1]
    assert entry.kind is Kind.DISCLOSED_SEARCH
    assert entry.content["interaction"] == "scan"
    assert entry.content["records"] == [f"{page.found[0].row.reference}/_history/1"]
    assert "transplant" not in str(entry.content)


def test_long_attachments_are_left_out(house):
    content = [{"attachment": {"contentType": "application/pdf", "data": "QUJD" * 40_000}}]
    made = {"resourceType": "DocumentReference", "status": "current", "subject": {"reference": house.ada}}
    house.write("Clinic", made | {"description": "Spleen letter", "content": content})
    (one,) = sighted(house, "Ada", "spleen").found
    assert len(one.body) < 2_000
    assert parse(one.body)["content"][0]["attachment"]["data"] == ""
