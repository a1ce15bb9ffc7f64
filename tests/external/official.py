"""The official R4 examples, which are no part of this repository: where they are and which of them count.

CAREFOLIO_EXAMPLES: the npm package hl7.fhir.r4.examples 4.0.1 (.tgz), default in ``examples`` beside the outside data.
CAREFOLIO_EXTERNAL: the folder of outside data, default ``../shared/data``.
"""

import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

EXTERNAL = Path(os.environ.get("CAREFOLIO_EXTERNAL", Path(__file__).parents[3] / "shared" / "data"))
PACKAGE = EXTERNAL.parent / "examples" / "hl7.fhir.r4.examples-4.0.1.tgz"
EXAMPLES = Path(os.environ.get("CAREFOLIO_EXAMPLES", PACKAGE))

# Definitions of FHIR itself (the derived tables come from them), and files that only describe the package.
NO_EXAMPLES = {
    "CapabilityStatement", "CodeSystem", "CompartmentDefinition", "ConceptMap", "ImplementationGuide",
    "NamingSystem", "OperationDefinition", "SearchParameter", "StructureDefinition", "StructureMap",
    "ValueSet", None,
}  # fmt: skip


def examples() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file that may be an example; which it is, its resourceType says (NO_EXAMPLES)."""
    if not EXAMPLES.is_file():
        pytest.skip("the package of official R4 examples is not here (CAREFOLIO_EXAMPLES)")
    with tarfile.open(EXAMPLES) as archive:
        for member in archive:
            path = Path(member.name)
            if path.suffix == ".json" and path.name.partition("-")[0] not in NO_EXAMPLES:
                file = archive.extractfile(member)
                assert file is not None, path
                yield path.stem, file.read()
