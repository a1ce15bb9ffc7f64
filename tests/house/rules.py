"""The house's rules about text, each as a function from a text to what is wrong with it (nothing: [])."""

import ast
import re
from collections.abc import Collection, Iterator

FILE_LINES = 400
FUNCTION_LINES = 40
VAGUE_NAMES = frozenset({"util", "utils", "helper", "helpers", "misc", "common", "manager", "managers"})
GROUND_ONLY = frozenset(
    {"datetime.now", "datetime.utcnow", "os.environ", "os.getenv", "time.time", "uuid4", "uuid.uuid4"}
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def too_long(source: str) -> list[str]:
    lines = source.count("\n")
    return [f"{lines} lines, {FILE_LINES} at most"] if lines > FILE_LINES else []


def long_functions(source: str) -> list[str]:
    """Functions over the limit; neither the docstring nor the decorators count."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1 - _docstring_lines(node)
            if lines > FUNCTION_LINES:
                found.append(f"{node.name} has {lines} lines, {FUNCTION_LINES} at most")
    return found


def _docstring_lines(node: Function) -> int:
    if ast.get_docstring(node) is None:
        return 0
    return (node.body[0].end_lineno or 0) - node.body[0].lineno + 1


def no_one_line_purpose(source: str) -> list[str]:
    """A package's __init__ says in exactly one line what the package is for."""
    purpose = ast.get_docstring(ast.parse(source))
    if not purpose:
        return ["no docstring"]
    return ["its docstring has more than one line"] if "\n" in purpose else []


def vague_names(parts: Collection[str]) -> list[str]:
    return [f"'{part}' does not say what it is" for part in parts if part.removesuffix(".py") in VAGUE_NAMES]


def dotted(node: ast.expr) -> str:
    """`a.b.c` for an attribute chain, `a` for a name, '' for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def names_used(source: str) -> Iterator[tuple[int, str]]:
    """Every dotted name that the code reads or imports, with its line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute | ast.Name):
            yield node.lineno, dotted(node)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)


def ground_only(source: str) -> list[str]:
    """Time, environment and random ids come from base/, where tests can set them."""
    return [
        f"line {line}: {name} belongs to base/"
        for line, name in names_used(source)
        if name in GROUND_ONLY or name.removeprefix("datetime.") in GROUND_ONLY
    ]


def sleeps_and_mocks(source: str) -> list[str]:
    return [
        f"line {line}: {name}"
        for line, name in names_used(source)
        if name in {"time.sleep", "asyncio.sleep"} or "mock" in name.lower().split(".") or "MagicMock" in name
    ]


REGISTRIES = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.org|index-url|find-links|deb\.debian\.org|proxy\.golang\.org"
    r"|static\.crates\.io|https?://[^\s\"]*/simple/",
)
DEVELOPER_PATHS = re.compile(r"(?<![\w.:>\])}-])/(?:work|root|home/\w+|Users/\w+)/\w")


def registry_addresses(text: str) -> list[str]:
    return [f"'{match[0]}' is a registry's address" for match in REGISTRIES.finditer(text)]


def developer_paths(text: str, root: str) -> list[str]:
    found = [f"'{match[0]}…' is a path of somebody's machine" for match in DEVELOPER_PATHS.finditer(text)]
    return found + ([f"'{root}' is this checkout"] if root in text else [])


def heading_errors(names: Collection[str], page: str) -> list[str]:
    """Names that no heading of the page carries in backquotes, and headings that carry something else."""
    headings = set(re.findall(r"^##+ `([^`]+)`", page, re.MULTILINE))
    missing = [f"{name} has no heading" for name in sorted(set(names) - headings)]
    return missing + [f"{name} does not exist" for name in sorted(headings - set(names))]


def map_errors(folders: Collection[str], page: str) -> list[str]:
    """What the map's table leaves out of the folders (`base/database/`), and what it has besides."""
    lines = set(re.findall(r"^\| `([\w./]+/)` \|", page, re.MULTILINE))
    missing = [f"{name} is not on the map" for name in sorted(set(folders) - lines)]
    return missing + [f"{name} is on the map only" for name in sorted(lines - set(folders))]


def unknown_targets(page: str, makefile: str) -> list[str]:
    """`make` targets that a page tells people to use, in backquotes, and the Makefile lacks."""
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    spans = re.findall(r"`([^`]+)`", page)
    named = {
        word for span in spans for words in re.findall(r"\bmake((?: [a-z][a-z-]*)+)", span) for word in words.split()
    }
    return sorted(named - targets)


def links(page: str) -> list[str]:
    """Where the page's relative links lead, without their fragments."""
    found = re.findall(r"\]\(([^)\s]+)\)", page)
    return [link.partition("#")[0] for link in found if not re.match(r"[a-z]+:|#", link)]
