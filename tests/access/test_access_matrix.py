"""Every address, by everybody, in every way: who is let in, who writes, and who reads what is not for all.

What is right stands in the tables in tests/access/. Whoever adds an address adds it to one of them. A button is sent as
the page of its comment, thread or theme offers it; what is sent where people type stands in matrix_requests.py (or, in
moderation, in a row of docs/moderation.md).
"""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from forum.events.queries.positions import Position
from forum.live import frames
from tests.access.forms import forms_in
from tests.access.matrix_browser import ENDED, FROM_LETTER, SAFE, Answer, Browser
from tests.access.matrix_readers import SECRETS
from tests.access.matrix_requests import Address, complete, every_address
from tests.access.matrix_secrets import Planted, insert_comment, paths, words_in
from tests.access.matrix_stage import ROLES, World, make_world
from tests.access.matrix_table import rows
from tests.factories import changes_since

pytestmark = pytest.mark.django_db

ADDRESSES = every_address()
TABLE = rows()
# Who looks behind every hidden thing. The other roles have the rights of one of these, and look at each address once.
LOOKING = ("participant", "in theme")
ALSO_LOOKING = ("anonymous", "author", "elsewhere", "rapporteur", "organiser", "staff")
WITH_BUTTONS = ("comment", "thread", "theme")  # pages with forms in which nothing is typed
TAG, BARE_ZONE = re.compile(rb"<[^>]*>"), re.compile(rb"\bUTC\b")
LINK_IN_A_LETTER = "account_reset_password_from_key"
# An address that names something of an event, besides the event and the form in which it is shown.
OF_AN_EVENT = [each for each in ADDRESSES if "event_slug" in each.parts and each.parts - {"event_slug", "form"}]


@dataclass
class Matrix:
    world: World
    planted: Planted
    browser: Browser
    looked: dict[tuple[str, str], Answer] = field(default_factory=dict)  # what GET was answered, for HEAD
    buttons: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)  # by role and address: the fields

    def ask(self, role: str, method: str, address: Address, path: str = "") -> Answer:
        """One request with what belongs to it; by somebody who has just come."""
        world = self.world
        asked = world.asked.get(address.name) if method in {"GET", "HEAD"} else None
        path = path or address.path({**world.values_of(address.name)})
        sent = self._sent(role, address, path) if method == "POST" else asked
        return self.browser.ask(world.sessions.get(role, ""), method, path, sent)

    def _sent(self, role: str, address: Address, path: str) -> Any:
        """What matrix_requests.py says, or the form of this address as this role is offered it, or else another."""
        if address.name in self.world.sent:
            sent = self.world.sent[address.name]
            return sent(role) if callable(sent) else sent
        return next((self._buttons(who)[path] for who in (role, *ROLES) if path in self._buttons(who)), None)

    def _buttons(self, role: str) -> dict[str, dict[str, str]]:
        """The forms that this role is offered, by their addresses."""
        if role not in self.buttons:
            pages = [self.look(role, each) for each in ADDRESSES if each.name in WITH_BUTTONS]
            self.buttons[role] = dict(form for page in pages for form in forms_in(page.body).items())
        return self.buttons[role]

    def look(self, role: str, address: Address) -> Answer:
        """The same by GET, once."""
        known = (role, address.route)
        if known not in self.looked:
            self.looked[known] = self.ask(role, "GET", address)
        return self.looked[known]


@pytest.fixture(scope="module")
def matrix(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Matrix]:
    """One stage for all: nothing that is asked of it stays."""
    logging.disable(logging.CRITICAL)  # thousands of refusals are what is asked for
    folder = str(tmp_path_factory.mktemp("files"))
    with override_settings(MEDIA_ROOT=folder), django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        complete(world)
        yield Matrix(world, insert_comment(world), Browser())
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


def test_every_address_has_a_row():
    missing = {each.route for each in ADDRESSES} - TABLE.keys()
    assert missing == set(), "add it to a class of addresses in tests/access/"
    assert TABLE.keys() - {each.route for each in ADDRESSES} == set(), "there is no such address any more"


