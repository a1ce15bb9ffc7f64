"""What every telling of every record has to keep, whoever wrote the record."""

import json

from carefolio.portal.words.banned import banned_in
from carefolio.portal.words.kinds import kind
from carefolio.portal.words.records import told
from tests.unit.portal.words.makers import DOCTOR, PATIENT


def texts_of(shown):
    """All texts that a patient's page shows without opening the fold."""
    lines = [text for fact in shown.facts for text in fact]
    return [shown.title, shown.sentence, shown.when, shown.value, shown.status, shown.source, shown.kind_name, *lines]


def problems(record):
    """What is wrong with how a record is told; words that the record itself uses in a sentence may stay."""
    shown, dense = told(record, PATIENT), told(record, DOCTOR)
    found = [name for name in ("title", "sentence", "kind_name") if not getattr(shown, name).strip()]
    found += [] if dense.sentence.strip() else ["the doctor's line"]
    found += [] if kind(shown.kind).key == shown.kind else [shown.kind]
    own = json.dumps(record, default=str, ensure_ascii=False)
    for text in texts_of(shown):
        found += [bad for bad in banned_in(text) if not (" " in text and _quoted(bad, own))]
    return found


def _quoted(word, own):
    """Whether the record's own words hold it, not as a code but inside a longer text."""
    return any(
        f"{edge}{word}" in own or f"{word}{edge}" in own for edge in (" ", "(", "/", ">", "\N{RIGHTWARDS ARROW}")
    )
