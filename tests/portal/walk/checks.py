"""What is asked of the mark-up of every page. A check tells what is wrong, in one line each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from tests.portal.walk.recorder import Taken
from tests.portal.walk.sheet import TYPED, Field, Form, Node, Sheet

Check = Callable[[Taken, Sheet], Iterator[str]]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
CALL = re.compile(r"(connect-src 'self') ws://127\.0\.0\.1:\d+(.*); media-src 'self' blob:")
"""What a room may do besides; tests/portal/consultation holds that no other page may."""
ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""Of a file that somebody sent."""
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}
_SECRET = ("password",)
_ADDRESSED = ("href", "src", "action", "formaction")


def headers(headers: Mapping[str, str]) -> Iterator[str]:
    """The headers of an answer."""
    for name, value in HEADERS.items():
        if value not in headers.get(name, ""):
            yield f"{name} is {headers.get(name)!r}"
    if CALL.sub(r"\1\2", headers.get("content-security-policy", "")) not in (POLICY, ALONE):
        yield "another Content-Security-Policy"


def well_formed(_taken: Taken, sheet: Sheet) -> Iterator[str]:
    yield from sheet.faults
    yield from (f"id {id_!r} {count} times" for id_, count in Counter(sheet.ids).items() if count > 1)
    yield from (f"an id is empty or has a space: {id_!r}" for id_ in sheet.ids if not id_ or " " in id_)
    if not sheet.html.lstrip().lower().startswith("<!doctype html>"):
        yield "no doctype"


def named(_taken: Taken, sheet: Sheet) -> Iterator[str]:
    headings = sheet.all("h1")
    if len(headings) != 1 or (not " ".join(headings[0].text().split()) and not _records(headings[0])):
        yield f"{len(headings)} h1"
    if not re.fullmatch(r".*\S.* \N{EN DASH} Carefolio", sheet.title):
        yield f"title {sheet.title!r}"
    if not all(node.get("lang") for node in sheet.all("html")):
        yield "no lang"


def _records(node: Node) -> bool:
    return any("data-record-text" in one.attrs for one in node.walk())


def landmarks(_taken: Taken, sheet: Sheet) -> Iterator[str]:
    for tag in ("main", "header", "footer"):
        found = [node for node in sheet.all(tag) if tag == "main" or node.within("main") is None]
        if len(found) != 1:
            yield f"{len(found)} <{tag}> of the page"
    if len(navs := sheet.all("nav")) > 1 and not all(node.get("aria-label") for node in navs):
        yield "several <nav>, and not all have names"
    levels = [int(node.tag[1]) for node in sheet.all("h1", "h2", "h3", "h4") if node.within("dialog") is None]
    for before, after in zip([1, *levels], levels, strict=False):
        if after > before + 1:
            yield f"h{after} follows h{before}"
    first = next((node for node in sheet.all("a")), None)
    if first is None or first.get("href") != "#main":
        yield "the first link does not skip to the content"


def labelled(_taken: Taken, sheet: Sheet) -> Iterator[str]:
    labels = {node.get("for") for node in sheet.all("label")}
    for node in sheet.all("input", "select", "textarea"):
        if node.get("type") in ("hidden", "submit") or "hidden" in node.attrs or node.within("label"):
            continue
        if node.get("id") not in labels and not node.get("aria-label"):
            yield f"no label for {node.get('name') or node.get('id')!r}"
        for id_ in (node.get("aria-describedby") + " " + node.get("aria-labelledby")).split():
            if sheet.by_id(id_) is None:
                yield f"{node.get('name')!r} is described by {id_!r}, which is not there"
    for label in labels:
        if sheet.by_id(label) is None:
            yield f"a label for {label!r}, which is not there"


def no_inline(_taken: Taken, sheet: Sheet) -> Iterator[str]:
    for node in sheet.nodes:
        if node.tag == "style" or (node.tag == "script" and not node.get("src")):
            yield f"inline <{node.tag}>"
        for name in node.attrs:
            if name == "style" or name.startswith("on"):
                yield f"{name}= on <{node.tag}>"
        for name in _ADDRESSED:
            if re.match(r"\s*(?:javascript|data|vbscript):", node.get(name), re.IGNORECASE):
                yield f"{name}={node.get(name)[:40]!r}"


def works_without_script(taken: Taken, sheet: Sheet) -> Iterator[str]:
    for node in sheet.all("button"):
        if node.get("type") == "button" and "hidden" not in node.attrs and taken.route != "look:style":
            yield f"the button {node.text().strip()!r} does nothing without script"
    for form in sheet.forms:
        if not [node for node in form.node.all("button") if node.get("type") in ("", "submit")]:
            yield f"the form to {form.action or 'here'!r} has no button"
        if "hidden" in form.node.attrs:
            yield "a hidden form"