@pytest.mark.parametrize("method", [
    "GET", "POST", *(pytest.param(method, marks=pytest.mark.either) for method in ("PUT", "DELETE", "OPTIONS"))
])  # fmt: skip
def test_everybody_is_answered_as_the_table_says(matrix: Matrix, method: str):
    wrong = []
    for address in ADDRESSES:
        for role in ROLES:
            answer = matrix.look(role, address) if method == "GET" else matrix.ask(role, method, address)
            wrong += [f"{method} {each}" for each in _problems(answer, method, address, role)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.either
def test_head_answers_as_get(matrix: Matrix):
    """With the same status and the same headers, without a body; and it writes as little."""
    wrong = []
    for address in ADDRESSES:
        for role in ROLES:
            got, asked = matrix.look(role, address), matrix.ask(role, "HEAD", address)
            wrong += list(_problems(asked, "HEAD", address, role))
            if (asked.status, asked.headers, asked.body) != (got.status, got.headers, b""):
                wrong.append(f"/{address.route} by {role}: {asked.headers} instead of {got.headers}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ["chair", "other event"])
def test_what_belongs_to_an_event_is_not_found_under_another(matrix: Matrix, role: str):
    """By who organises both events, so that no role stands in the way, and by who organises the one that is named."""
    assert len(OF_AN_EVENT) > 15
    found = {
        f"{method} {path}": answer.word
        for address in OF_AN_EVENT
        for path in [address.path({**matrix.world.values_of(address.name), "event_slug": matrix.world.lima.slug})]
        for method in ("GET", "POST")
        if (answer := matrix.ask(role, method, address, path)).word != _not_found(address, method)
    }
    assert found == {}


def test_what_belongs_to_a_thread_is_not_found_under_another(matrix: Matrix):
    addresses = [each for each in ADDRESSES if "thread_id" in each.parts and each.parts - {"thread_id", "form"}]
    assert len(addresses) > 2
    for address in addresses:
        path = address.path({**matrix.world.values_of(address.name), "thread_id": matrix.world.values["thread_id"]})
        for method in ("GET", "POST"):
            assert matrix.ask("organiser", method, address, path).word == "404", path


def _not_found(address: Address, method: str) -> str:
    return "405" if TABLE[address.route].cell(method, "organiser") == "405" else "404"


@pytest.mark.parametrize("role", [
    *LOOKING, *(pytest.param(role, marks=pytest.mark.either) for role in ALSO_LOOKING)
])  # fmt: skip
def test_what_is_hidden_is_found_by_those_alone_who_may_read_it(matrix: Matrix, role: str):
    """All that is hidden, behind every address that can name it."""
    shown: defaultdict[str, set[str]] = defaultdict(set)
    wrong = []
    for address in ADDRESSES:
        if TABLE[address.route].cell("GET", role) == "405":
            continue
        answers = [matrix.look(role, address)]
        for path in paths(matrix.world, matrix.planted, address):
            answers.append(answer := matrix.ask(role, "GET", address, path))
            if answer.status >= 500 or _not_allowed(answer, address, role):
                wrong.append(f"{path}: {answer.status}, and wrote {answer.wrote}")
        for kind in words_in(b"".join(answer.everything for answer in answers)):
            shown[kind].add(address.name)
    for kind, places in shown.items():
        wrong += [f"{kind} at {name}" for name in places if not SECRETS[kind].may_stand(role, name)]
    wrong += [f"{kind} nowhere" for kind, secret in SECRETS.items() if role in secret.roles and kind not in shown]
    assert not wrong, "\n".join(wrong)


def test_nothing_hidden_travels_to_followers(matrix: Matrix):
    found: Any = changes_since(matrix.world.stage.theme.pk, 0)
    sent = "".join(frames.frames("theme:1", Position(0, 0), found.stamps, frames.encoded(found)))
    assert "Everybody reads this." in sent
    assert words_in(sent.encode()) == set()


def test_its_size_is_told(matrix: Matrix):
    """Run with -s. Statements, because seconds say more about the machine."""
    asked = matrix.browser.requests
    print(f"\n{len(ADDRESSES)} addresses, {len(ROLES)} roles, {asked.total()} requests {dict(asked)}, "
          f"{matrix.browser.statements} statements")  # fmt: skip
    assert matrix.browser.statements <= 6 * asked.total()


def _problems(answer: Answer, method: str, address: Address, role: str) -> Iterator[str]:
    """What is not as it should be in one answer."""
    right, where = TABLE[address.route].cell(method, role), f"/{address.route} by {role}"
    if answer.word != right:
        yield f"{where}: {answer.word}, but the table says {right}"
    if method in SAFE and (wrote := _not_allowed(answer, address, role)):
        yield f"{where}: a look wrote {wrote}"
    if method == "GET" and not address.route.startswith("admin/") and BARE_ZONE.search(TAG.sub(b" ", answer.body)):
        yield f"{where}: it tells a time in UTC, which nobody knows by that name"
    for kind in words_in(answer.everything):
        if not SECRETS[kind].may_stand(role, address.name):
            yield f"{where}: it shows what is hidden ({kind})"


def _not_allowed(answer: Answer, address: Address, role: str) -> list[str]:
    """What a look has written, but for the two things that it may."""
    wrote = [sql for sql in answer.wrote if not (role == "suspended" and sql.startswith(ENDED))]
    if address.name == LINK_IN_A_LETTER:
        wrote = [sql for sql in wrote if not sql.startswith(FROM_LETTER)]
    return wrote + ["a letter"] * answer.letters
