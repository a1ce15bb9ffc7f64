"""Documents: a patient puts one into their own chart; the files of any record that somebody may see."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error
from datetime import date
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from carefolio.base.failures import Category, Failure, absent
from carefolio.consent.principal import Role
from carefolio.fhir.json import parse
from carefolio.fhir.parameters import TYPES
from carefolio.portal.chart.addresses import record_address
from carefolio.portal.chart.files import attachments, binary_of
from carefolio.portal.charting.opening import head, opened, repeatable_of, setting_of, today_of
from carefolio.portal.drafts import keep
from carefolio.portal.gate import for_roles
from carefolio.portal.look.forms import FIRST_YEAR, DateField, Form
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.words.elements import text
from carefolio.records.door import Door
from carefolio.records.entries import Caller
from carefolio.records.read import Found
from carefolio.workflows.charting import actions, pictures, rules
from carefolio.workflows.charting.fields import LONGEST_LINE

_ID = re.compile(r"[A-Za-z0-9.\-]{1,64}")
_ALONE: Final = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""What a file that is opened by itself may do: nothing."""
_ENDINGS: Final = {
    pictures.JPEG: ".jpg",
    pictures.PNG: ".png",
    pictures.WEBP: ".webp",
    pictures.PDF: ".pdf",
    pictures.TEXT: ".txt",
    "": ".bin",
}


class DocumentForm(Form):
    """A file with what it is."""

    asks: ClassVar = {"title": _("what it is"), "file": _("a file"), "day": _("the day")}

    title = forms.CharField(
        label=_("What is it?"), help_text=_("For example, letter from the eye doctor"), max_length=LONGEST_LINE
    )
    file = forms.FileField(
        label=_("The file"),
        help_text=_("PDF, picture (JPEG, PNG, WebP) or plain text, of 5 MB or less"),
        widget=forms.FileInput({"accept": ".pdf,.jpg,.jpeg,.png,.webp,.txt"}),
    )
    day = DateField(label=_("Which day is it from?"), help_text=_("For example, 27 3 2026"))

    def clean_day(self) -> date:
        """Documents come from the past."""
        day: date = self.cleaned_data["day"]
        if day.year < FIRST_YEAR:
            raise ValidationError(now_("Enter a real date, like 27 3 1985"))
        return day

    def clean_file(self) -> tuple[str, bytes]:
        """What it is by its content, and its bytes; pictures without what cameras add."""
        given = self.cleaned_data["file"]
        data = given.read() if given.size <= pictures.LARGEST else b""
        kind = pictures.sniffed(data)
        try:
            content = pictures.picture(data).data if kind in pictures.PICTURES else data
        except pictures.NotReadable:
            kind = ""
        if not kind:
            raise ValidationError(now_("Choose a PDF, a picture or a plain text, of 5 MB or less"))
        return kind, content


@for_roles(Role.PATIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, chart: str) -> HttpResponse:
    """Put a document into the chart; ``asked``: the id of what a doctor asked for, where it can be sent then."""
    visitor = visitor_of(request)
    chart_now = visitor.do(opened, chart)
    visitor.disclosed = True
    key = f"add/{chart}/document"
    form = _form(request, key, visitor)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        setting = setting_of(visitor, chart_now.frame, given["day"])
        made = _written(request, visitor, form, rules.document(given["title"], given["file"], setting))
        if made:
            keep.forget(request, key)
            messages.success(request, now_("Saved. You find it on your health record."))
            asked = request.GET.get("asked", "")
            if _ID.fullmatch(asked):
                return redirect("messaging:wish", asked)
            return redirect(record_address(chart, "DocumentReference", made))
    context = {
        "head": head(visitor, chart_now.frame),
        "form": form,
        "draft": key,
        "back": reverse("charting:index", args=[chart]),
    }
    return render(request, "charting/document.html", context)


def _form(request: HttpRequest, key: str, visitor: Visitor) -> DocumentForm:
    if request.method == "POST":
        return DocumentForm(request.POST, request.FILES)
    draft, fields = keep.draft_of(request, key), DocumentForm.base_fields
    typed = {name: fields[name].widget.value_from_datadict(draft, {}, name) for name in fields} if draft else {}
    return DocumentForm(initial={"day": today_of(visitor)} | typed)


def _written(request: HttpRequest, visitor: Visitor, form: DocumentForm, made: dict[str, Any]) -> str:
    """The id of the record; "" where it was refused, and the form says why."""
    try:
        return visitor.do(actions.write, [made], repeatable_of(request))[0].row.id
    except Failure as failure:
        if failure.category not in (Category.MALFORMED, Category.UNPROCESSABLE, Category.FORBIDDEN):
            raise
    form.add_error(None, now_("This cannot be saved so. Check what you typed, or load the page again."))
    return ""


@for_roles(Role.PATIENT, Role.DOCTOR)
@require_safe
def file(request: HttpRequest, chart: str, type_: str, rid: str, place: int) -> HttpResponse:
    """One file of a record: pictures are shown, all else is for downloading."""
    visitor = visitor_of(request)
    if type_ not in TYPES:
        raise absent()
    attachment = visitor.do(_attachment, (chart, type_, rid), place)
    try:
        data = b64decode(attachment.get("data", ""))
    except Error:
        raise absent() from None
    kind = pictures.sniffed(data)
    shown = kind in pictures.PICTURES
    name = "".join(sign for sign in text(attachment, "title") if sign.isalnum() or sign in " -_")[:80].strip()
    response = HttpResponse(data, content_type=kind if kind != pictures.TEXT else "text/plain; charset=utf-8")
    if not kind:
        response["Content-Type"] = "application/octet-stream"
    disposition = content_disposition_header(not shown, (name or now_("file")) + _ENDINGS[kind])
    response["Content-Disposition"] = disposition or "inline"
    response["Content-Security-Policy"] = _ALONE
    return response


async def _attachment(door: Door, caller: Caller, which: tuple[str, str, str], place: int) -> dict[str, Any]:
    """The attachment with its data; raises absent for a record of another chart."""
    chart, type_, rid = which
    record = await _of_chart(door, caller, chart, (type_, rid))
    found = attachments(parse(record.body))
    if place >= len(found):
        raise absent()
    if found[place].get("data"):
        return found[place]
    binary = await _of_chart(door, caller, chart, ("Binary", binary_of(found[place])))
    return found[place] | {"data": parse(binary.body).get("data", "")}


async def _of_chart(door: Door, caller: Caller, chart: str, named: tuple[str, str]) -> Found:
    found = await door.read(caller.token, caller.request, *named)
    owner = door.naming.chart(caller.principal, f"Patient/{chart}")
    if owner is None or found.row.owner != owner.number:
        raise absent()
    return found
