"""The report stays small and tells all."""

from carefolio.records.importing import ImportReport
from carefolio.records.importing.report import Finding, Findings


def test_all_findings_are_told_in_their_order():
    findings = Findings()
    for number in range(4_321):
        findings.add(Finding("a.json", f"Observation/{number}", "why"))
    assert len(findings) == 4_321
    assert [finding.entry for finding in findings] == [f"Observation/{number}" for number in range(4_321)]


def test_its_json_has_the_figures_and_both_lists():
    report = ImportReport(files=1, entries=4)
    for outcome in ("created", "created", "updated", "unchanged"):
        report.count(outcome)
    report.rejected.add(Finding("a.json", "e", "r"))
    assert report.as_json() == {
        "files": 1, "entries": 4, "created": 2, "updated": 1, "unchanged": 1,
        "rejected": [{"file": "a.json", "entry": "e", "reason": "r"}], "reported": [],
    }  # fmt: skip
