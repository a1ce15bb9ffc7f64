"""Ids sort by time, tokens cannot be guessed, and codes survive being typed by people."""

import re
import time
from base64 import urlsafe_b64decode
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from carefolio.base.ids import (
    CODE_ALPHABET,
    derived_id,
    new_code,
    new_id,
    new_request_id,
    new_token,
    normal_code,
)

SIGNS = st.sampled_from(CODE_ALPHABET)
CODES = st.text(CODE_ALPHABET, min_size=9, max_size=9).map(
    lambda signs: next(code for check in CODE_ALPHABET if (code := normal_code(f"PAT{signs}{check}")))
)
FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


def body(code):
    return code.replace("-", "")[3:]


def with_sign(code, place, sign):
    """The code with another sign at this place of its ten."""
    signs = body(code)
    return code[:4] + signs[:place] + sign + signs[place + 1 :]


def test_an_id_is_a_uuid_of_version_7_with_the_present_in_it():
    before = time.time_ns() // 1_000_000
    made = [UUID(new_id()) for _ in range(500)]
    after = time.time_ns() // 1_000_000
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}
    assert all(before <= one.int >> 80 <= after for one in made)
    assert len(set(made)) == len(made)


def test_later_ids_sort_later():
    first = new_id()
    millisecond = first[:13]
    while (second := new_id())[:13] == millisecond:
        pass
    assert first < second


@given(st.binary(min_size=16, max_size=32))
def test_a_derived_id_is_the_same_for_the_same_digest(digest):
    id_ = derived_id(digest)
    assert id_ == derived_id(digest) == derived_id(digest[:16])
    assert (UUID(id_).version, UUID(id_).variant) == (8, "specified in RFC 4122")
    assert FHIR_ID.fullmatch(id_)


@given(st.binary(min_size=16, max_size=16), st.integers(0, 127))
def test_a_derived_id_hangs_on_every_bit_but_the_six_that_rfc_9562_fixes(digest, bit):
    fixed = {76, 77, 78, 79, 62, 63}
    other = (int.from_bytes(digest, "big") ^ (1 << bit)).to_bytes(16, "big")
    assert (derived_id(digest) == derived_id(other)) == (bit in fixed)


def test_a_token_has_256_random_bits():
    tokens = [new_token() for _ in range(200)]
    assert {len(urlsafe_b64decode(token + "=")) for token in tokens} == {32}
    assert len(set(tokens)) == len(tokens)


def test_a_token_is_no_option_of_a_command():
    assert not [one for one in (new_token() for _ in range(2_000)) if one.startswith("-")]


def test_request_ids_are_unique_and_say_nothing():
    made = [new_request_id() for _ in range(1_000)]
    assert len(set(made)) == len(made)
    assert all(re.fullmatch(r"[0-9a-f]{12}-[0-9a-f]+", one) for one in made)


@pytest.mark.parametrize("prefix", ["PAT", "DOC"])
def test_a_code_can_be_read_out_over_the_telephone(prefix):
    for code in {new_code(prefix) for _ in range(200)}:
        assert re.fullmatch(rf"{prefix}-[2-9A-HJ-NP-Z]{{5}}-[2-9A-HJ-NP-Z]{{5}}", code)
        assert normal_code(code) == code


@given(CODES, st.text(" -.\t", max_size=3), st.booleans())
def test_a_code_is_known_however_it_was_typed(code, between, small):
    typed = between.join(code.lower() if small else code)
    assert normal_code(f"{between}{typed}{between}") == code


@given(CODES, st.integers(0, 9), SIGNS)
def test_every_single_wrong_sign_is_found(code, place, sign):
    assume(body(code)[place] != sign)
    assert normal_code(with_sign(code, place, sign)) is None


@given(CODES, st.integers(0, 8))
def test_swapped_neighbours_are_found_but_for_the_pair_that_luhn_misses(code, place):
    first, second = body(code)[place : place + 2]
    swapped = with_sign(with_sign(code, place, second), place + 1, first)
    missed = first == second or {first, second} == {CODE_ALPHABET[0], CODE_ALPHABET[-1]}
    assert (normal_code(swapped) is not None) == missed


@given(CODES, st.integers(0, 9))
def test_a_code_that_lacks_a_sign_or_has_one_more_is_none(code, place):
    signs = body(code)
    assert normal_code(code[:4] + signs[:place] + signs[place + 1 :]) is None
    assert normal_code(code + "2") is None


@given(st.text(max_size=20))
def test_what_is_no_code_is_none_or_written_as_one(text):
    found = normal_code(text)
    assert found is None or normal_code(found) == found


@pytest.mark.parametrize(
    "text", ["", "PAT", "PAT-", "P123456", "ABC-22222-22222", "PAT-0O1I0-O1I0O", "PAT-ß2222-22222"]
)
def test_other_names_are_not_taken_for_codes(text):
    assert normal_code(text) is None
