"""Which provider the settings name."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from carefolio.base.failures import broken
from carefolio.base.settings import PREFIX, Settings
from carefolio.workflows.payments.providers.offline import Offline
from carefolio.workflows.payments.providers.port import Provider

_DESK = Offline()


def provider_of(settings: Settings) -> Provider:
    """Who moves money here: Stripe where there is a key for it, else the desk."""
    if settings.stripe_key_file is None:
        return _DESK
    return _stripe(settings.stripe_key_file, settings.stripe_webhook_file, settings.public_url, settings.stripe_api)


@lru_cache(maxsize=4)
def _stripe(key_file: Path, secret_file: Path | None, public_url: str, api: str) -> Provider:
    """Loaded where it is chosen: it takes long, and who has no key needs it not."""
    if find_spec("stripe") is None:
        raise broken(f"{PREFIX}STRIPE_KEY_FILE is set, and the extra 'stripe' is not installed.")
    if secret_file is None:
        raise broken(f"{PREFIX}STRIPE_KEY_FILE needs {PREFIX}STRIPE_WEBHOOK_SECRET_FILE beside it.")
    module = import_module("carefolio.workflows.payments.providers.stripe")
    made: Provider = module.of(_secret(key_file), _secret(secret_file), public_url, api)
    return made


def _secret(path: Path) -> str:
    try:
        text = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        text = ""
    if not text:
        raise broken(f"{path} holds no key of Stripe's.")
    return text
