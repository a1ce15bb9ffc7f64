"""Ada asks how to go on; Ben answers and wants a letter; she adds it and lets him see it; she rates the visit."""

from __future__ import annotations

from tests.portal.journey.scene import DOCTOR, LETTER, PRAISE, Journey

QUESTION, ANSWER = "Is the bath too hot for quillbay ears?", "Keep the ear dry. Did the quillbay clinic write to you?"
WISH = "The letter of the quillbay clinic"
PDF = b"%PDF-1.7\nAll is well.\n"


def they_write(journey: Journey) -> None:
    ada, ben = journey.ada, journey.ben
    ada.goes("/").clicks("Messages").clicks(DOCTOR).fills("Your message", QUESTION).submits("Send").sees(QUESTION)
    journey.mail(ben, "You have a new message")
    ben.goes("/").clicks("Messages").clicks(ada.name).sees(QUESTION)
    ben.fills("Your message", ANSWER).submits("Send").sees(ANSWER)
    ada.goes("/messages/").clicks(DOCTOR).sees(ANSWER)


def doctor_asks_for_a_document(journey: Journey) -> None:
    ben = journey.ben.goes(f"/messages/{journey.patient}/").clicks("Ask for a document")
    ben.fills("What do you need?", WISH).submits("Ask").sees(WISH)
    journey.mail(journey.ada, "A doctor asks you for a document")
    journey.strangers_are_refused(f"/messages/{journey.patient}/", f"/messages/{journey.patient}/ask/")


def patient_sends_it(journey: Journey) -> None:
    ada = journey.ada.goes("/").clicks(f"{DOCTOR} asks you for a document").sees(WISH)
    wish = ada.path
    ada.clicks("Add a document").fills("What is it?", LETTER).attaches("The file", "letter.pdf", PDF).submits("Save")
    assert ada.path == wish
    ada.chooses("Which document?", LETTER).shows("document").submits("Let them see it").sees("can see it now")
    journey.mail(journey.ben, "A patient sent a document")
    ben = journey.ben.goes("/").clicks("Messages").clicks(ada.name).clicks(WISH).sees("There is an answer.")
    ben.clicks("Open the record").clicks(LETTER)
    journey.document = ben.path
    assert ben.page.request.get(f"{journey.document}file/0/").body() == PDF
    journey.strangers_are_refused(wish, journey.document, f"{journey.document}file/0/")


def patient_rates_the_visit(journey: Journey) -> None:
    ada = journey.ada.goes("/visits/").clicks_first(DOCTOR)
    ada.clicks("Rate this visit").chooses("How was the visit?", "5: very good").fills("Tell the doctor more", PRAISE)
    ada.shows("rate").submits("Rate the visit").sees("Thank you")
    ben = journey.ben.goes("/payments/").clicks("Your ratings").sees("Too few ratings yet", "5 of 5", PRAISE)
    ben.lacks(ada.name)
