"""Whoever asks for whatever moderation can do is allowed or refused exactly as docs/moderation.md says.

The tables there are read from the document itself. A new address or act of moderation makes this fail until it has a
row there and a line in moderation_requests.py.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils.html import escape

from accounts.models import Person
from forum.kernel.errors import Refused
from forum.pages import urls
from tests.access import moderation_requests, requests_about_people, requests_of_places
from tests.access.moderation_requests import COLUMNS, Door, Stage, make_stage

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENT = ROOT / "docs" / "moderation.md"
DOORS = moderation_requests.DOORS | requests_of_places.DOORS | requests_about_people.DOORS
# Acts of the dialogue are of everybody who takes part, but for those of rapporteurs and what acts of moderators use.
# Every other act has a row.
TAKING_PART = "forum.dialogue.actions."
OF_EMAIL = "forum.mail.actions."  # what somebody wants to be told
NOT_OF_EVERYBODY = {f"{TAKING_PART}{name}" for name in ("lockables", "log", "outgoing_mail", "repair", "summaries")}
# Addresses of people who take part that share a file with those of moderators.
NOT_MODERATION: set[str] = set()

pytestmark = pytest.mark.either  # roles are rules: three minutes of requests on one database are enough


@dataclass(frozen=True)
class Answer:
    """What a word in a cell stands for: a status, and a sentence that the answer must hold."""

    status: int
    sentence: str


def tables(first: str) -> Iterator[list[dict[str, str]]]:
    """The tables of the document whose first column is called so, each as rows by column."""
    for block in re.findall(r"(?:^\|.*\n)+", DOCUMENT.read_text(), re.M):
        head, _, *lines = ([cell.strip() for cell in line.strip().strip("|").split("|")] for line in block.splitlines())
        if head[0] == first:
            yield [dict(zip(head, line, strict=True)) for line in lines]


ROWS = {row["route"].strip("`"): row for table in tables("route") for row in table}
ANSWERS = {row["cell"]: Answer(int(row["status"]), row["what they read"]) for table in tables("cell") for row in table}


def test_the_tables_have_every_column():
    for table in tables("route"):
        for row in table:
            assert tuple(row)[2:] == COLUMNS, row["route"]
            assert set(list(row.values())[2:]) <= {"yes", *ANSWERS}, row["route"]
    assert len(ROWS) == sum(len(table) for table in tables("route")), "no row twice"


def test_every_row_is_tried_and_every_door_has_its_row():
    assert DOORS.keys() == ROWS.keys()


def test_every_address_of_moderation_has_a_row():
    named = {key.split(":")[0] for key in ROWS}
    missing = {pattern.name for pattern in _patterns() if _is_moderation(pattern)} - named - NOT_MODERATION
    assert missing == set(), "add a row to docs/moderation.md and a line to moderation_requests.py"
    assert {pattern.name for pattern in _patterns()} >= NOT_MODERATION


def test_every_act_of_moderation_has_a_row():
    named = {act for row in ROWS.values() for act in re.findall(r"`(\w+)`", row["act"])}
    assert set(_acts()) - named == set(), "name it in the column act of docs/moderation.md"
    assert named - set(_acts()) == set(), "acts that do not exist"


@pytest.fixture
def stage(db: None) -> Stage:
    return make_stage()


@pytest.mark.parametrize("key", DOORS)
def test_each_is_allowed_or_refused_as_the_table_says(stage: Stage, key: str):
    wrong = [
        f"{column}: {found}"
        for column in COLUMNS
        for found in _tried(stage, key, DOORS[key], column, ROWS[key][column])
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("key", [key for key, door in DOORS.items() if door.act])
def test_each_act_asks_again_by_itself(stage: Stage, key: str):
    wrong = []
    for column in COLUMNS:
        with transaction.atomic():
            said = _acted(stage, DOORS[key], column)
            transaction.set_rollback(True)
        cell = ROWS[key][column]
        # Where the door says no sentence (what it calls missing, or does not offer), the act has its own reason.
        right = said == "" if cell == "yes" else said and said == (ANSWERS[cell].sentence or said)
        if not right:
            wrong.append(f"{column}: {said or 'done'}, but {cell}")
    assert not wrong, "\n".join(wrong)


def _tried(stage: Stage, key: str, door: Door, column: str, cell: str) -> Iterator[str]:
    """What is not as the cell says, by one real request for each way to ask; nothing of it stays."""
    with transaction.atomic():
        _set(stage, door, column)
        address = _address(key, stage)
        client = Client(raise_request_exception=False)
        if column != "anonymous":
            client.force_login(stage.people[column])
        if door.get:
            yield from (f"GET {wrong}" for wrong in _unlike(cell, client.get(address)))
        if door.post is not None:
            sent = door.post(stage) if callable(door.post) else door.post
            before = _everything()
            yield from (f"POST {wrong}" for wrong in _unlike(cell, client.post(address, sent), is_sent=True))
            if (_everything() != before) != (cell == "yes"):
                yield "POST changed nothing" if cell == "yes" else f"POST changed something, but the table says {cell}"
        transaction.set_rollback(True)


def _unlike(cell: str, answer: HttpResponse, *, is_sent: bool = False) -> Iterator[str]:
    """How an answer differs from what the cell promises."""
    if cell == "yes":
        is_right = answer.status_code == 200 or (is_sent and answer.status_code == 302)
    else:
        expected = ANSWERS[cell]
        is_right = answer.status_code == expected.status and escape(expected.sentence) in answer.content.decode()
    if not is_right:
        yield f"was answered with {answer.status_code} {_said(answer)!r}, but the table says {cell}"


def _acted(stage: Stage, door: Door, column: str) -> str:
    """The sentence with which the act refused; empty if it was done."""
    _set(stage, door, column)
    known = stage.people[column]
    by = known if column == "anonymous" else Person.objects.get(pk=known.pk)
    assert door.act
    try:
        door.act(stage, by)
    except Refused as refusal:
        return str(refusal.reason.label)
    return ""


def _set(stage: Stage, door: Door, column: str) -> None:
    stage.person = stage.people[column]
    stage.written_by("author who moderates" if column == "author who moderates" else "author")
    door.prepare(stage)


def _address(key: str, stage: Stage) -> str:
    name = key.split(":")[0]
    pattern = next(pattern for pattern in _patterns() if pattern.name == name)
    asked = stage.asked()
    return reverse(name, kwargs={each: asked[each] for each in pattern.pattern.regex.groupindex})


def _everything() -> list[Any]:
    """All that is stored of the dialogue: what nobody may do leaves no trace at all."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_app_config("forum").get_models():
            cursor.execute(f"SELECT * FROM {model._meta.db_table} ORDER BY {model._meta.pk.column}")
            found.append(cursor.fetchall())
    return found


