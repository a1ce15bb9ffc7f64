"""Addresses of this folder's pages."""

from __future__ import annotations

from django.urls import path

from carefolio.portal.charting import documents, ordering, pages, searching, teeth
from carefolio.workflows.charting.forms import FORMS

app_name = "charting"
urlpatterns = [
    path("<str:chart>/add/", pages.index, name="index"),
    path("<str:chart>/add/document/", documents.upload, name="document"),
    path("<str:chart>/add/test/", ordering.order, name="test"),
    *(path(f"<str:chart>/add/{key}/", pages.fill, {"form": key}, name=key) for key in FORMS),
    path("<str:chart>/search/", searching.search, name="search"),
    path("<str:chart>/teeth/", teeth.chart, name="tooth-chart"),
    path("<str:chart>/records/<str:type_>/<str:rid>/deleted/", pages.deleted, name="deleted"),
    path("<str:chart>/records/<str:type_>/<str:rid>/file/<int:place>/", documents.file, name="file"),
]
