"""Who takes turns with whom: tokens that held, and addresses, as far as they can be believed."""

import pytest

from carefolio.edge.clients import People, Programs, address_of


def scope(*headers, client=("203.0.113.7", 4711)):
    return {"type": "http", "headers": [(b"host", b"x"), *headers], "client": client}


def forwarded(text):
    return (b"x-forwarded-for", text.encode())


@pytest.mark.parametrize(
    ("passed", "proxies", "address"),
    [
        ("198.51.100.1", 0, "203.0.113.7"),
        ("198.51.100.1", 1, "198.51.100.1"),
        ("198.51.100.9, 198.51.100.1", 1, "198.51.100.1"),
        ("198.51.100.9, 198.51.100.1", 2, "198.51.100.9"),
        ("198.51.100.1", 2, "203.0.113.7"),
        ("", 1, "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", 1, "2001:db8:1:2::"),
        ("::ffff:198.51.100.1", 1, "198.51.100.1"),
        ("un:known", 1, "un:known"),
        ("fe80::1%eth0", 1, "fe80::"),
        ("198.51.100.1:50001", 1, "198.51.100.1"),
        ("198.51.100.9:1, [2001:db8:1:2:3:4:5:6]:50001", 1, "2001:db8:1:2::"),
        ("[2001:db8:1:2:3:4:5:6]", 1, "2001:db8:1:2::"),
        ("[::ffff:198.51.100.1]:443", 1, "198.51.100.1"),
    ],
)
def test_the_address(passed, proxies, address):
    assert address_of(scope(forwarded(passed)), proxies) == address


def test_without_an_address_all_are_one():
    assert address_of(scope(client=None), 0) == ""


def test_an_account_whose_token_held_is_a_client_and_a_made_up_token_is_an_address():
    programs = Programs(lambda token: {"good": "account 7", "other": "account 7"}.get(token, ""), 0)
    for sent in (b"Bearer good", b"bearer good", b"BEARER   good", b"Bearer good ", b"Bearer other"):
        assert programs(scope((b"authorization", b"Bearer made-up"), (b"authorization", sent))) == "account 7"
    for sent in (b"Bearer made-up", b"Bearer ", b"", b"Basic good", b"Bearergood", b"good"):
        assert programs(scope((b"authorization", sent))) == "203.0.113.7"
    assert programs(scope()) == "203.0.113.7"


def test_browsers_are_told_apart_by_address():
    assert People(1)(scope(forwarded("198.51.100.1"), (b"authorization", b"Bearer good"))) == "198.51.100.1"
