"""A page as it was received: a small tree of its mark-up, its forms and their fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
TYPED = frozenset({"text", "email", "tel", "url", "search", "number", "password", "textarea"})
_BLOCKS = frozenset({"p", "li", "h1", "h2", "h3", "h4", "td", "th", "dt", "dd", "div", "section", "legend", "label"})
_BLOCKS |= {
    "caption",
    "figcaption",
    "summary",
    "title",
    "button",
    "tr",
    "ul",
    "ol",
    "option",
    "nav",
    "header",
    "footer",
}
_APART = frozenset({"card", "card-link", "chart-card", "row", "soft", "hint", "tag", "number"})
"""Classes that put a part on a line of its own."""


class Node:
    """An element."""

    def __init__(self, tag: str, attrs: dict[str, str], parent: Node | None) -> None:
        self.tag, self.attrs, self.parent = tag, attrs, parent
        self.children: list[Node | str] = []

    def get(self, name: str) -> str:
        return self.attrs.get(name, "")

    def walk(self) -> Iterator[Node]:
        """It and all below it, in the order of the page."""
        below = [self]
        while below:
            node = below.pop()
            yield node
            below += [child for child in reversed(node.children) if isinstance(child, Node)]

    def all(self, *tags: str) -> list[Node]:
        return [node for node in self.walk() if node.tag in tags]

    def above(self) -> Iterator[Node]:
        """It, its parent, its parent's parent …"""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def within(self, *tags: str) -> Node | None:
        return next((node for node in self.above() if node.tag in tags), None)

    def has_class(self, name: str) -> bool:
        return name in self.get("class").split()

    def text(self, without: frozenset[str] = frozenset()) -> str:
        """What it says; blocks stand apart by a line break."""
        return "".join(self._said(without))

    def _said(self, without: frozenset[str]) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child.replace("\n", " ")
            elif child.tag not in without and "data-record-text" not in child.attrs:
                block = "\n" if child.tag in _BLOCKS or _APART & set(child.get("class").split()) else ""
                yield block
                yield from child._said(without)
                yield block


class _Builder(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = self._at = Node("", {}, None)
        self.faults: list[str] = []
        self.feed(html)
        self.close()
        if self._at is not self.root:
            self.faults.append(f"<{self._at.tag}> is not closed")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> has an attribute twice: {names}")
        node = Node(tag, {name: value or "" for name, value in attrs}, self._at)
        self._at.children.append(node)
        if tag not in VOID:
            self._at = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._at.children.append(Node(tag, {name: value or "" for name, value in attrs}, self._at))

    def handle_endtag(self, tag: str) -> None:
        if self._at.tag == tag and self._at.parent is not None:
            self._at = self._at.parent
        else:
            self.faults.append(f"</{tag}> closes <{self._at.tag}>")
            opened = self._at.within(tag)
            if opened is not None and opened.parent is not None:
                self._at = opened.parent

    def handle_data(self, data: str) -> None:
        self._at.children.append(data)


@dataclass
class Field:
    """What is filled in under one name."""

    name: str
    kind: str
    nodes: list[Node]
    values: list[str] = field(default_factory=list)
    """What it holds already."""
    choices: list[str] = field(default_factory=list)

    @property
    def hidden(self) -> bool:
        return self.kind == "hidden"

    @property
    def box(self) -> Node | None:
        """The part of the page that belongs to it: label, hint, error."""
        return next((node for node in self.nodes[0].above() if node.has_class("field")), None)

    @property
    def optional(self) -> bool:
        """Whether it says that it need not be filled in; a single box to tick may be left."""
        box = self.box
        single = self.kind == "checkbox" and len(self.nodes) == 1
        return single or box is None or any(node.has_class("optional") for node in box.walk())


@dataclass
class Form:
    """A form, with its fields by name."""

    node: Node
    action: str
    method: str
    fields: dict[str, Field]

    @property
    def visible(self) -> list[Field]:
        return [one for one in self.fields.values() if not one.hidden]

    @property
    def typed(self) -> list[Field]:
        return [one for one in self.visible if one.kind in TYPED]

    @property
    def in_main(self) -> bool:
        return self.node.within("main") is not None

    def held(self) -> dict[str, list[str]]:
        """What the browser would send if nobody touched it."""
        return {one.name: list(one.values) for one in self.fields.values() if one.values and one.kind != "file"}


class Sheet:
    """A page's mark-up, read."""

    def __init__(self, html: str) -> None:
        built = _Builder(html)
        self.html, self.root, self.faults = html, built.root, built.faults

    def all(self, *tags: str) -> list[Node]:
        return [node for node in self.nodes if node.tag in tags]

    @cached_property
    def nodes(self) -> list[Node]:
        return list(self.root.walk())

    @cached_property
    def ids(self) -> list[str]:
        return [node.attrs["id"] for node in self.nodes if "id" in node.attrs]

    def by_id(self, id_: str) -> Node | None:
        return next((node for node in self.nodes if node.attrs.get("id") == id_), None)

    @property
    def title(self) -> str:
        return " ".join(" ".join(node.text() for node in self.all("title") if node.within("head")).split())

    @property
    def problem(self) -> Node | None:
        """The error summary."""
        return self.by_id("problem")

    @cached_property
    def forms(self) -> list[Form]:
        return [_form(node) for node in self.all("form")]


def _form(node: Node) -> Form:
    fields: dict[str, Field] = {}
    for one in node.all("input", "select", "textarea"):
        kind = one.get("type") or "text" if one.tag == "input" else one.tag
        if not one.get("name") or kind in ("submit", "button", "image"):
            continue
        known = fields.setdefault(one.get("name"), Field(one.get("name"), kind, []))
        known.nodes.append(one)
        _hold(known, one)
    return Form(node, node.get("action"), (node.get("method") or "get").lower(), fields)


def _hold(known: Field, node: Node) -> None:
    if known.kind == "textarea":
        known.values.append("".join(child for child in node.children if isinstance(child, str)).removeprefix("\n"))
    elif known.kind == "select":
        options = node.all("option")
        known.choices += [option.get("value") for option in options]
        chosen = [option.get("value") for option in options if "selected" in option.attrs]
        known.values += chosen or known.choices[:1]
    elif known.kind in ("radio", "checkbox"):
        value = node.attrs.get("value", "on")
        known.choices.append(value)
        known.values += [value] if "checked" in node.attrs else []
    else:
        known.values.append(node.get("value"))
