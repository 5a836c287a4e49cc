"""Expensive work has turns: whoever finds none is told so, and loses nothing."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from forum.kernel import work
from forum.kernel.errors import Refused
from forum.kernel.work import Work
from forum.models import Attachment, Comment
from tests.dialogue.test_attachments import PDF, add, picture
from tests.factories import new_key

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


@pytest.fixture
def all_taken(monkeypatch):
    """Every turn is somebody else's, and nobody waits for one."""
    with ExitStack() as turns:
        for name in ("PICTURES", "PREVIEWS", "PRINTS", "IMPORTS"):
            monkeypatch.setattr(work, name, Work(at_once=1, waiting=0, patience=0))
            turns.enter_context(getattr(work, name).turn())
        yield


def told(answer) -> str:
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    return answer.content.decode()


def test_a_picture_without_a_turn_is_refused_in_words(thread, cast, all_taken):
    answer = add(cast.client("ben"), thread.theme, picture())
    assert "is busy right now" in told(answer)
    assert not Attachment.objects.exists()


def test_who_may_not_add_pictures_takes_nobodys_place(thread, cast, all_taken):
    assert add(cast.client("eve"), thread.theme, picture()).status_code == 403


@pytest.mark.parametrize("act", ["", "attach"])
def test_without_scripts_the_words_come_back_with_the_box(thread, cast, all_taken, act):
    file = SimpleUploadedFile("a.png", picture("PNG"))
    fields = {"source": "My long text.", "key": new_key(), "act": act, "file": file, "file_alt": "A wall"}
    page = told(cast.client("ben").post(f"/comments/{thread.opening_id}/reply/", fields))
    assert "is busy right now" in page
    assert "My long text." in page
    assert Comment.objects.count() == 1


def test_a_new_thread_keeps_its_words(theme, cast, all_taken):
    file = SimpleUploadedFile("a.png", picture("PNG"))
    fields = {"title": "My title", "source": "My long text.", "key": new_key(), "file": file, "file_alt": "A wall"}
    page = told(cast.client("ada").post(f"/baku/{theme.slug}/open/", fields))
    assert "My title" in page
    assert "My long text." in page


def test_a_preview_without_a_turn(thread, cast, all_taken):
    client = cast.client("ben")
    assert "is busy right now" in told(client.post("/preview/", {"source": "A *word*."}))
    fields = {"source": "My long text.", "key": new_key(), "act": "preview"}
    page = told(client.post(f"/comments/{thread.opening_id}/reply/", fields))
    assert "My long text." in page


def test_a_print_without_a_turn(thread, all_taken):
    theme = thread.theme
    assert "is busy right now" in told(Client().get(f"/{theme.event.slug}/{theme.slug}/print/"))


def test_a_turn_is_given_back_whatever_happens(thread, cast):
    client = cast.client("ben")
    for content in (b"no picture", picture()[:400], picture("PNG", (6000, 5100)), PDF):
        add(client, thread.theme, content)
    for source in ("", "\x01", "[" * 5000, "A word."):
        client.post("/preview/", {"source": source})
    assert add(client, thread.theme, picture()).status_code == 200
    assert client.post("/preview/", {"source": "A word."}).status_code == 200


def test_never_more_at_once_than_there_are_turns_and_no_more_wait_than_there_are_places():
    kind, answers = Work(at_once=2, waiting=3, patience=30), []
    inside, most, lock = 0, 0, threading.Lock()
    go_on = threading.Event()

    def work_once() -> None:
        nonlocal inside, most
        try:
            with kind.turn():
                with lock:
                    inside += 1
                    most = max(most, inside)
                go_on.wait(30)
                with lock:
                    inside -= 1
            answers.append("done")
        except Refused:
            answers.append("refused")

    threads = [threading.Thread(target=work_once) for _ in range(9)]
    for thread in threads:
        thread.start()
    while answers.count("refused") < 4:
        time.sleep(0.01)
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert (most, answers.count("done"), answers.count("refused")) == (2, 5, 4)


def test_who_waits_too_long_is_told():
    kind = Work(at_once=1, waiting=1, patience=0.01)
    with kind.turn(), pytest.raises(Refused), kind.turn():
        pass
    with kind.turn():
        pass
