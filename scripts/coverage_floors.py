"""Holds each folder of src/carefolio to its share of lines that tests must run.

Reads coverage.py's JSON report (its path is the only argument); exit 1 names the folders below their floor.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

FLOORS = {"consent": 100.0, "ledger": 100.0, "records": 100.0}
FLOOR_ELSEWHERE = 90.0
PACKAGE = "carefolio"
WHOLE = 100.0
SHOWN_FILES = 6


@dataclass
class Folder:
    """Lines of one folder: how many count, how many ran, and which ones did not."""

    statements: int = 0
    covered: int = 0
    missing: dict[str, list[int]] = field(default_factory=dict)

    @property
    def percent(self) -> float:
        """Share of lines that ran, 0 to 100; a folder without statements has nothing to miss."""
        return WHOLE * self.covered / self.statements if self.statements else WHOLE


def folders(report: Mapping[str, Any]) -> dict[str, Folder]:
    """Sum the report's files by the folder right under the package; its own modules count as one folder."""
    found: dict[str, Folder] = defaultdict(Folder)
    for path, file in report["files"].items():
        inside = PurePosixPath(path).parts
        inside = inside[inside.index(PACKAGE) + 1 :]
        folder = found[inside[0] if len(inside) > 1 else PACKAGE]
        folder.statements += file["summary"]["num_statements"]
        folder.covered += file["summary"]["covered_lines"]
        if file["missing_lines"]:
            folder.missing["/".join(inside)] = file["missing_lines"]
    return dict(found)


def below(found: Mapping[str, Folder]) -> dict[str, float]:
    """Name the folders under their floor, with the floor in percent."""
    floors = {name: FLOORS.get(name, FLOOR_ELSEWHERE) for name in found}
    return {name: floors[name] for name, folder in found.items() if folder.percent < floors[name]}


def main(path: str) -> int:
    """Print one line per folder, and for those that fall short the lines that no test ran."""
    found = folders(json.loads(Path(path).read_text(encoding="utf-8")))
    short = below(found)
    for name, folder in sorted(found.items()):
        floor = FLOORS.get(name, FLOOR_ELSEWHERE)
        print(f"{'BELOW' if name in short else 'ok':5} {name:10} {folder.percent:6.2f} % (floor {floor:.0f} %)")
        if name in short:
            worst = sorted(folder.missing.items(), key=lambda item: -len(item[1]))[:SHOWN_FILES]
            for file, lines in worst:
                print(f"        {file}: {', '.join(map(str, lines))}")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
