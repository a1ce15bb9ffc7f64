"""Python runs this at its start where ``PYTHONPATH`` names this folder: ``make test`` counts which lines ran."""

import os

if "COUNTED" in os.environ:
    import counting

    counting.install()
