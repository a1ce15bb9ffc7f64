"""Addresses of this folder's pages."""

from __future__ import annotations

from django.urls import path, register_converter

from carefolio.portal.oversight import emergencies, hospitals, pages, people, reports
from carefolio.portal.oversight.answers import Number

register_converter(Number, "number")

app_name = "oversight"
urlpatterns = [
    path("", pages.overview, name="overview"),
    path("people/", people.queue, name="queue"),
    path("people/all/", people.find, name="people"),
    path("people/<number:number>/", people.person, name="person"),
    path("people/<number:number>/verify/", people.verify, name="verify"),
    path("people/<number:number>/refuse/", people.refuse, name="refuse"),
    path("people/<number:number>/suspend/", people.suspend, name="suspend"),
    path("people/<number:number>/lift/", people.lift, name="lift"),
    path("hospitals/", hospitals.listed, name="hospitals"),
    path("hospitals/add/", hospitals.add, name="add_hospital"),
    path("hospitals/token/", hospitals.token, name="token"),
    path("hospitals/<str:id_>/", hospitals.hospital, name="hospital"),
    path("hospitals/<str:id_>/pharmacist/", hospitals.pharmacist, name="pharmacist"),
    path("hospitals/<str:id_>/issue/", hospitals.issue, name="issue"),
    path("hospitals/<str:id_>/revoke/", hospitals.revoke, name="revoke"),
    path("emergencies/", emergencies.listed, name="emergencies"),
    path("emergencies/<number:seq>/", emergencies.review, name="emergency"),
    path("emergencies/<number:seq>/reviewed/", emergencies.reviewed, name="reviewed"),
    path("reports/", reports.listed, name="reports"),
    path("reports/<number:seq>/", reports.report, name="report"),
    path("ledger/", pages.ledger, name="ledger"),
    path("ledger/verify/", pages.verify, name="verify_ledger"),
    path("health/", pages.health, name="health"),
]
