"""Broken on purpose, one thing at a time: doctor names it, says what to do, and nothing else."""

from __future__ import annotations

import json
import os
import socket
import time
from contextlib import closing
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from forum.dialogue.models.attachment import content_path
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.models import Attachment, Comment, DayCount, Event, OutgoingMail, Restoration, Theme
from forum.moderation.actions.moderation import remove_comment
from tests.backup.archives import everything, manage
from tests.dialogue.test_attachments import with_file
from tests.services import free_port
from tests.support.schema import from_the_future

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sound")]

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def sound(folder: Path, thread: Any) -> Any:
    """A site about which there is nothing to say, until a test breaks something."""
    return thread


def examined() -> tuple[int, dict[str, tuple[str, str]]]:
    """The exit code, and what is not well: its level and the sentence."""
    out, code = StringIO(), 0
    try:
        call_command("doctor", "--json", stdout=out)
    except SystemExit as end:
        code = int(str(end.code))
    found = {row["about"]: (row["level"], row["sentence"]) for row in json.loads(out.getvalue())}
    found.pop("mail") if found["mail"][0] == "warning" else None  # tests print their mail
    found.pop("disk") if found["disk"][0] == "warning" else None  # whatever the machine of the tests has
    return code, {about: said for about, said in found.items() if said[0] != "ok"}


def only(about: str, level: str, *words: str) -> None:
    code, found = examined()
    assert list(found) == [about], found
    assert found[about][0] == level
    for word in words:
        assert word in found[about][1]
    assert code == (level == "failure")


def test_a_sound_site_has_no_findings():
    assert examined() == (0, {})


def test_the_report_for_people_has_a_line_for_each_check(settings):
    settings.ALLOWED_HOSTS = ["elsewhere.example"]
    out = StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("doctor", stdout=out)
    lines = out.getvalue().splitlines()
    assert "ok       trees" in lines
    (failure,) = [line for line in lines if line.startswith("failure")]
    assert failure.startswith("failure  addresses   ALLOWED_HOSTS does not include")


@pytest.mark.either
def test_1_the_database_is_away():
    said = manage("doctor", DATABASE_URL=f"postgres://nobody@127.0.0.1:{free_port()}/x", EMAIL_URL="consolemail://")
    assert said.returncode == 1
    assert "failure  database    The database x cannot be used: " in said.stdout
    assert "Check DATABASE_URL, and that it is running." in said.stdout
    assert "skipped  trees" in said.stdout
    assert said.stderr == ""


