"""Tokens and addresses as requests bring them."""

import pytest

from carefolio.base.callers import address, bearer


@pytest.mark.parametrize("written", ["Bearer t", "bearer t", "BEARER   t", "Bearer t ", "Bearer \tt"])
def test_a_token_is_the_same_however_it_is_written(written):
    assert bearer(written) == "t"


@pytest.mark.parametrize("written", ["", "t", "Bearer", "Bearer ", "Basic t", "Bearert"])
def test_what_is_no_token(written):
    assert bearer(written) == ""


@pytest.mark.parametrize("port", ["", ":1", ":50001"])
def test_an_address_is_the_same_whatever_its_port(port):
    assert str(address(f" 198.51.100.1{port} ")) == "198.51.100.1"
    assert str(address(f"[2001:DB8::1]{port}")) == "2001:db8::1"


@pytest.mark.parametrize("text", ["", "unknown", "un:known", "[", "1.2.3", "_hidden:1", "::1:2:x"])
def test_what_is_no_address(text):
    assert address(text) is None
