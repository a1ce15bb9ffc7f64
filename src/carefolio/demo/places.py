"""The hospitals: four invented ones, and how others refer to them."""

from dataclasses import dataclass

from carefolio.demo.codes import LOCATION, ORGANIZATION

FIRST_HOSPITAL, SECOND_HOSPITAL, CLINIC, LABORATORY = range(4)


@dataclass(frozen=True, slots=True)
class Hospital:
    """An organisation that sends records; `slug` is its identifier in ORGANIZATION."""

    index: int
    slug: str
    name: str
    kind: str
    line: str
    city: str
    country: str
    phone: str

    @property
    def mrn_system(self) -> str:
        """The identifier system of this hospital's own patient numbers."""
        return f"https://carefolio.org/fhir/demo/{self.slug}/mrn"

    @property
    def reference(self) -> dict[str, str]:
        """A conditional reference, which the importer resolves to the Organization."""
        return {"reference": f"Organization?identifier={ORGANIZATION}|{self.slug}", "display": self.name}

    @property
    def location(self) -> dict[str, str]:
        """A conditional reference to the place where people are seen."""
        return {
            "reference": f"Location?identifier={LOCATION}|{self.slug}-main",
            "display": f"{self.name}, {self.city}",
        }


HOSPITALS = (
    Hospital(
        0,
        "cloonavara",
        "Cloonavara General Hospital",
        "hospital",
        "1 Harbour Road",
        "Cloonavara",
        "IE",
        "+353 20 915 0100",
    ),
    Hospital(
        1,
        "thornley-moor",
        "Thornley Moor Infirmary",
        "hospital",
        "40 Beacon Lane",
        "Thornley Moor",
        "GB",
        "+44 1632 960100",
    ),
    Hospital(
        2,
        "maple-hollow",
        "Maple Hollow Family Clinic",
        "clinic",
        "12 Maple Street",
        "Ballinderreen Quay",
        "IE",
        "+353 20 915 0200",
    ),
    Hospital(
        3,
        "chandraveli",
        "Chandraveli Diagnostic Laboratory",
        "laboratory",
        "Unit 7, Quay Park",
        "Ballinderreen Quay",
        "IE",
        "+353 20 915 0300",
    ),
)
