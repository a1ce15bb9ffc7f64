"""What counts as the same name and as the same content."""

from carefolio.fhir.json import parse
from carefolio.records.importing.identity import Names


def names(house, hospital="Organization/a"):
    return Names(house.opened.keyring.blind, hospital)


def test_content_is_the_same_whatever_the_order_of_its_keys(house):
    one, other = b'{"a":1,"b":{"c":[1,2],"d":1.10}}', b'{"b":{"d":1.10,"c":[1,2]},"a":1}'
    assert names(house).content(parse(one)) == names(house).content(parse(other))


def test_every_digit_and_the_order_of_lists_count(house):
    texts = [b'{"a":1.1}', b'{"a":1.10}', b'{"a":1e2}', b'{"a":100}', b'{"a":[1,2]}', b'{"a":[2,1]}', b'{"a":"1.1"}']
    assert len({names(house).content(parse(text)) for text in texts}) == len(texts)


def test_the_sender_s_version_stamps_do_not_count(house):
    plain = {"id": "1", "meta": {"profile": ["x"]}}
    stamped = {"id": "1", "meta": {"profile": ["x"], "versionId": "7", "lastUpdated": "2024-05-01T10:00:00Z"}}
    assert names(house).content(plain) == names(house).content(stamped)
    assert "versionId" in stamped["meta"]
    assert names(house).content({"meta": "odd"}) != names(house).content({})


def test_names_of_two_hospitals_differ(house):
    assert names(house).of("Patient/1") != names(house, "Organization/b").of("Patient/1")
    assert names(house).of("Patient/1") == names(house).of("Patient/1")
