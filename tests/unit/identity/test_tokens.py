"""Tokens: unguessable, stored as a hash, and without force from the request after they end."""

import dataclasses

import pytest

from carefolio.base import clock
from carefolio.base.failures import Category, Failure
from carefolio.consent.principal import Role
from carefolio.identity import tokens
from carefolio.identity.accounts import NewAccount
from carefolio.identity.tokens import NEVER, Tokens, token_hash
from tests.stores import bytes_of


@pytest.fixture
def doctor(add):
    new = NewAccount("ben@example.org", "doctor", "Ben", person="Practitioner/ben", verified=True, shelf=6, hospital=5)
    return add(new)


@pytest.fixture
def known(database, accounts):
    return Tokens(database, accounts)


@pytest.fixture
def issue(database):
    def issue_one(account, *, minutes=60, **more):
        return database.write_now(lambda tx: tokens.issue(tx, account, tx.now + minutes * clock.MINUTE, **more))

    return issue_one


@pytest.fixture
def later():
    yield clock.shift
    clock.shift(0)


def ask(database, known, token):
    """Who is calling, as the door asks; None when they are turned away."""
    try:
        return known.principal(token, database.epoch())
    except Failure as failure:
        assert failure.category is Category.UNAUTHENTICATED
        assert failure.sentence.endswith(".")
        return None


def test_a_token_is_the_person_behind_it(database, known, issue, doctor):
    token = issue(doctor, scope="user/*.rs", operator=True)
    principal = ask(database, known, token)
    assert (principal.account, principal.role, principal.person) == (doctor, Role.DOCTOR, "Practitioner/ben")
    assert (principal.shelf, principal.hospital, principal.chart, principal.verified) == (6, 5, 0, True)
    assert principal.operator
    assert principal.token == token_hash(token)
    assert [scope.type for scope in principal.scopes] == ["*"]
    assert ask(database, known, token) is principal


def test_without_a_scope_a_token_is_all_of_the_persons_rights(database, known, issue, doctor):
    assert ask(database, known, issue(doctor)).scopes is None


def test_a_scope_that_nobody_understands_leaves_no_rights(database, known, issue, doctor):
    assert ask(database, known, issue(doctor, scope="openid nonsense")).scopes == ()


def test_the_token_itself_is_stored_nowhere(database, issue, doctor, tmp_path):
    token = issue(doctor)
    assert database.read("SELECT hash FROM token") == [(token_hash(token),)]
    assert token.encode() not in bytes_of(tmp_path)


@pytest.mark.parametrize("token", ["", "unknown", "\N{SNOWMAN}", "x" * 10_000])
def test_a_token_that_was_never_issued_is_turned_away(database, known, doctor, token):
    assert ask(database, known, token) is None


def test_an_expired_token_is_turned_away_cached_or_not(database, known, issue, doctor, later):
    token = issue(doctor, minutes=60)
    later(59 * clock.MINUTE)
    assert ask(database, known, token) is not None
    later(60 * clock.MINUTE + 1)
    assert ask(database, known, token) is None
    assert ask(database, Tokens(database, known._accounts), token) is None


def test_a_token_without_an_end_holds_for_ever(database, known, doctor, later):
    token = database.write_now(lambda tx: tokens.issue(tx, doctor, NEVER))
    later(1_000 * 365 * clock.DAY)
    assert ask(database, known, token) is not None


def test_a_revoked_token_is_turned_away_by_everybody_at_once(database, known, accounts, issue, doctor):
    another = Tokens(database, accounts)
    token, kept = issue(doctor), issue(doctor)
    assert ask(database, known, token) and ask(database, another, token)
    database.write_now(lambda tx: tokens.revoke(tx, token))
    assert ask(database, known, token) is ask(database, another, token) is None
    assert ask(database, known, kept) is not None


def test_all_tokens_of_an_account_end_together_and_are_counted(database, known, issue, doctor, add):
    other = add(NewAccount("eve@example.org", "doctor", "Eve", person="Practitioner/eve"))
    mine, expired, theirs = [issue(doctor), issue(doctor)], issue(doctor, minutes=-1), issue(other)
    assert database.write_now(lambda tx: tokens.revoke_all(tx, doctor)) == 2
    assert [ask(database, known, token) for token in (*mine, expired)] == [None] * 3
    assert ask(database, known, theirs) is not None
    assert database.write_now(lambda tx: tokens.revoke_all(tx, doctor)) == 0


