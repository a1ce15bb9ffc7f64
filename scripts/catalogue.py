"""Gather every text that people read into catalogues, and make translations of them fit to be read.

    python scripts/catalogue.py            writes portal/locale/django.pot and notify/locale/notify.pot
    python scripts/catalogue.py --compile  makes a .mo of every locale/<language>/LC_MESSAGES/*.po there

The texts stand in the code where they are used, marked with gettext's functions and Django's tags; this is where all
of them stand together. The same texts always give the same bytes. Workflows know no gettext: whatever reads like a
sentence there is taken for one, and the page that passes it on looks for its translation. What is looked up in a table
is marked where the table stands; of tables that are read from rows, or are a workflow's, the words are taken as they
are once the table is made.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from carefolio.portal.words import typenames
from carefolio.portal.words.glossary import conditions, measures, medicines, procedures
from carefolio.workflows.charting import answers, forms, hints, ordering
from carefolio.workflows.sharing import categories

SOURCE = Path(__file__).parent.parent / "src" / "carefolio"
CATALOGUES = {SOURCE / "portal": "django.pot", SOURCE / "notify": "notify.pot"}
"""Whose texts stand in which catalogue, below its folder locale: pages, and e-mails."""
REFUSING = {
    SOURCE / "portal": [
        SOURCE / "workflows",
        SOURCE / "base/failures.py",
        SOURCE / "records/door.py",
        SOURCE / "records/rights.py",
    ]
}
"""What says sentences that the folder's pages pass on: why something cannot be done, and hints. Nothing marks them."""
TABLES: dict[Path, tuple[ModuleType, ...]] = {
    SOURCE / "portal": (
        typenames,
        conditions,
        measures,
        medicines,
        procedures,
        answers,
        forms,
        hints,
        ordering,
        categories,
    )
}
"""Modules whose tables hold words that the folder's pages tell."""
TOLD = {
    "Answer": ("words",),
    "Category": ("name",),
    "Field": ("label", "hint"),
    "Form": ("title", "about", "day"),
    "Panel": ("label",),
    "Plain": ("name", "medical", "about"),
    "Test": ("words",),
    "Use": ("words",),
    "_Grade": ("words",),
    "_Step": ("words",),
}
"""What people read of the things in these tables."""
MARK = "marked"
_SENTENCE = re.compile(r"[A-Z][a-z ].*[.?!]", re.DOTALL)
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("_", "now_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    "npgettext": ((1, "c"), 2, 3),
}
"""Which arguments of which functions are texts; ``c`` is the context."""


def gathered(folder: Path) -> bytes:
    """All texts below a folder, sorted, with the files in which they stand, as a .pot file.

    It has no date, so that it changes with the texts alone.
    """
    catalogue = Catalog(project="Carefolio", charset="utf-8", fuzzy=False)
    for path in sorted(one for kind in ("py", "html", "txt") for one in folder.rglob(f"*.{kind}")):
        for message, context in texts(path):
            catalogue.add(message, locations=[(str(path.relative_to(folder)), 1)], context=context)
    for module in TABLES.get(folder, ()):
        for message in dict.fromkeys(told_by(vars(module))):
            path = Path(str(module.__file__))
            below = path.relative_to(folder if path.is_relative_to(folder) else SOURCE)
            catalogue.add(message, locations=[(str(below), 1)])
    for path in sorted(path for place in REFUSING.get(folder, ()) for path in [*place.rglob("*.py")] or [place]):
        for sentence in sentences(path):
            catalogue.add(sentence, locations=[(str(path.relative_to(SOURCE)), 1)])
    out = io.BytesIO()
    write_po(out, catalogue, omit_header=True, sort_output=True, include_lineno=False, width=0)
    return out.getvalue()


def texts(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """Each text of one file, with its plural where it has one, and its context."""
    source = path.read_text("utf-8")
    lines = source if path.suffix == ".py" else _as_python(source)
    for _line, message, _notes, context in extract("python", io.BytesIO(lines.encode()), KEYWORDS):
        yield message, context
    if path.suffix == ".py":
        for one in ast.walk(ast.parse(source)):
            if isinstance(one, ast.Call) and getattr(one.func, "id", "") == MARK:
                yield from ((message, None) for message in _marked(one.args[0]))


def _marked(table: ast.expr | None) -> Iterator[str]:
    """The texts in a table, but for its keys; ``dict.fromkeys`` says the same for several."""
    if isinstance(table, ast.Constant) and isinstance(table.value, str):
        if any(sign.isalpha() for sign in table.value):
            yield table.value
    elif isinstance(table, ast.Dict):
        yield from (text for one in table.values for text in _marked(one))
    elif isinstance(table, ast.Tuple):
        yield from (text for one in table.elts for text in _marked(one))
    elif isinstance(table, ast.Call) and getattr(table.func, "attr", "") == "fromkeys":
        yield from _marked(table.args[1])


def told_by(thing: Any) -> Iterator[str | tuple[str, str]]:
    """The words in a table that is made: in its rows, and in what they hold."""
    if isinstance(thing, typenames.TypeName):
        yield thing.one, thing.many
    elif isinstance(thing, Mapping):
        yield from (text for one in thing.values() for text in told_by(one))
    elif isinstance(thing, tuple | list) and not hasattr(thing, "_fields"):
        yield from (text for one in thing for text in told_by(one))
    elif not isinstance(thing, type) and (
        names := getattr(thing, "__dataclass_fields__", getattr(thing, "_fields", ()))
    ):
        said = TOLD.get(type(thing).__name__, ())
        for name in names:
            value = getattr(thing, name)
            yield from ([value] if name in said and value else [] if isinstance(value, str) else told_by(value))


def sentences(path: Path) -> Iterator[str]:
    """All that reads like a sentence in a file of Python, but for what explains the code."""
    tree = ast.parse(path.read_text("utf-8"))
    notes = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
    joined = {id(part) for one in ast.walk(tree) if isinstance(one, ast.JoinedStr) for part in one.values}
    for one in ast.walk(tree):
        text = one.value if isinstance(one, ast.Constant) else None
        if isinstance(text, str) and _SENTENCE.fullmatch(text) and id(one) not in notes | joined:
            yield text


def _as_python(source: str) -> str:
    """A template as the calls that stand for its tags, one a line: what is around them is no Python."""
    return "\n".join(line.strip() for line in templatize(source).splitlines())


def compile_below(locale: Path) -> list[Path]:
    """Make all translations in a folder fit to be read: which there were."""
    found = sorted(locale.glob("*/LC_MESSAGES/*.po"))
    for path in found:
        with path.open("rb") as source, path.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_po(source, locale=path.parts[-3]))
    return found


def main(words: Sequence[str]) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Gather the texts that people read into catalogues.")
    parser.add_argument("--compile", action="store_true", help="make the translations fit to be read instead")
    compiling = parser.parse_args(words).compile
    for folder, name in CATALOGUES.items():
        locale = folder / "locale"
        if compiling:
            print(*(f"{path.relative_to(folder)} is fit to be read" for path in compile_below(locale)), sep="\n")
        else:
            locale.mkdir(exist_ok=True)
            (locale / name).write_bytes(gathered(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
