"""Whose address a request counts for."""

import pytest
from django.http import HttpRequest

from carefolio.base.settings import read_settings
from carefolio.portal.accounts.addresses import client_of
from carefolio.portal.reach import KEY, Reach
from tests.unit.portal.look.conftest import configured as configured

PROXY, VISITOR = "10.0.0.1", "203.0.113.7"


def asked(proxies, passed):
    settings = read_settings(environ={"CAREFOLIO_TRUSTED_PROXIES": str(proxies)})
    request = HttpRequest()
    request.META = {KEY: Reach(settings, door=None, loop=None), "REMOTE_ADDR": PROXY}
    if passed:
        request.META["HTTP_X_FORWARDED_FOR"] = passed
    return client_of(request)


@pytest.mark.parametrize(
    ("proxies", "passed", "client"),
    [
        (0, VISITOR, PROXY),
        (1, VISITOR, VISITOR),
        (1, f"198.51.100.1, {VISITOR}", VISITOR),
        (2, f"198.51.100.1, {VISITOR},10.0.0.2", VISITOR),
        (1, "2001:DB8::1", "2001:db8::1"),
        (1, f"{VISITOR}:50001", VISITOR),
        (1, "[2001:DB8::1]:50001", "2001:db8::1"),
        (1, "", PROXY),
        (2, VISITOR, PROXY),
        (1, "nobody", PROXY),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(proxies, passed, client):
    assert asked(proxies, passed) == client
