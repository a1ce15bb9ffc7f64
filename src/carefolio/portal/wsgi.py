"""The portal as a WSGI application; the only module of it that assembly knows."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Callable, Iterable
from importlib import import_module
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings as django_settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connections

from carefolio.base.keys import PLATFORM, Keyring
from carefolio.base.settings import Settings
from carefolio.portal import settings as portal_settings
from carefolio.portal.accounts.database import counts_of, one_migration, sign_in_database
from carefolio.portal.quiet import hush
from carefolio.portal.reach import KEY, Reach
from carefolio.records.door import Door

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_SECRET = b"portal/secret"

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def configure(settings: Settings, keyring: Keyring) -> None:
    """Give Django its settings and bring its own tables up to date. Once a process: Django has one
    set of settings, and a second installation in the same process is refused.
    """
    database = sign_in_database(settings)
    if django_settings.configured:
        if django_settings.DATABASES["default"]["NAME"] != database["NAME"]:
            raise RuntimeError("One process serves one installation's pages.")
        return
    address = urlsplit(settings.public_url)
    secure = address.scheme == "https"
    fixed = {name: getattr(portal_settings, name) for name in dir(portal_settings) if name.isupper()}
    host = "__Host-" if secure else ""
    own = {
        "SECRET_KEY": b64encode(keyring.of(PLATFORM).salt(_SECRET)).decode(),
        "DATABASES": {"default": database},
        "CACHES": {"default": counts_of(settings)},
        "CAREFOLIO_COPIES_SESSIONS": bool(settings.redis_url),
        "ALLOWED_HOSTS": [address.hostname or "", *_LOOPBACK],
        "CSRF_TRUSTED_ORIGINS": [settings.public_url],
        "SESSION_COOKIE_SECURE": secure,
        "CSRF_COOKIE_SECURE": secure,
        "SESSION_COOKIE_NAME": host + portal_settings.SESSION_COOKIE_NAME,
        "CSRF_COOKIE_NAME": host + portal_settings.CSRF_COOKIE_NAME,
        "ACCOUNT_DEFAULT_HTTP_PROTOCOL": address.scheme,
    }
    django_settings.configure(**(fixed | own))
    django.setup()
    hush()
    with one_migration(settings):
        call_command("migrate", interactive=False, verbosity=0)
    connections.close_all()


def portal(settings: Settings, door: Door, loop: asyncio.AbstractEventLoop, *, demo: bool = False) -> Wsgi:
    """The application, with the reach put beside each request. What a crash left of sign-ups is finished first."""
    configure(settings, door.keyring)
    _loaded("carefolio.portal.accounts.signing_up").finish(door)
    _loaded("carefolio.portal.drafts.keep").sweep()
    _loaded("carefolio.portal.accounts.sessions").SessionStore.clear_expired()
    reach = Reach(settings, door, loop, demo=demo)
    _loaded(portal_settings.ROOT_URLCONF)  # a page that cannot be loaded is told of now, not to its first visitor
    application = get_wsgi_application()

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ[KEY] = reach
        return application(environ, start_response)

    return answer


def console(settings: Settings, keyring: Keyring) -> ModuleType:
    """The operator's way to sign-ins: ``carefolio.portal.accounts.console``."""
    configure(settings, keyring)
    return _loaded("carefolio.portal.accounts.console")


def move_sign_ins(settings: Settings, keyring: Keyring, target: Settings) -> int:
    """Carry people's sign-ins into the store of ``target``; how many rows that were."""
    configure(settings, keyring)
    moved: int = _loaded("carefolio.portal.accounts.moving").move_sign_ins(target)
    return moved


def _loaded(name: str) -> ModuleType:
    """Modules with models can be imported only after ``configure``: that is Django's order of things."""
    return import_module(name)
