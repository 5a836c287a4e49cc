"""No kind of change without a row in the table that tests/browser/test_every_change.py plays before real pages."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

from tests.browser.changes_table import TABLE

FORUM = Path(__file__).parents[2] / "forum"


def entrances() -> set[str]:
    """The acts that tell followers of a change: functions of actions/ that reach realtime.theme_changed, and that
    anything outside actions/ names."""
    calls: dict[str, set[str]] = defaultdict(set)
    acts = {*FORUM.glob("*/actions/*.py"), FORUM / "exchange" / "bring_in.py", FORUM / "kernel" / "realtime.py"}
    for path in acts:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                calls[node.name] |= names_in(node) - {node.name}
    telling = {"theme_changed"}
    while more := {name for name, used in calls.items() if used & telling} - telling:
        telling |= more
    outside = set(FORUM.rglob("*.py")) - acts
    named = set().union(*(names_in(ast.parse(path.read_text())) for path in outside))
    return {name for name in telling & named if not name.startswith("_")}


def names_in(tree: ast.AST) -> set[str]:
    found = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return found | {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def test_every_act_that_followers_hear_of_has_a_row():
    assert entrances() == set().union(*(row.acts for row in TABLE))
