"""Reminders whose time has come become notices and e-mails."""

from __future__ import annotations

from functools import partial

from carefolio.base.database import Transaction
from carefolio.notify.reminders import Due
from carefolio.records.parts import Parts


class Reminding:
    """Looks for what has become due since it last looked."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._reminders = parts.notifier.reminders

    def run(self) -> int:
        """Tell all that is due; how many that were. Several processes may run it at once."""
        told = 0
        while found := self._reminders.due(self._parts.database):
            told += sum(self._parts.database.write_now(partial(self._tell, due=one)) for one in found)
        return told

    def _tell(self, tx: Transaction, due: Due) -> bool:
        """One transaction: the reminder goes, the notice and the e-mail come. If we crash before its commit, the next
        run finds the reminder again; if after it, never more. Whoever is shut out is told nothing.
        """
        if not self._reminders.take(tx, due.number):
            return False
        account = self._parts.accounts.of_number(tx, due.notice.account)
        if account is not None and not account.suspended:
            self._parts.notifier.put(tx, due.notice, account.email)
        return True
