"""How whoever moves the money is asked: beside the event loop, on threads that nobody else needs, and not for long."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from carefolio.base.apart import Apart
from carefolio.workflows.payments.providers.port import Provider, Unheard
from carefolio.workflows.payments.rules import Answer, Way

THREADS = 4
"""So many are asked at once: they answer in a second, and people pay seldom."""
ANSWER_SECONDS = 10.0
"""So long whoever asks waits. Their call may go on a while longer: asked again, it does and says the same."""
GLANCE_SECONDS = 2.0
"""So long a page is kept waiting that only shows: it says what is known then, and the rest is asked every minute."""
UNHURRIED_SECONDS = 120.0
"""So long for whoever keeps nobody waiting: an old attempt is looked for among thousands."""
_SILENT = "The payment service does not answer just now. It may still be done: look at the bill in a minute."
_ASKING = Apart("payments", THREADS)
_GLANCING = Apart("payments-glances", THREADS)
"""Those who only look give up soon, and their calls go on: none of those who move money finds its thread held."""
_UNHURRIED = Apart("payments-unhurried", THREADS)
"""Looking for old attempts holds these threads, and none of those at which somebody waits."""


class Patience(Enum):
    """How long somebody waits for an answer."""

    GLANCE = auto()
    """They look at a page."""
    ACT = auto()
    """They pay, pay back or stop."""
    UNHURRIED = auto()
    """They keep nobody waiting."""


async def asked(provider: Provider, work: Callable[[], Answer], patience: Patience = Patience.ACT) -> Answer:
    """What the provider answers; the desk does at once. Raises UNAVAILABLE where that takes too long."""
    if provider.way is Way.OFFLINE:
        return work()
    try:
        if patience is Patience.UNHURRIED:
            return await _UNHURRIED.run(work, UNHURRIED_SECONDS)
        if patience is Patience.GLANCE:
            return await _GLANCING.run(work, GLANCE_SECONDS)
        return await _ASKING.run(work, ANSWER_SECONDS)
    except TimeoutError:
        raise Unheard(_SILENT) from None