def links_lead_somewhere(_taken: Taken, sheet: Sheet) -> Iterator[str]:
    for node in sheet.all("a"):
        if not node.get("href") or node.get("href") == "#":
            yield f"the link {node.text().strip()!r} leads nowhere"
        elif node.get("href").startswith("#") and sheet.by_id(node.get("href")[1:]) is None:
            yield f"the link {node.text().strip()!r} leads to {node.get('href')}, which is not there"


def links_say_where(_taken: Taken, sheet: Sheet) -> Iterator[str]:
    for node in sheet.all("a", "button", "summary"):
        words = " ".join([node.text(), node.get("aria-label")]).split()
        if not words and not _records(node):
            yield f"a <{node.tag}> without words, to {node.get('href')!r}"
        if " ".join(words).lower() in ("click here", "here", "more", "read more", "link"):
            yield f"{' '.join(words)!r} does not say where it leads"


def third_parties(_taken: Taken, sheet: Sheet) -> Iterator[str]:
    for node in sheet.all("link", "script", "img", "iframe", "source", "object", "embed"):
        for name in ("href", "src", "srcset", "data"):
            if re.match(r"(?:https?:)?//", node.get(name)):
                yield f"<{node.tag}> from {node.get(name)!r}"


def protected_forms(_taken: Taken, sheet: Sheet) -> Iterator[str]:
    for form in sheet.forms:
        if form.method == "post" and "csrfmiddlewaretoken" not in form.fields:
            yield f"the form to {form.action or 'here'!r} has no token"
        if form.method == "post" and form.visible and "novalidate" not in form.node.attrs:
            yield f"the form to {form.action or 'here'!r} lets the browser complain in its own words"


def drafts(taken: Taken, sheet: Sheet) -> Iterator[str]:
    """Whatever somebody who signed in may type saves itself; a search is nothing to come back to."""
    if taken.role is None or taken.route.startswith(("account_", "accounts:", "sign_up_", "mfa_", "look:")):
        return
    for form in sheet.forms:
        if form.method != "post" or form.node.get("role") == "search":
            continue
        if any(map(_drafted, form.visible)) and not form.node.get("data-draft"):
            yield f"the form to {form.action or 'here'!r} saves no draft of {sorted(form.fields)}"


def _drafted(field: Field) -> bool:
    node = field.nodes[0]
    if field.kind == "password" or "data-secret" in node.attrs or node.get("autocomplete") == "one-time-code":
        return False
    return field.kind in TYPED


CHECKS: tuple[Check, ...] = (
    well_formed,
    named,
    landmarks,
    labelled,
    no_inline,
    works_without_script,
    links_lead_somewhere,
    links_say_where,
    third_parties,
    protected_forms,
    drafts,
)


# ── the shape of an error ──


def error_shape(taken: Taken, sheet: Sheet, form: Form | None, nonsense: str) -> Iterator[str]:
    """What a form that was filled in wrongly says."""
    if taken.status not in (200, 400, 422):
        yield f"status {taken.status}"
        return
    if not sheet.title.startswith("Error: "):
        yield f"title {sheet.title!r}"
    if sheet.problem is None or "There is a problem" not in sheet.problem.text():
        yield "no 'There is a problem'"
        return
    yield from _lines(sheet)
    if form is not None:
        yield from _kept(taken, form, nonsense)


def _lines(sheet: Sheet) -> Iterator[str]:
    assert sheet.problem is not None
    lines = sheet.problem.all("li")
    if not lines:
        yield "no line in the summary"
    for line in lines:
        link, words = next(iter(line.all("a")), None), " ".join(line.text().split())
        target = sheet.by_id(link.get("href")[1:]) if link else None
        if target is None:
            yield f"{words!r} leads to no field"
            continue
        box = next((node for node in target.above() if node.has_class("field") or node.has_class("field-wrong")), None)
        beside = [" ".join(node.text().split()) for node in box.walk() if node.has_class("field-error")] if box else []
        if not any(words in one for one in beside) and words not in _whole(sheet):
            yield f"{words!r} does not stand beside its field: {beside}"


def _whole(sheet: Sheet) -> list[str]:
    """Lines about the form as a whole lead to its first field and stand beside none."""
    assert sheet.problem is not None
    return [" ".join(line.text().split()) for line in sheet.problem.all("li") if "data-whole" in line.attrs]


def _kept(taken: Taken, form: Form, nonsense: str) -> Iterator[str]:
    if taken.how != "nonsense":
        return
    for field in form.visible:
        if field.kind in TYPED and field.kind not in _SECRET and taken.posted.get(field.name) == [nonsense]:
            node = field.nodes[0]
            if field.kind == "number":
                yield f"browsers drop what was typed into {field.name!r}"
            if node.get("autocomplete") == "one-time-code" or nonsense.strip() in "".join(field.values):
                continue
            yield f"what was typed into {field.name!r} is gone: {field.values}"
