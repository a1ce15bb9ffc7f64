"""A sign-up that is killed at any statement leaves a whole person or none, and the ledger verifies."""

import shutil

import httpx
import pytest

from tests.portal.browser import Browser
from tests.portal.site import Site
from tests.portal.test_signing_up import confirm, sign_in, sign_up_patient

EMAIL = "wren@example.org"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """A new installation's data, to begin from, and the statements that a sign-up writes with."""
    site = Site(tmp_path_factory.mktemp("fresh") / "data", watched=True).start()
    site.arm(0)
    with Browser(site) as browser:
        sign_up_patient(browser, EMAIL)
        assert browser.page.h1 == "Check your e-mail"
    statements = site.ask("statements")
    site.stop()
    empty = Site(site.data.with_name("empty"), watched=True).start()
    empty.stop()
    return empty.data, statements


def killed_at(data, number, into):
    """Sign up, killed by that statement; the server is up again afterwards. Whether it was killed at all."""
    shutil.copytree(data, into)
    site = Site(into, watched=True).start()
    site.arm(number)
    with Browser(site) as browser:
        try:
            sign_up_patient(browser, EMAIL)
        except httpx.TransportError:
            site.ended(-9)
            site.start()
            return site, True
    if site.outlived():
        return site, False
    site.start()
    return site, True


def whole_or_gone(site):
    verified = site.console.told("ledger", "verify")
    assert verified["ok"]
    account = site.ask("standing", email=EMAIL)
    assert account in (
        {"account": True, "sign_in": True, "active": True},
        {"account": False, "sign_in": False, "active": False},
        {"account": False, "sign_in": True, "active": False},
    ), account
    with Browser(site) as browser:
        if account["account"]:
            sign_in(browser, EMAIL)
            assert browser.page.h1 == "Check your e-mail"
        else:
            site.ask("an_hour_passes", email=EMAIL)
            sign_up_patient(browser, EMAIL)
        confirm(browser, site, EMAIL)
        assert sign_in(browser, EMAIL).page.h1 == "Hello Wren Holloway"
    assert site.console.told("ledger", "verify")["ok"]


def judge(fresh, tmp_path, numbers):
    """Which of these statements were the last of a server."""
    data, _statements = fresh
    killing = []
    for number in numbers:
        site, killed = killed_at(data, number, tmp_path / str(number))
        killing += [number] * killed
        try:
            whole_or_gone(site)
        finally:
            site.stop()
    return killing


def test_a_sign_up_writes_in_the_order_that_is_promised(fresh):
    """First the sign-in, then the platform's own transaction, then both are joined."""
    _data, statements = fresh
    text = "\n".join(statements)
    sign_in_made = text.index('INSERT INTO "accounts_signin"')
    account_made = text.index("INSERT INTO account ")
    joined = text.index('UPDATE "accounts_signin"')
    assert sign_in_made < account_made < joined


def test_killed_between_the_three_steps(fresh, tmp_path):
    """Between the sign-in and the account; between the account and what joins them."""
    _data, statements = fresh
    first = next(number for number, sql in enumerate(statements, 1) if sql.startswith('INSERT INTO "accounts_signin"'))
    joined = next(number for number, sql in enumerate(statements, 1) if sql.startswith('UPDATE "accounts_signin"'))
    assert judge(fresh, tmp_path, [first + 1, joined]) == [first + 1, joined]


@pytest.mark.drill
def test_killed_at_every_statement(fresh, tmp_path):
    _data, statements = fresh
    killing = judge(fresh, tmp_path, range(1, len(statements) + 1))
    assert killing[: len(statements) // 2] == list(range(1, len(statements) // 2 + 1)), "the last may not be reached"
