"""Django with the portal's settings, and without them again: other tests bring an installation of their own."""

import django
import pytest
from django.conf import empty, settings
from django.db import connections
from django.template import engines
from django.test import RequestFactory

from carefolio.portal import settings as portal_settings


@pytest.fixture(scope="module", autouse=True)
def configured():
    if settings.configured:
        yield
        return
    settings.configure(**{name: getattr(portal_settings, name) for name in dir(portal_settings) if name.isupper()})
    django.setup()
    yield
    settings._wrapped = empty
    vars(connections).pop("settings", None)


@pytest.fixture
def draw():
    """A template's text, drawn with what it is given."""
    return lambda text, **given: engines["django"].from_string("{% load look %}" + text).render(given)


@pytest.fixture
def ask():
    """A request as the server hands it to a view."""

    def make(path="/", data=None, **cookies):
        factory = RequestFactory(SERVER_NAME="localhost")
        factory.cookies.load(cookies)
        return factory.get(path) if data is None else factory.post(path, data)

    return make
