"""Nonsense and nothing, posted to every form with something to fill in."""

from tests.portal.walk import checks
from tests.portal.walk.filling import NONSENSE
from tests.portal.walk.told import told


def test_wrong_answers_are_told(walk):
    wrong = []
    for taken in walk.taken:
        if taken.how in ("nonsense", "empty") and not taken.is_refused:
            sheet = taken.sheet
            form = next((one for one in sheet.forms if set(taken.posted) & {each.name for each in one.visible}), None)
            wrong += [(taken, what) for what in checks.error_shape(taken, sheet, form, NONSENSE)]
    told(wrong)


def test_nothing_typed_comes_back_as_mark_up(walk):
    assert not [str(taken) for taken in walk.taken if NONSENSE in taken.text]


def test_every_form_was_tried(walk):
    """What is to be filled in somewhere was filled in: with sense everywhere, with nonsense where it can be told."""
    filled = {(taken.persona, taken.route) for taken in walk.taken if taken.how == "filled" and taken.method == "POST"}
    assert len(filled) >= 20
