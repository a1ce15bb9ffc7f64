"""Tells Django what this folder is called, and keeps what the platform's watch knows between pages."""

from __future__ import annotations

import threading

from django.apps import AppConfig

from carefolio.base import clock
from carefolio.portal.reach import Reach
from carefolio.workflows.oversight.watch import Watch


class Oversight(AppConfig):
    """Admins' and auditors' pages. ``started``: when this process began to serve pages, in µs UTC."""

    name = "carefolio.portal.oversight"
    label = "oversight"
    started = 0

    def ready(self) -> None:
        """Note the moment."""
        self.started = clock.now()
        self._lock = threading.Lock()
        self._watch: tuple[Reach, Watch] | None = None

    def watch(self, reach: Reach) -> Watch:
        """The one watch of this process: it remembers the last verification, and lets one run at a time."""
        with self._lock:
            if self._watch is None or self._watch[0] is not reach:
                self._watch = (reach, Watch(reach.door, reach.settings))
            return self._watch[1]
