"""The database: connections, the one writer with group commit, transactions, migrations."""

from carefolio.base.database.sqlite import Database
from carefolio.base.database.transaction import Transaction

__all__ = ["Database", "Transaction"]
