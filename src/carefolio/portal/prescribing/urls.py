"""Addresses of this folder's pages for patients and doctors, and for whoever holds a paper prescription."""

from __future__ import annotations

from django.urls import path

from carefolio.portal.prescribing import doctor, patient, vouched

app_name = "prescribing"
urlpatterns = [
    path("", patient.overview, name="overview"),
    path("new/<str:patient>/", doctor.new, name="new"),
    path("new/<str:patient>/check/", doctor.check, name="check"),
    path("verify/<str:token>/", vouched.verify, name="verify"),
    path("keys/<str:doctor>/", vouched.keys, name="keys"),
    path("<str:id>/", patient.one, name="one"),
    path("<str:id>/pharmacy/", patient.choose, name="choose"),
    path("<str:id>/sent/", patient.sent, name="sent"),
    path("<str:id>/take-back/", patient.take_back, name="take-back"),
    path("<str:id>/print/", patient.printed, name="print"),
    path("<str:id>/pdf/", patient.pdf, name="pdf"),
    path("<str:id>/cancel/", doctor.cancel, name="cancel"),
]
