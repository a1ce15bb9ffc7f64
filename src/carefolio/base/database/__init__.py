"""The database: what both stores can do, transactions, and the two stores with their migrations."""

from carefolio.base.database.hosting import hosted, run
from carefolio.base.database.port import Database, Gatherer, Reader, Row, Snapshot, Statement, Table, Taken, Transaction

__all__ = [
    "Database",
    "Gatherer",
    "Reader",
    "Row",
    "Snapshot",
    "Statement",
    "Table",
    "Taken",
    "Transaction",
    "hosted",
    "run",
]