@pytest.mark.either
def test_2_the_database_was_not_migrated(tmp_path):
    (tmp_path / "empty.sqlite3").touch()
    said = manage("doctor", DATABASE_URL=f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    assert said.returncode == 1
    assert "failure  migrations  The database is not up to date" in said.stdout
    assert "Run manage.py migrate." in said.stdout


@pytest.mark.either
def test_2b_the_database_is_not_there_and_nothing_makes_one(tmp_path):
    database, folder = tmp_path / "new" / "x.sqlite3", tmp_path / "folder"
    said = manage("doctor", DATABASE_URL=f"sqlite:///{database}", FILES_FOLDER=str(folder))
    assert said.returncode == 1
    assert f"failure  database    The database {database} does not exist. Check DATABASE_URL" in said.stdout
    assert "ok       folder" in said.stdout
    assert "skipped  migrations  Skipped: fix database first." in said.stdout
    assert manage("backup", str(tmp_path / "x.tar.gz"), DATABASE_URL=f"sqlite:///{database}").returncode == 1
    assert list(tmp_path.iterdir()) == []


def test_3_a_newer_version_used_the_database():
    with from_the_future():
        code, found = examined()
    assert (code, found["migrations"][0]) == (1, "failure")
    assert "forum.9999_from_the_future" in found["migrations"][1]
    assert "Install that version again" in found["migrations"][1]
    assert found["trees"][0] == "skipped"


def test_4_redis_is_away(settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    only("redis", "failure", "Redis cannot be reached", "Check REDIS_URL")


def test_5_the_mail_server_is_away(settings):
    settings.EMAIL_SENT_BY, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", free_port()
    only("mail", "failure", f"127.0.0.1:{settings.EMAIL_PORT} cannot be used", "Check EMAIL_URL")


def test_5b_the_mail_server_says_nothing(settings):
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        settings.EMAIL_SENT_BY, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, *silent.getsockname()
        begun = time.monotonic()
        only("mail", "failure", "cannot be used", "Check EMAIL_URL")
    assert time.monotonic() - begun < 20


@pytest.mark.either
def test_5c_email_is_only_printed(tmp_path):
    said = manage("doctor", DATABASE_URL=f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    assert "warning  mail        Email is only printed or stored" in said.stdout
    assert "Set EMAIL_URL to a mail server." in said.stdout


def test_6_the_folder_for_files_cannot_be_written(settings, tmp_path):
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = str(tmp_path / "file")
    code, found = examined()
    assert (code, found["folder"][0]) == (1, "failure")
    assert f"{tmp_path / 'file' / 'files'} cannot be written" in found["folder"][1]
    assert "Check FILES_FOLDER" in found["folder"][1]


def test_7_the_file_of_a_comment_is_missing(sound, cast):
    with_file(cast.client("ada"), sound.opening)
    path = content_path(Attachment.objects.get().token)
    default_storage.delete(path)
    only("files", "failure", path, "restore them from a backup")


def test_7b_a_file_belongs_to_nobody(folder):
    stray = folder / content_path("a-stray-file-of-nobody")
    stray.parent.mkdir(parents=True)
    stray.touch()
    assert examined() == (0, {}), "it may be arriving just now"
    long_ago = time.time() - 7200
    os.utime(stray, (long_ago, long_ago))
    only("files", "warning", "a-stray-file-of-nobody", "delete them")


def test_8_the_clock_was_put_back(sound):
    ahead = timezone.now() + timedelta(hours=3)
    Comment.objects.filter(pk=sound.opening_id).order_by().update(created_at=ahead)
    only("clock", "failure", f"{ahead:%Y-%m-%d %H:%M}", "Synchronise the clock with NTP")


def test_9_a_tree_is_not_sound(sound, say):
    first = say("ben", "One.", to=sound.opening)
    second = say("ada", "Two.", to=first)
    Comment.objects.filter(pk=second.pk).order_by().update(level=4)
    only("trees", "failure", f"thread {sound.pk}", "Run manage.py check_trees --repair")
    call_command("check_trees", "--repair", stdout=StringIO())
    assert examined() == (0, {}), "the remedy is one"


@pytest.mark.parametrize(
    ("model", "column"), [("theme", "comment_count"), ("theme", "thread_count"), ("thread", "comment_count"),
                          ("comment", "agree_count"), ("day", "published")],
)  # fmt: skip
def test_10_a_count_is_wrong(sound, model, column):
    rows = {"theme": Theme.objects.filter(pk=sound.theme_id), "thread": type(sound).objects.filter(pk=sound.pk),
            "comment": Comment.objects.filter(pk=sound.opening_id).order_by(),
            "day": DayCount.objects.filter(theme=sound.theme_id)}  # fmt: skip
    rows[model].update(**{column: 7})
    only("counts", "failure", "Run manage.py recount")
    call_command("recount", stdout=StringIO())
    assert examined() == (0, {}), "the remedy is one"


def test_11_the_search_lacks_a_comment(sound):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM forum_search")
    only("search", "failure", "1 comments", "Run manage.py reindex")
    call_command("reindex", stdout=StringIO())
    assert examined() == (0, {}), "the remedy is one"


def test_11b_the_search_finds_what_was_removed(sound, say):
    gone = say("ben", "One.", to=sound.opening)
    Comment.objects.filter(pk=gone.pk).order_by().update(status="withdrawn", in_public_tree=False)
    code, found = examined()
    assert code == 1
    assert "Run manage.py reindex" in found["search"][1]


def test_11c_the_search_looks_for_a_comment_in_another_theme(sound):
    unmark = {"sqlite": "marks = 'e1 t0'", "postgresql": "document = ts_filter(document, '{a,b,d}')"}
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE forum_search SET {unmark[connection.vendor]}")
    only("search", "failure", "1 comments", "Run manage.py reindex")
    call_command("reindex", stdout=StringIO())
    assert examined() == (0, {}), "the remedy is one"


def test_12_the_proxy_is_not_believed(settings):
    settings.IS_SECURE, settings.SECURE_PROXY_SSL_HEADER = True, None
    only("proxy", "warning", "redirect to themselves", "Set BEHIND_PROXY to on")


def test_12b_a_proxy_is_believed_that_may_not_be_there(settings):
    settings.IS_SECURE, settings.SECURE_PROXY_SSL_HEADER = False, ("HTTP_X_FORWARDED_PROTO", "https")
    only("proxy", "warning", "BEHIND_PROXY is on", "BEHIND_PROXY to off")


def test_13_the_site_does_not_answer_to_its_own_name(settings):
    settings.ALLOWED_HOSTS = ["elsewhere.example"]
    only("addresses", "failure", "ALLOWED_HOSTS does not include", "Add it")


def test_14_debug_is_on_for_everybody(settings):
    settings.DEBUG, settings.SITE_HOST = True, "forum.example.org"
    settings.ALLOWED_HOSTS = ["forum.example.org"]
    only("addresses", "failure", "DEBUG is on", "Set DEBUG to off")


def test_15_several_processes_on_sqlite(settings):
    settings.WEB_CONCURRENCY = 2
    settings.REDIS_URL = os.environ.get("REDIS_URL", "")
    _, found = examined()
    if connection.vendor == "sqlite":
        assert found["processes"] == ("warning", "SQLite supports only one server process. Set WEB_CONCURRENCY to 1, "
                                                 "or use PostgreSQL in DATABASE_URL.")  # fmt: skip
        assert "needs REDIS_URL" in found["settings"][1]
    else:
        assert "processes" not in found


def test_16_an_event_has_an_address_of_parleys_own(sound):
    Event.objects.filter(pk=sound.theme.event_id).update(slug="search")
    only("names", "warning", "/search/", "Rename it in the admin site")


def test_17_a_restored_copy_waits_for_its_confirmation():
    Restoration.objects.create(archived_at=timezone.now(), restored_at=timezone.now())
    only("restored", "warning", "It sends no email", "manage.py confirm_restore")
    call_command("confirm_restore", stdout=StringIO())
    assert examined() == (0, {}), "the remedy is one"


def test_18_nothing_sends_the_emails(sound, cast, say):
    held = say("ben", "One.", to=sound.opening)
    remove_comment(held, seen=SKIP_CHECK, by=cast.mo, reason="Against the rules.", now=timezone.now())
    OutgoingMail.objects.update(due_at=timezone.now() - timedelta(hours=1))
    only("emails", "failure", "1 emails are overdue", "manage.py do_due from a timer")
    OutgoingMail.objects.update(tries=8)
    only("emails", "warning", "refused 8 times", "log")
    OutgoingMail.objects.update(sending_since=timezone.now())
    assert examined() == (0, {}), "a server is at it just now"
    OutgoingMail.objects.update(data_began_at=timezone.now() - timedelta(hours=1))
    only("emails", "warning", "1 emails may not have been sent. See those marked Uncertain")


def test_19_the_disk_is_nearly_full(monkeypatch, folder):
    usage = type("Usage", (), {"free": 12_000_000})
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage)
    out = StringIO()
    call_command("doctor", stdout=out)
    assert f"warning  disk        Only 12 MB are free in {folder}. Free disk space" in out.getvalue()


def test_doctor_changes_nothing(sound):
    Theme.objects.filter(pk=sound.theme_id).update(comment_count=9)
    before = everything()
    assert examined()[0] == 1
    assert everything() == before
