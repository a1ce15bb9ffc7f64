"""What is done for payments without anybody looking: attempts whose message was lost are finished."""

from __future__ import annotations

import logging
from collections.abc import Callable

from carefolio.base import clock
from carefolio.base.failures import Failure
from carefolio.base.logs import where
from carefolio.records.door import Door
from carefolio.workflows.payments import actions, shapes
from carefolio.workflows.payments.asking import Patience
from carefolio.workflows.payments.providers.port import Provider

LOG = logging.getLogger("carefolio.payments")
LOOKED_BACK = 365 * clock.DAY
"""Nobody else looks for an attempt whose answer was lost: it is not let go of as long as it may come."""


async def finish(door: Door, provider: Provider, ended: Callable[[], bool] = lambda: False) -> int:
    """Ask the provider about every attempt that is open, until it is ``ended``; how many were settled. Several
    processes may do it at once: each settles what it finds first, and finds the others' work done. One that cannot
    be settled keeps no other waiting.
    """
    settled = 0
    for name in door.behalf.pending("PaymentNotice", shapes.WAITING, clock.now() - LOOKED_BACK, shapes.waits):
        if ended():
            break
        try:
            bill = await actions.settle(door, provider, name, Patience.UNHURRIED)
        except Failure as problem:
            LOG.warning("a payment could not be finished: %s", where(problem))
            continue
        except Exception as problem:  # noqa: BLE001 - whatever is wrong with one, the others are finished
            LOG.error("a payment could not be finished: %s", where(problem))  # noqa: TRY400 - a traceback could hold what a provider quotes
            continue
        settled += bill.open != name
    return settled
