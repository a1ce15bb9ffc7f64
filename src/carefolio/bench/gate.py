"""The gate: today's ratios beside those that were kept, so that nothing becomes slower without being seen.

Ratios are kept, not times: another machine has other times, and mostly the same ratios. The conditions that each store
was measured under last stand beside them, for whoever wonders.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from carefolio.base.failures import broken
from carefolio.bench.figures import TOLERANCE, Figure, number
from carefolio.bench.wanted import POSTGRESQL

Ratios = dict[str, dict[str, float]]
_PLACES = 4


def ratios_of(figures: Sequence[Figure]) -> Ratios:
    """What is kept of a run, by store and figure: whatever has a floor."""
    found: Ratios = {}
    for figure in figures:
        if figure.floor is not None:
            found.setdefault(figure.store, {})[figure.name] = round(figure.judged, _PLACES)
    return found


def fallen(figures: Sequence[Figure], kept: Ratios) -> list[str]:
    """A sentence for each ratio that is worse than 0.8 of what was kept; a new one has nothing to fall from."""
    found = []
    for figure in figures:
        before = kept.get(figure.store, {}).get(figure.name)
        if figure.floor is None or before is None or figure.floor.holds(figure.judged, before, TOLERANCE):
            continue
        found.append(f"{figure.store}: {figure.name}: {number(figure.judged)}, and {number(before)} was kept.")
    return found


def read_ratios(path: Path) -> Ratios:
    """The kept ones; raises a Failure for a file that holds none."""
    try:
        ratios: Ratios = json.loads(path.read_text(encoding="utf-8"))["ratios"]
    except FileNotFoundError:
        raise broken(f"There are no kept ratios in {path}; --keep writes them.") from None
    except (ValueError, KeyError, TypeError):
        raise broken(f"{path} holds no ratios; --keep writes them anew.") from None
    return ratios


def keep_ratios(path: Path, figures: Sequence[Figure], conditions: dict[str, Any]) -> None:
    """Write this run's, and its conditions for the stores that were measured; what was not measured stays."""
    ratios = read_ratios(path) if path.exists() else {}
    known = json.loads(path.read_text(encoding="utf-8")).get("conditions", {}) if path.exists() else {}
    for store, measured in ratios_of(figures).items():
        ratios[store] = ratios.get(store, {}) | measured
        known[store] = {name: said for name, said in conditions.items() if store == POSTGRESQL or name != POSTGRESQL}
    path.write_text(json.dumps({"conditions": known, "ratios": ratios}, indent=1) + "\n", encoding="utf-8")
