"""How pages reach the platform's watch."""

from __future__ import annotations

from django.apps import apps
from django.http import HttpRequest

from carefolio.portal.oversight.apps import Oversight
from carefolio.portal.reach import reach_of
from carefolio.workflows.oversight.watch import Watch


def watch_of(request: HttpRequest) -> Watch:
    """The watch over this installation."""
    return _config().watch(reach_of(request))


def running_since() -> int:
    """When this process began to serve pages, in µs UTC."""
    return _config().started


def _config() -> Oversight:
    config = apps.get_app_config("oversight")
    assert isinstance(config, Oversight)  # noqa: S101 - it is this folder's own
    return config
