"""The script that holds each folder to its coverage floor."""

import json

from scripts.coverage_floors import below, folders, main


def report(**covered):
    """A report with one file of 100 lines per folder, of which so many ran."""
    files = {
        f"src/carefolio/{folder}/one.py": {
            "summary": {"num_statements": 100, "covered_lines": lines},
            "missing_lines": list(range(lines, 100)),
        }
        for folder, lines in covered.items()
    }
    return {"files": files}


def test_a_folder_under_its_floor_is_named_with_the_floor():
    found = folders(report(consent=99, ledger=100, records=99, search=90, api=89))
    assert below(found) == {"consent": 100.0, "records": 100.0, "api": 90.0}


def test_modules_of_the_package_itself_count_as_one_folder():
    file = {"summary": {"num_statements": 2, "covered_lines": 1}, "missing_lines": [2]}
    found = folders({"files": {"src/carefolio/assembly.py": file, "src/carefolio/__init__.py": file}})
    assert (found["carefolio"].statements, found["carefolio"].percent) == (4, 50.0)


def test_a_folder_without_statements_misses_nothing():
    assert below(folders({"files": {"src/carefolio/consent/__init__.py": _empty()}})) == {}


def test_the_exit_code_and_the_words_say_which_lines_no_test_ran(tmp_path, capsys):
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report(consent=98)), encoding="utf-8")
    assert main(str(path)) == 1
    assert "consent/one.py: 98, 99" in capsys.readouterr().out
    path.write_text(json.dumps(report(consent=100)), encoding="utf-8")
    assert main(str(path)) == 0


def _empty():
    return {"summary": {"num_statements": 0, "covered_lines": 0}, "missing_lines": []}
