"""Import: folders and files of FHIR JSON become records; what a sender names the same is the same record."""

from carefolio.records.importing.importer import import_paths
from carefolio.records.importing.report import ImportReport, Progress

__all__ = ["ImportReport", "Progress", "import_paths"]
