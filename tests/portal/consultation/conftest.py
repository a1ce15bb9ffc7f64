"""Ada and Ben at a visit, each in a browser of their own."""

import pytest

from tests.portal.browser import Browser
from tests.portal.consultation.meeting import meet


@pytest.fixture(scope="module")
def zoe(site):
    return site.doctor("Dr Zoe Wirth")


@pytest.fixture
def visit(site, ada, ben):
    return meet(site, ada.actor, ben)


@pytest.fixture
def hers(site, ada):
    with Browser(site).enter(ada) as browser:
        yield browser


@pytest.fixture
def his(site, ben):
    with Browser(site).enter(ben) as browser:
        yield browser
