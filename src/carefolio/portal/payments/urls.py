"""Addresses of this folder's pages."""

from __future__ import annotations

from django.urls import path

from carefolio.portal.payments import earning, hearing, pages, paying, receipts, refunding, writing

app_name = "payments"
urlpatterns = [
    path("", pages.overview, name="overview"),
    path("fees/", earning.fees, name="fees"),
    path("payouts/", earning.payouts, name="payouts"),
    path("provider/", earning.provider, name="provider"),
    path("stripe/webhook", hearing.webhook, name="webhook"),
    path("verify/<str:code>/", receipts.verify, name="verify"),
    path("visits/<str:visit>/", paying.take, name="take"),
    path("visits/<str:visit>/bill/", writing.write, name="write"),
    path("visits/<str:visit>/bill/check/", writing.check, name="write-check"),
    path("<str:bill>/", pages.bill, name="bill"),
    path("<str:bill>/pay/", paying.pay, name="pay"),
    path("<str:bill>/done/", paying.done, name="done"),
    path("<str:bill>/stop/", paying.stop, name="stop"),
    path("<str:bill>/receipt/", receipts.receipt, name="receipt"),
    path("<str:bill>/receipt/pdf/", receipts.pdf, name="receipt-pdf"),
    path("<str:bill>/received/", writing.received, name="received"),
    path("<str:bill>/cancel/", writing.cancel, name="cancel"),
    path("<str:bill>/refund/", refunding.refund, name="refund"),
    path("<str:bill>/refund/check/", refunding.check, name="refund-check"),
]