def _said(answer: HttpResponse) -> str:
    main = re.search(r"<main.*?</main>", answer.content.decode(), re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main.group() if main else "")).strip()[:160]


def _patterns() -> list[URLPattern]:
    return [pattern for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)]


def _is_moderation(pattern: URLPattern) -> bool:
    """Whether it is under moderation/, or its view stands where acts of moderation are used."""
    module = inspect.unwrap(pattern.callback).__module__
    return (
        "/moderation/" in str(pattern.pattern)
        or module == "forum.moderation.web.decision_pages"
        or module in _deciding_modules()
    )


def _pages() -> Iterator[tuple[str, Path]]:
    """Every module of views, with its file."""
    for path in (ROOT / "forum").glob("*/web/*.py"):
        yield ".".join(path.relative_to(ROOT).with_suffix("").parts), path


@cache
def _deciding_modules() -> set[str]:
    return {module for module, path in _pages() if _acts_used(path)}


def _acts() -> dict[str, Any]:
    """Every act of moderation: public functions that take `by`, of the modules of acts that pages use."""
    found = {}
    for name in {module for _, path in _pages() for module in _acts_used(path)}:
        module = importlib.import_module(name)
        for each, act in inspect.getmembers(module, inspect.isfunction):
            own = inspect.unwrap(act).__module__ == module.__name__
            if own and not each.startswith("_") and "by" in inspect.signature(act).parameters:
                found[each] = act
    return found


def _acts_used(path: Path) -> set[str]:
    """The modules of acts of moderation that a file imports."""
    used = set()
    for node in ast.walk(ast.parse(path.read_text())):
        module = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
        if module.endswith(".actions"):
            used |= {f"{module}.{name.name}" for name in node.names}
        elif ".actions." in module:
            used.add(module)
    return {module for module in used if module in NOT_OF_EVERYBODY or not module.startswith((TAKING_PART, OF_EMAIL))}
