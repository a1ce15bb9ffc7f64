"""What Django would log itself: addresses and hosts as somebody typed them, failures with what these quote."""

from __future__ import annotations

import logging

from carefolio.base.logs import where

LOG = logging.getLogger("carefolio.portal")


class Quiet(logging.Handler):
    """In place of all handlers of Django's loggers: of a failure outside of any page it tells the kind and the lines.

    What a page fails with is told by ``middleware.Admitting``; refusals stand in the ledger.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Tell what may be told of it."""
        problem = record.exc_info[1] if record.exc_info else None
        if problem is not None and record.levelno >= logging.ERROR:
            LOG.error("a request failed outside of its page: %s", where(problem))


def hush() -> None:
    """From now on Django's loggers tell no more than that."""
    django = logging.getLogger("django")
    if not any(isinstance(handler, Quiet) for handler in django.handlers):
        django.addHandler(Quiet())
    django.propagate = False
