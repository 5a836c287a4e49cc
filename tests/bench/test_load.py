"""What `make bench` measures with: its load against a live server, its way with forms, and what it counts."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from bench.browser import Browser, Page
from bench.emails import IN_A_THREAD, write_mailbox
from bench.load import Load, Plan
from bench.measure import timed
from bench.scenarios import UNCHANGED, page, replies
from bench.sites import PROBE
from forum.exchange.discussions import import_discussion
from forum.models import Comment, Theme, Thread
from tests.conftest import Cast
from tests.factories import PASSWORD
from tests.server import running

pytestmark = pytest.mark.either

FORM = """
<form action="/other/"><input name="q"></form>
<form method="post">
  <input type="hidden" name="token" value="same"><input type="hidden" name="once" value="%032x">
  <input name="empty"><input type="checkbox" name="off" value="1"><input type="checkbox" name="on" value="1" checked>
  <select name="chosen"><option value="a"><option value="b" selected></select>
  <textarea name="words">as &lt;it&gt; was</textarea> <button name="act" value="preview">Preview</button>
</form>
"""
COUNTED = """
import sqlite3, sys, threading

def called():
    pass

def work():
    for _ in range(1_000):
        called()

connection = sqlite3.connect(":memory:", isolation_level=None)
for statement in ("BEGIN", "SELECT 1", "PRAGMA user_version", "COMMIT"):
    connection.execute(statement)
print("ready", flush=True)
sys.stdin.readline()
thread = threading.Thread(target=work)
thread.start()
thread.join()
print("done", flush=True)
sys.stdin.readline()
"""


@pytest.mark.django_db(transaction=True)
def test_the_load_asks_and_answers_as_people_do(thread: Thread, cast: Cast):
    with running() as server, Load() as load:
        people = {"": Browser(server.port), "writer 0": Browser(server.port), "writer 1": Browser(server.port)}
        for who, email in (("writer 0", cast.ada.email), ("writer 1", cast.ben.email)):
            people[who].log_in(email, PASSWORD)
        stage = {"thread": thread.pk, "opening": thread.opening_id}
        build = SimpleNamespace(name="this")
        site = SimpleNamespace(build=build, port=server.port, people=people, stage=stage, cpu=lambda: (0.0, 0.0))
        path = f"/threads/{thread.pk}/"
        asked = page("thread", path)
        plain = timed(load, [site], asked, 0.2, 2)["this"].outcome
        unchanged = timed(load, [site], page("thread", path, way=UNCHANGED), 0.2, 2)["this"].outcome
        assert plain.statuses.keys() == {200}
        assert unchanged.statuses.keys() == {304}
        assert plain.size / plain.count > 10_000 > 1_000 > unchanged.size / unchanged.count, "heads and bodies"
        assert 0 < plain.median < 5_000
        assert plain.rate > 0
        written = timed(load, [site], replies("reply", 2, lambda stage: [stage["opening"]]), 0.0, 1)["this"].outcome
        assert written.statuses == {302: written.count}
        assert Comment.objects.filter(thread=thread).count() == 1 + written.count, "each form makes one reply"
        with pytest.raises(AssertionError, match="404"):
            timed(load, [site], page("nothing", "/threads/0/"), 0.1, 1)


def test_the_load_opens_a_connection_again_that_was_closed_after_an_answer():
    said = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
    with socket.create_server(("127.0.0.1", 0)) as listener, Load() as load:
        script = (
            "import socket, sys\nlistener = socket.socket(fileno=int(sys.argv[1]))\n"
            f"for _ in range(3):\n    line = listener.accept()[0]; line.recv(999); line.sendall({said!r}); line.close()"
        )
        command = [sys.executable, "-c", script, str(listener.fileno())]
        with subprocess.Popen(command, pass_fds=[listener.fileno()]):
            request = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
            outcome = load.carry_out(Plan(listener.getsockname()[1], [[request] * 3]))
    assert outcome.statuses == {200: 3}


def test_forms_are_found_with_what_a_browser_would_send():
    found, again = (Page("/here/", 200, {}, FORM % number).form_with("textarea") for number in (1, 2))
    assert (found.action, found.method) == ("/here/", "POST")
    assert found.fields == {
        "token": "same", "once": f"{1:032x}", "empty": "", "on": "1", "chosen": "b", "words": "as <it> was",
    }  # fmt: skip
    assert found.keys(again) == ["once"], "what makes each copy of the form one of its own"
    with pytest.raises(AssertionError, match="no form with a password"):
        Page("/here/", 200, {}, FORM).form_with("password")


def test_calls_in_all_threads_are_counted_and_statements_with_begin_and_commit(tmp_path: Path):
    script = tmp_path / "script.py"
    script.write_text(COUNTED)
    command = [sys.executable, str(PROBE), str(tmp_path / "probe"), str(script)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=tmp_path, **pipes) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        before = at_rest(tmp_path / "probe")
        process.stdin.write(b"\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"done\n"
        after = at_rest(tmp_path / "probe")
        process.communicate(b"\n")
    assert 1_000 < after["calls"] - before["calls"] < 1_200, "those of the other thread"
    assert before["statements"] == after["statements"] == 3


def at_rest(place: Path) -> dict[str, int]:
    """The counts, once the script only waits: then they stay, since being asked counts as nothing."""
    for _ in range(100):
        if (found := ask(place)) == ask(place):
            return found
        time.sleep(0.05)
    raise AssertionError("the counts never stay")


def ask(place: Path) -> dict[str, int]:
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(place))
        return json.loads(line.makefile("rb").read())


@pytest.mark.django_db
def test_the_mailbox_is_imported_whole(tmp_path: Path, theme: Theme):
    file = tmp_path / "mailbox.mbox"
    write_mailbox(file, IN_A_THREAD + 5)
    report = import_discussion(theme, file)
    assert (report.new, report.broken) == (IN_A_THREAD + 5, [])
    assert Thread.objects.count() == 2
