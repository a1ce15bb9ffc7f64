"""The shape of Appointment that the workflows share."""

from carefolio.base.clock import HOUR
from carefolio.fhir.dates import interval
from carefolio.records.visits import MODE, PATIENT_ZONE, ZONE, Party, visit_of

ACTORS = [("Location/l", "Room 3"), ("Practitioner/b", "Ben Osei"), ("Patient/a", "Ada Quinn")]
WHOLE = {
    "resourceType": "Appointment",
    "id": "v",
    "meta": {"versionId": "3"},
    "status": "booked",
    "start": "2030-05-06T09:00:00Z",
    "end": "2030-05-06T10:00:00Z",
    "slot": [{"reference": "Slot/s"}],
    "participant": [{"actor": {"reference": one, "display": name}, "status": "accepted"} for one, name in ACTORS],
    "comment": "A cough",
    "extension": [
        {"url": MODE, "valueCode": "video"},
        {"url": ZONE, "valueCode": "Europe/Dublin"},
        {"url": PATIENT_ZONE, "valueCode": "Asia/Kolkata"},
    ],
}


def test_all_that_it_says():
    visit = visit_of(WHOLE)
    assert (visit.reference, visit.version, visit.status, visit.is_open) == ("Appointment/v", 3, "booked", True)
    assert (visit.start, visit.end - visit.start) == (interval("2030-05-06T09:00:00Z")[0], HOUR)
    assert (visit.patient, visit.doctor) == (Party("Patient/a", "Ada Quinn"), Party("Practitioner/b", "Ben Osei"))
    assert (visit.slot, visit.mode, visit.zone, visit.comment) == ("Slot/s", "video", "Europe/Dublin", "A cough")
    assert visit.patient_zone == "Asia/Kolkata"


def test_what_it_does_not_say_is_empty():
    visit = visit_of({"resourceType": "Appointment", "status": "cancelled"})
    assert (visit.start, visit.end, visit.patient, visit.slot, visit.zone) == (0, 0, Party(), "", "UTC")
    assert not visit.is_open
