"""The parts that the rooms of this floor share, joined once in assembly."""

from __future__ import annotations

from dataclasses import dataclass, field

from carefolio.base.database import Database
from carefolio.base.keys import Keyring
from carefolio.blobs.beside import Beside
from carefolio.blobs.port import Blobs
from carefolio.identity.accounts import Accounts
from carefolio.identity.tokens import Tokens
from carefolio.ledger.log import Log
from carefolio.notify.notifier import Notifier
from carefolio.records.charts import Charts


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that the door needs; ``region`` is what this endpoint is called, ``base`` the address of its FHIR,
    ``mark`` what the names of its blobs begin with, ``beside`` the threads on which they are asked for.
    """

    database: Database
    keyring: Keyring
    blobs: Blobs
    log: Log
    accounts: Accounts
    tokens: Tokens
    charts: Charts
    notifier: Notifier
    region: str
    base: str
    mark: str
    beside: Beside = field(default_factory=Beside)
