"""Two rules of one way: an area imports only areas below it, and a layer only layers below it.

docs/architecture.md has the same tables in words; `test_the_documentation_has_this_table` compares them.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Each area imports itself and those before it. Those in one tuple do not import each other.
AREAS: tuple[tuple[str, ...], ...] = (
    ("database",),
    ("kernel",),
    ("http",),
    ("markup",),
    ("events",),
    ("dialogue",),
    ("moderation",),
    ("mail",),
    ("pages", "live", "exchange"),
    ("jobs",),
    ("backup",),
    ("doctor",),
    ("management", "admin"),
    ("project",),
)
RANK = {area: rank for rank, areas in enumerate(AREAS) for area in areas}
PROJECT = {"", "apps", "asgi", "checks", "environment", "models", "settings", "urls", "worker"}

# Which layers each layer of an area may import, besides itself. What is in no layer belongs to its area alone.
LAYERS: dict[str, set[str]] = {
    "models": set(),
    "rules": {"models"},
    "queries": {"models"},
    "fragments": set(),
    "fields": {"queries"},
    "actions": {"models", "rules"},
    "web": {"actions", "queries", "rules", "fragments", "fields"},
}
FLAT: dict[str, set[str]] = {  # the same for areas without layers
    "database": set(),
    "kernel": set(),
    "markup": set(),
    "http": {"queries"},
    "pages": {"web"},
    "live": {"actions", "queries", "rules", "fragments"},
    "mail": {"actions", "queries", "models", "fragments"},
    "exchange": {"actions", "queries", "models", "fragments"},
    "jobs": {"actions", "queries", "models", "fragments"},
    "backup": {"actions", "queries", "models"},
    "doctor": {"queries"},
    "management": {"actions", "queries"},
    "admin": {"actions", "queries", "rules", "fragments", "models", "fields"},
}
REQUESTS = ("django.http", "django.forms", "django.shortcuts")
KNOWS_REQUESTS = {"http", "web", "urls", "live", "admin", "management", "project", "fields"}
MOST_FILES, MOST_LINES = 32, 300
MOST_CHARACTERS = 160  # in a line of a template


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for folder in ("forum", "accounts"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, ast.parse(path.read_text())


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def area_of(module: str) -> str:
    parts = module.split(".")
    if parts[0] == "accounts":
        return "accounts"
    second = parts[1] if len(parts) > 1 else ""
    return "project" if second in PROJECT else second


def layer_of(module: str) -> str:
    """The layer of its area, or the area itself where it has none."""
    parts, area = module.split("."), area_of(module)
    return parts[2] if len(parts) > 2 and parts[2] in LAYERS else area


@cache
def homes() -> dict[str, str]:
    """Where each name that forum.models hands on is defined."""
    tree = ast.parse((ROOT / "forum" / "models" / "__init__.py").read_text())
    nodes = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    return {name.name: node.module or "" for node in nodes for name in node.names}


@cache
def modules() -> frozenset[str]:
    return frozenset(module_of(path) for path, _ in sources())


def imported(tree: ast.Module) -> Iterator[str]:
    """Every module that is imported; a name from forum.models counts as the module that defines it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            for name in node.names:
                full = f"{node.module}.{name.name}"
                if node.module == "forum.models":
                    yield homes()[name.name]
                else:
                    yield full if full in modules() else node.module or ""


def breaches(module: str, tree: ast.Module) -> Iterator[str]:
    """What this module imports and may not."""
    area, layer = area_of(module), layer_of(module)
    for name in sorted(set(imported(tree))):
        if layer not in KNOWS_REQUESTS and area != "accounts" and name.startswith(REQUESTS):
            yield f"{module} imports {name}"
        if area == "accounts" and name.startswith("forum"):
            yield f"{module} imports {name}"
        if not name.startswith("forum.") or area in {"accounts", "project"}:
            continue
        other, below = area_of(name), layer_of(name)
        if other != area and (other == "project" or RANK[other] >= RANK[area]):
            yield f"{module} imports {name}, which stands above it"
        elif below in LAYERS and below != layer and below not in (LAYERS | FLAT)[layer]:
            yield f"{module} imports {name}, of a layer that it may not know"