def test_all_tokens_of_everybody_end_together_and_are_counted(database, known, issue, doctor, add):
    north = add(NewAccount(None, "hospital", "North", organization="Organization/north", verified=True, shelf=8))
    held = [issue(doctor), issue(north)]
    assert all(ask(database, known, token) for token in held)
    issue(doctor, minutes=-1)
    assert database.write_now(tokens.revoke_everybodys) == 2
    assert [ask(database, known, token) for token in held] == [None, None]
    assert ask(database, known, issue(north)) is not None


def test_a_suspended_account_is_turned_away_and_let_in_again(database, known, accounts, issue, doctor):
    token = issue(doctor)
    assert ask(database, known, token)
    database.write_now(lambda tx: accounts.change(tx, doctor, suspended=True))
    assert ask(database, known, token) is None
    database.write_now(lambda tx: accounts.change(tx, doctor, suspended=False))
    assert ask(database, known, token)


def test_who_was_loaded_before_a_suspension_is_not_remembered_after_it(database, known, accounts, issue, doctor):
    """Pages and programs ask on threads of their own: one may load while another has seen the epoch move."""
    token, began = issue(doctor), database.epoch()
    load = accounts.of_number

    def meanwhile(reader, number):
        found = load(reader, number)
        accounts.of_number = load
        database.write_now(lambda tx: accounts.change(tx, doctor, suspended=True))
        assert ask(database, known, "another") is None
        return found

    accounts.of_number = meanwhile
    assert not known.principal(token, began).operator
    assert ask(database, known, token) is None


def test_a_verification_counts_from_the_next_request_on(database, known, accounts, issue, doctor):
    token = issue(doctor)
    before = ask(database, known, token)
    database.write_now(lambda tx: accounts.change(tx, doctor, verified=False))
    after = ask(database, known, token)
    assert (before.verified, after.verified) == (True, False)
    assert after.version == before.version + 1


def test_memory_holds_so_many_tokens_and_no_more(database, known, issue, doctor, monkeypatch):
    monkeypatch.setattr(tokens, "CACHED", 3)
    issued = [issue(doctor) for _ in range(5)]
    assert all(ask(database, known, token) for token in issued)
    assert len(known._cache) == 2


def test_tokens_of_one_account_are_one_client_for_as_long_as_they_hold(database, known, issue, doctor, later):
    lasting, revoked, brief = issue(doctor), issue(doctor), issue(doctor, minutes=1)
    assert known.holder_lately(lasting) == ""
    for token in (lasting, revoked, brief):
        assert ask(database, known, token)
    assert len({known.holder_lately(token) for token in (lasting, revoked, brief)}) == 1
    assert known.holder_lately("made-up") == ""
    database.write_now(lambda tx: tokens.revoke(tx, revoked))
    later(2 * clock.MINUTE)
    assert ask(database, known, revoked) is ask(database, known, brief) is None
    assert [bool(known.holder_lately(token)) for token in (lasting, revoked, brief)] == [True, False, False]


def test_the_holder_of_a_token_is_told_until_it_is_revoked(database, issue, doctor):
    token = issue(doctor)
    assert database.write_now(lambda tx: tokens.holder(tx, token)) == doctor
    database.write_now(lambda tx: tokens.revoke(tx, token))
    assert database.write_now(lambda tx: tokens.holder(tx, token)) is None
    assert database.write_now(lambda tx: tokens.holder(tx, "unknown")) is None


class TestStillHolds:
    """What the writer looks at once more, inside the transaction in which something is disclosed."""

    @pytest.fixture
    def holds(self, database):
        return lambda principal: database.write_now(lambda tx: tokens.still_holds(tx, principal))

    @pytest.fixture
    def caller(self, database, known, issue, doctor):
        return ask(database, known, issue(doctor))

    def test_nothing_has_moved(self, holds, caller):
        assert holds(caller)

    def test_the_token_was_revoked(self, database, holds, caller, doctor):
        database.write_now(lambda tx: tokens.revoke_all(tx, doctor))
        assert not holds(caller)

    @pytest.mark.parametrize("change", [{"suspended": True}, {"verified": False}, {}])
    def test_the_account_was_changed(self, database, accounts, holds, caller, doctor, change):
        database.write_now(lambda tx: accounts.change(tx, doctor, **change))
        assert not holds(caller)

    def test_the_token_has_expired(self, holds, caller, later):
        later(61 * clock.MINUTE)
        assert not holds(caller)

    def test_it_is_another_token_or_another_account(self, holds, caller):
        assert not holds(dataclasses.replace(caller, token=token_hash("another")))
        assert not holds(dataclasses.replace(caller, account=caller.account + 1))
