"""What every test starts from: no setting of the developer's own shell, and repeatable random samples."""

import os

from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")

# These two say where outside examples are; every other CAREFOLIO_* would change what is tested.
EXAMPLES = ("CAREFOLIO_EXTERNAL", "CAREFOLIO_EXAMPLES")

for name in [name for name in os.environ if name.startswith("CAREFOLIO_") and not name.startswith(EXAMPLES)]:
    del os.environ[name]
