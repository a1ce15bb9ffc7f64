"""Addresses of this folder's pages."""

from __future__ import annotations

from django.urls import path

from carefolio.portal.chart import amending, correcting, downloading, pages, trends, wrong

app_name = "chart"
urlpatterns = [
    path("<str:chart>/", pages.timeline, name="timeline"),
    path("<str:chart>/records/<str:type_>/<str:rid>/", pages.record, name="record"),
    path("<str:chart>/records/<str:type_>/<str:rid>/wrong/", wrong.wrong, name="wrong"),
    path("<str:chart>/records/<str:type_>/<str:rid>/wrong/told/", wrong.told, name="told"),
    path("<str:chart>/records/<str:type_>/<str:rid>/delete/", wrong.delete, name="delete"),
    path("<str:chart>/records/<str:type_>/<str:rid>/change/", amending.amend, name="amend"),
    path("<str:chart>/trends/", trends.measurements, name="trends"),
    path("<str:chart>/trends/<str:key>/", trends.measurement, name="trend"),
    path("<str:chart>/details/", correcting.details, name="details"),
    path("<str:chart>/details/check/", correcting.check, name="details-check"),
    path("<str:chart>/details/done/", correcting.done, name="details-done"),
    path("<str:chart>/download/", downloading.download, name="download"),
]
