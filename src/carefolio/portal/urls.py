"""Every address of the portal."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("carefolio.portal.home.urls")),
    path("accounts/", include("carefolio.portal.accounts.urls")),
    path("charts/", include("carefolio.portal.charting.urls")),
    path("charts/", include("carefolio.portal.chart.urls")),
    path("", include("carefolio.portal.trail.urls")),
    path("sharing/", include("carefolio.portal.sharing.urls")),
    path("patients/", include("carefolio.portal.asking.urls")),
    path("visits/<str:visit>/room/", include("carefolio.portal.consultation.urls")),
    path("messages/", include("carefolio.portal.messaging.urls")),
    path("visits/", include("carefolio.portal.visits.urls")),
    path("prescriptions/", include("carefolio.portal.prescribing.urls")),
    path("pharmacy/", include("carefolio.portal.prescribing.desk_urls")),
    path("oversight/", include("carefolio.portal.oversight.urls")),
    path("", include("carefolio.portal.reviewing.urls")),
    path("payments/", include("carefolio.portal.payments.urls")),
    path("notices/", include("carefolio.portal.notices.urls")),
    path("drafts/", include("carefolio.portal.drafts.urls")),
    path("style/", include("carefolio.portal.look.urls")),
]

handler400 = "carefolio.portal.home.pages.malformed"
handler403 = "carefolio.portal.home.pages.forbidden"
handler404 = "carefolio.portal.home.pages.absent"
handler500 = "carefolio.portal.home.pages.broken"
