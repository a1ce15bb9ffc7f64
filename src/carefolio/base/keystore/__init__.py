"""Where wrapped keys are kept, apart from the data: a file, or a PostgreSQL database of their own."""

from carefolio.base.keystore.port import KeyStore, Remembered, Unreadable
from carefolio.base.keystore.sqlite import KeyFile

__all__ = ["KeyFile", "KeyStore", "Remembered", "Unreadable"]
