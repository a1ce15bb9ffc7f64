"""What is done for ratings without anybody looking: once a day the doctors' numbers are worked out anew.

They are counted, not added up: whatever became of a doctor's directory record, they are right again a day later.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from carefolio.base.failures import Category, Failure
from carefolio.base.logs import where
from carefolio.consent.principal import Role
from carefolio.records.carried import TALLY
from carefolio.records.changes import Change, Method
from carefolio.records.directory import post_of
from carefolio.records.door import Door
from carefolio.records.mandates import REVIEWING, Under
from carefolio.workflows.reviewing import rules

LOG = logging.getLogger("carefolio.ratings")


async def count(door: Door, ended: Callable[[], bool] = lambda: False) -> int:
    """Show each doctor's numbers as they are now where several ratings came in, until it is ``ended``; of how many.
    Several processes may do it at once: one is first, the others find it done. If we crash, the rest comes tomorrow.
    """
    shown = 0
    for account in door.parts.accounts.of_role(door.parts.database, Role.DOCTOR.value):
        if ended():
            break
        try:
            shown += await _show(door, account.person)
        except Failure as problem:
            if problem.category is not Category.STALE:
                LOG.warning("a doctor's ratings could not be counted: %s", where(problem))
        except Exception as problem:  # noqa: BLE001 - whatever is wrong with one, the others are counted
            LOG.error("a doctor's ratings could not be counted: %s", where(problem))  # noqa: TRY400 - a traceback could hold what a patient wrote
    return shown


async def _show(door: Door, doctor: str) -> bool:
    reference, post = post_of(door.parts, doctor, TALLY)
    said = door.behalf.addressed("QuestionnaireResponse", doctor, Role.PATIENT)
    numbers = rules.counted(rating for one in said if (rating := rules.rating_of(one)))
    if not reference or not rules.tally_of(post).gives_way_to(numbers):
        return False
    changed, version = rules.with_tally(post, numbers), int(post["meta"]["versionId"])
    change = Change(Method.UPDATE, "PractitionerRole", post["id"], changed, if_match=version)
    await door.write(door.behalf.of(REVIEWING, doctor), [change], under=Under(REVIEWING))
    return True
