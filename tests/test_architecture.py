"""The house's one-way rule: every room may import only what stands below it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GROUND = {"choices", "reasons", "errors", "markup"}
DOORS = {"actions", "queries", "rules", "fragments", "exchange", "choices", "reasons", "errors"}
# Room → the rooms of ours it may import besides itself. `accounts` is ground for all but the ground itself.
MAY_IMPORT = {
    "choices": set(),
    "reasons": set(),
    "errors": {"reasons"},
    "markup": {"choices", "reasons", "errors"},
    "models": {"choices"},
    "rules": {"choices", "reasons", "models"},
    "queries": {"choices", "models"},
    "fragments": {"markup"},
    "checker": set(),
    "actions": GROUND | {"models", "rules", "checker"},
    "jobs": {"actions", "queries", "models", "markup", "fragments"},
    "exchange": GROUND | {"actions", "queries", "models", "fragments"},
    "web": DOORS,
    "api": DOORS,
    "live": DOORS,
    "admin": {"actions", "queries", "exchange", "jobs", "models"},
    "management": {"actions", "queries", "exchange", "jobs", "choices", "reasons", "errors"},
    "caches": set(),
    "checks": set(),
    "apps": {"checks", "actions"},
    "settings": set(),
    "urls": {"web", "api", "live"},
    "asgi": {"web", "api", "live"},
}
WITHOUT_ACCOUNTS = {"choices", "reasons", "errors", "markup", "fragments", "models", "checker"}
REQUESTS = {"django.http", "django.forms", "django.shortcuts"}
WITHOUT_REQUESTS = {
    "choices",
    "reasons",
    "errors",
    "markup",
    "models",
    "rules",
    "queries",
    "fragments",
    "checker",
    "actions",
    "jobs",
    "exchange",
}


def sources() -> Iterator[tuple[str, Path, ast.Module]]:
    for folder in ("forum", "accounts"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield room_of(path), path, ast.parse(path.read_text())


def room_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return "accounts" if parts[0] == "accounts" else parts[1] if len(parts) > 1 else ""


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{name.name}" for name in node.names)


def breaches(room: str, tree: ast.Module) -> Iterator[str]:
    for name in set(imported(tree)):
        parts = name.split(".")
        ours = parts[1] if parts[0] == "forum" and len(parts) > 1 else ""
        if room == "accounts" and parts[0] == "forum":
            yield f"accounts imports {name}"
        if room in WITHOUT_ACCOUNTS and parts[0] == "accounts":
            yield f"{room} imports {name}"
        if room in MAY_IMPORT and ours in MAY_IMPORT and ours != room and ours not in MAY_IMPORT[room]:
            yield f"{room} imports {name}"
        if room in WITHOUT_REQUESTS and any(name.startswith(door) for door in REQUESTS):
            yield f"{room} imports {name}"


def test_imports_go_downwards_only():
    found = [f"{path.relative_to(ROOT)}: {breach}" for room, path, tree in sources() for breach in breaches(room, tree)]
    assert found == []


def test_every_room_has_its_rule():
    assert {room for room, _, _ in sources()} - {"accounts", "__init__"} <= MAY_IMPORT.keys()


def test_only_the_sanitiser_talks_to_bleach():
    users = [path.name for _, path, tree in sources() if any(n.split(".")[0] == "bleach" for n in imported(tree))]
    assert users == ["clean.py"]


def test_models_have_no_business_in_save_or_signals():
    for room, path, tree in sources():
        names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        if room == "models":
            assert not names & {"save", "delete"}, path
        assert not any(name.startswith("django.db.models.signals") for name in imported(tree)), path


def test_nothing_is_imported_inside_a_function():
    for _, path, tree in sources():
        inner = [
            node.lineno
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.name != "ready"
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        assert inner == [], path


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("rules", "from forum.queries import comments"),
        ("actions", "from django.http import HttpRequest"),
        ("web", "from forum.models import Comment"),
        ("web", "from forum.live.hub import Hub"),
        ("models", "from forum.actions import tell"),
        ("accounts", "from forum.reasons import Reason"),
        ("fragments", "from forum import queries"),
    ],
)
def test_a_breach_is_seen(room, line):
    assert list(breaches(room, ast.parse(line)))
