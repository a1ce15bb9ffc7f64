"""The words of reports."""

import base64
from datetime import date
from decimal import Decimal

from carefolio.demo import measures as m
from carefolio.demo.people import DOCTORS, patient
from carefolio.demo.reports import conclusion, correspondence, sheet

SOMEBODY = patient("test", 0, "female", (40, 40), date(2026, 1, 1))


def test_a_conclusion_names_what_is_outside_with_value_unit_and_range():
    words = conclusion({m.HBA1C: Decimal("7.9"), m.SODIUM: Decimal("140"), m.TSH: Decimal("0.20")})
    assert words == (
        "HbA1c 7.9 % is above the usual range (4.0 to 5.9). "
        "Thyroid-stimulating hormone (TSH) 0.20 mIU/L is below the usual range (0.40 to 4.00). "
        "All other results are within the usual range."
    )


def test_a_conclusion_of_one_odd_result_does_not_speak_of_others():
    assert "other" not in conclusion({m.HBA1C: Decimal("7.9")})


def test_a_sheet_has_a_row_for_each_result_and_marks_the_odd_ones():
    rows = sheet("Test", SOMEBODY, "2026", {m.HBA1C: Decimal("7.9"), m.SODIUM: Decimal("140")}).splitlines()
    assert next(row for row in rows if row.startswith("HbA1c ")).split()[-1] == "H"
    assert next(row for row in rows if row.startswith("Sodium")).endswith("135 to 145")


def test_a_letter_names_the_patient_by_the_number_of_the_house_that_writes():
    text = correspondence(SOMEBODY, DOCTORS[2], "2026-01-01", ["All is well."])
    assert f"MRN {SOMEBODY.mrns[0]}" in text
    assert text.splitlines()[0] == "Cloonavara General Hospital"
    assert "Dr Meenal Suryavard" in text


def test_documents_carry_their_text(charts):
    letters = [each for records in charts.values() for each in records if "docStatus" in each]
    for each in letters:
        attachment = each["content"][0]["attachment"]
        assert "Yours sincerely" in base64.b64decode(attachment["data"]).decode()
