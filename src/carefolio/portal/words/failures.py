"""What could not be done, in the reader's language. Where in a resource it was wrong says nothing to a reader."""

from __future__ import annotations

from carefolio.base.failures import Failure
from carefolio.base.sentences import Sentence
from carefolio.portal.words.translate import gettext


def said(text: str) -> str:
    """One sentence of a failure."""
    if isinstance(text, Sentence):
        return gettext(text.pattern).format(**text.values)
    return gettext(text)


def sentences_of(failure: Failure) -> list[str]:
    """All of them."""
    return [said(issue.text) for issue in failure.issues]


def reason(failure: Failure) -> str:
    """All of them in one line."""
    return " ".join(sentences_of(failure))