def test_imports_go_downwards_only():
    found = [breach for path, tree in sources() for breach in breaches(module_of(path), tree)]
    assert found == []


def test_every_area_has_its_place():
    assert {area_of(module) for module in modules()} - {"accounts"} == RANK.keys()


def test_no_folder_is_longer_than_a_screen():
    tops = ("forum", "accounts", "tests", "templates", "static/js", "static/css")
    files = Counter(path.parent for top in tops for path in (ROOT / top).rglob("*.*") if path.suffix != ".pyc")
    migrations = ROOT / "forum" / "migrations"
    assert {str(folder): n for folder, n in files.items() if n > MOST_FILES and folder != migrations} == {}


def test_a_long_file_says_why():
    tops = [ROOT / "forum", ROOT / "accounts"]
    long = [path for top in tops for path in top.rglob("*.py") if len(path.read_text().splitlines()) > MOST_LINES]
    assert [path for path in long if "# Long because" not in "".join(path.read_text().splitlines(True)[:3])] == []


def test_lines_of_templates_are_short():
    lines = [
        (f"{path.relative_to(ROOT)}:{number}", line)
        for path in (ROOT / "templates").rglob("*.*")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
    ]
    assert [place for place, line in lines if len(line) > MOST_CHARACTERS] == []


def test_the_documentation_has_this_table():
    rows = [f"| {row} | {', '.join(f'`{area}`' for area in areas)} |" for row, areas in enumerate(AREAS, start=1)]
    table = "\n".join(["| row | areas |", "| --- | --- |", *rows])
    assert table in (ROOT / "docs" / "architecture.md").read_text(), f"docs/architecture.md should have\n{table}"


def test_scripts_import_in_no_circle():
    folder = ROOT / "static" / "js"
    imports = {
        path.resolve(): [
            (path.parent / name).resolve() for name in re.findall(r'^import .*"(\..+)"', path.read_text(), re.M)
        ]
        for path in folder.rglob("*.js")
    }
    list(TopologicalSorter(imports).static_order())  # raises CycleError
    assert {name for names in imports.values() for name in names if not name.is_file()} == set()


def test_only_the_sanitiser_talks_to_bleach():
    users = [path.name for path, tree in sources() if any(name.split(".")[0] == "bleach" for name in imported(tree))]
    assert users == ["clean.py"]


def test_models_have_no_business_in_save_or_signals():
    for path, tree in sources():
        names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        if layer_of(module_of(path)) == "models":
            assert not names & {"save", "delete"}, path
        assert not any(name.startswith("django.db.models.signals") for name in imported(tree)), path


def test_nothing_is_imported_inside_a_function():
    for path, tree in sources():
        inner = [
            node.lineno
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.name != "ready"
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        assert inner == [], path


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("forum.dialogue.rules.writing", "from forum.dialogue.queries import comments"),
        ("forum.dialogue.actions.comments", "from django.http import HttpRequest"),
        ("forum.dialogue.actions.comments", "from forum.moderation.actions import flags"),
        ("forum.dialogue.web.comments", "from forum.models import Comment"),
        ("forum.events.queries.events", "from forum.models import Comment"),
        ("forum.pages.web.events", "from forum.live.hub import Hub"),
        ("forum.dialogue.models.comment", "from forum.dialogue.actions import comments"),
        ("forum.kernel.realtime", "from forum.settings import DEBUG"),
        ("accounts.adapter", "from forum.kernel.reasons import Reason"),
    ],
)
def test_a_breach_is_seen(module, line):
    assert list(breaches(module, ast.parse(line)))
