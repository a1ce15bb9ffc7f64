"""Addresses of the pharmacy's desk."""

from __future__ import annotations

from django.urls import path

from carefolio.portal.prescribing import counter

app_name = "pharmacy"
urlpatterns = [
    path("", counter.received, name="received"),
    path("<str:id>/", counter.one, name="one"),
    path("<str:id>/refuse/", counter.refuse, name="refuse"),
    path("<str:id>/return/<int:number>/", counter.came_back, name="return"),
]
