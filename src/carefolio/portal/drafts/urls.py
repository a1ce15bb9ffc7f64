"""The address that forms save themselves at."""

from __future__ import annotations

from django.urls import path

from carefolio.portal.drafts import pages

app_name = "drafts"
urlpatterns = [path("<path:form>/", pages.save, name="save")]
