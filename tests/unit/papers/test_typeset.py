import sys
from xml.etree import ElementTree as ET

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.papers.typeset import can_typeset, picture_code, typeset

ADDRESS = "https://example.org/prescriptions/verify/abcdefghijklmnopqrstuvwxyz"


def facts(**more):
    return {
        "title": "Prescription",
        "language": "en",
        "foot": "Carefolio",
        "lead": ["For Ada Quinn"],
        "code": picture_code(ADDRESS),
        "code_says": "Picture code that leads to a page",
        "code_words": "See whether this paper is real.",
        "address": ADDRESS,
        "parts": [{"title": "The medicine", "rows": [["Medicine", "Amoxicillin"]]}],
        "dispensed_title": "Handed out",
        "dispensed_heads": ["When", "How much"],
        "dispensed": [["3 May", "10 tablets"]],
        "notes": [],
    } | more


def test_a_paper_is_a_tagged_pdf_for_screen_readers():
    made = typeset("prescription", facts())
    assert made.startswith(b"%PDF-")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    assert b"/StructTreeRoot" in made
    assert len(made) < 100_000


@pytest.mark.parametrize("text", ['#panic("x")', '"] #read("/etc/passwd")', "$x$ *b* <a> @b // c", "Дарья 李 कमला"])
def test_nobodys_words_are_markup(text):
    rows = [{"title": text, "rows": [[text, text]]}]
    assert typeset("prescription", facts(lead=[text], parts=rows, notes=[text])).startswith(b"%PDF-")


def test_a_paper_without_a_picture_code_and_without_a_table_is_one_too():
    assert typeset("prescription", facts(code="", dispensed=[])).startswith(b"%PDF-")


def test_what_cannot_be_set_is_said():
    with pytest.raises(Failure, match="could not be made") as failed:
        typeset("prescription", {"title": "Prescription"})
    assert failed.value.category is Category.BROKEN


def test_without_the_extra_it_says_so(monkeypatch):
    assert can_typeset()
    monkeypatch.setitem(sys.modules, "typst", None)
    assert not can_typeset()
    with pytest.raises(Failure, match="extra 'pdf'"):
        typeset("prescription", facts())


def test_a_picture_code_is_an_svg_without_script():
    root = ET.fromstring(picture_code(ADDRESS))  # noqa: S314 - we made it
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert {one.tag.rpartition("}")[2] for one in root.iter()} == {"svg", "path"}
