"""PostgreSQL: connections held by event loops, transactions beside each other, one sequencer for the ledger."""

from carefolio.base.database.postgres.database import PostgresDatabase, holds_tables

__all__ = ["PostgresDatabase", "holds_tables"]
