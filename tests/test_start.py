"""Starting: one clear line for everything that is wrong, and nothing for what is right."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.services import free_port

ROOT = Path(__file__).resolve().parent.parent
RIGHT = {"SECRET_KEY": "0123456789" * 6, "SITE_URL": "https://forum.example.org", "PATH": os.environ["PATH"]}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return python("manage.py", *arguments, **environment)


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = RIGHT | environment
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY_FILE": "/no/such/file"}, "SECRET_KEY_FILE"),
        ({"SITE_URL": "forum.example.org"}, "SITE_URL"),
        ({"SITE_URL": "https://forum.example.org/sub"}, "SITE_URL"),
        ({"DEBUG": "perhaps"}, "DEBUG must be on or off"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"DATABASE_URL": "mysql://localhost/x"}, "PostgreSQL or SQLite"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:////dev/null/x.sqlite3"}, "database"),
        ({"DATABASE_URL": "postgres://nobody@127.0.0.1:9/x"}, "database"),
        ({"DATABASE_URL": "postgres://nobody@127.0.0.1:port/x"}, "DATABASE_URL"),
        ({"SITE_URL": "https://forum.example.org:99999"}, "SITE_URL"),
        ({"REDIS_URL": "localhost:6379"}, "REDIS_URL"),
        ({"REDIS_URL": "redis://127.0.0.1:port/0"}, "REDIS_URL"),
        ({"REDIS_URL": "redis://127.0.0.1:6379/first"}, "REDIS_URL"),
        ({"DATABASE_TIMEOUT": "soon"}, "DATABASE_TIMEOUT"),
        ({"WEB_CONCURRENCY": "2"}, "needs REDIS_URL"),
        ({"WEB_CONCURRENCY": "many"}, "WEB_CONCURRENCY"),
        ({"LIVE_TRANSPORT": "pigeon"}, "LIVE_TRANSPORT"),
        ({"EMAIL_URL": "pigeon://x"}, "EMAIL_URL"),
        ({"INCOMING_EMAIL": "reply"}, "INCOMING_EMAIL"),
        ({"INCOMING_EMAIL": "reply+a@forum.example.org"}, "INCOMING_EMAIL"),
        ({"IMAP_URL": "imaps://a:b@mail.example.org/INBOX"}, "IMAP_URL needs INCOMING_EMAIL"),
        ({"INCOMING_EMAIL": "reply@forum.example.org", "IMAP_URL": "imap://a:b@mail.example.org"}, "IMAP_URL"),
        ({"INCOMING_EMAIL": "reply@forum.example.org", "IMAP_URL": "imaps://mail.example.org"}, "IMAP_URL"),
        ({"INCOMING_EMAIL": "reply@forum.example.org", "IMAP_URL": "imaps://a:b@mail.example.org:x"}, "IMAP_URL"),
    ],
)
def test_a_wrong_setting_is_one_clear_line_and_exit_code_1(environment, words):
    result = manage("serve", "--port", "1", **environment)
    assert result.returncode == 1
    assert words in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgres://parley:zebra#finch@127.0.0.1/x"),
        ("DATABASE_URL", "postgres://parley:12/zebrafinch@127.0.0.1:5432/x"),
        ("DATABASE_URL", "postgres://parley:12?zebrafinch@127.0.0.1:5432/x"),
        ("DATABASE_URL", "postgres://parley:[zebra@127.0.0.1:5432/x"),
        ("REDIS_URL", "redis://:zebra/finch@127.0.0.1:6379/0"),
        ("REDIS_URL", "redis://:12/zebrafinch@127.0.0.1:6379/0"),
        ("REDIS_URL", "rediz://:zebra@127.0.0.1:6379/0"),
        ("EMAIL_URL", "smtp://parley:zebra/finch@127.0.0.1:25"),
        ("EMAIL_URL", "zebra"),
    ],
)
def test_no_part_of_a_password_is_told(name, value):
    for command in (("manage.py", "serve", "--port", "1"), ("-c", "import forum.settings")):  # which has a traceback
        result = python(*command, **{name: value})
        assert result.returncode == 1
        assert name in result.stderr
        assert "zebra" not in result.stderr
        assert "finch" not in result.stderr


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """The file of a migrated database."""
    file = tmp_path_factory.mktemp("migrated") / "x.sqlite3"
    assert manage("migrate", "--verbosity=0", DATABASE_URL=f"sqlite:///{file}").returncode == 0
    return file


@pytest.fixture
def prepared(tmp_path, migrated):
    """A migrated database of one's own, as an environment."""
    shutil.copy(migrated, tmp_path)
    return {"DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite3'}", "FILES_FOLDER": str(tmp_path)}


def refused(environment, *arguments: str) -> str:
    """The one sentence with which `serve` ends."""
    result = manage("serve", "--port", str(free_port()), *arguments, **environment)
    assert (result.returncode, result.stdout) == (1, "")
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    return result.stderr


def test_a_database_without_migrations_is_refused_with_the_command_to_run(tmp_path):
    said = refused({"DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite3'}"})
    assert "not up to date" in said
    assert "Run manage.py migrate" in said


def test_a_database_that_lacks_the_last_migration_is_refused_by_its_name(tmp_path, prepared):
    with closing(sqlite3.connect(tmp_path / "x.sqlite3", isolation_level=None)) as database:
        (last,) = database.execute("SELECT max(name) FROM django_migrations WHERE app = 'forum'").fetchone()
        database.execute("DELETE FROM django_migrations WHERE app = 'forum' AND name = ?", [last])
    assert f"lacks forum.{last}." in refused(prepared)


@pytest.mark.parametrize("arguments", [[], ["--demo"]])
def test_a_database_of_a_newer_version_is_refused(tmp_path, prepared, arguments):
    with closing(sqlite3.connect(tmp_path / "x.sqlite3", isolation_level=None)) as database:
        for app, name in (("forum", "9999_later"), ("removed", "0001_x")):  # an app that is gone is no reason
            database.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, '2030-01-01')", [app, name]
            )
    said = refused(prepared, *arguments)
    assert "newer version of Parley, which has forum.9999_later." in said
    assert "restore a backup" in said


def test_a_folder_for_files_that_cannot_be_written_is_refused(prepared):
    said = refused(prepared | {"FILES_FOLDER": "/dev/null/folder"})
    assert "/dev/null/folder/files cannot be written" in said
    assert "FILES_FOLDER" in said


def test_something_else_at_the_address_of_redis_is_refused(prepared):
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        threading.Thread(target=answer_as_a_web_server, args=[stranger], daemon=True).start()
        said = refused(prepared | {"REDIS_URL": f"redis://127.0.0.1:{stranger.getsockname()[1]}/0"})
    assert "Redis cannot be used" in said
    assert "Check REDIS_URL" in said


def answer_as_a_web_server(listening: socket.socket) -> None:
    with listening.accept()[0] as line:
        line.recv(1000)
        line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def test_the_name_of_no_machine_is_no_redis(prepared):
    assert "Redis cannot be used" in refused(prepared | {"REDIS_URL": "redis://redis.invalid:6379/0"})


def test_a_port_in_use_is_one_clear_line_and_exit_code_1(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = manage("serve", "--port", port, DATABASE_URL=f"sqlite:///{tmp_path / 'x.sqlite3'}")
    assert result.returncode == 1
    assert f"Port {port}" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr


def test_the_deployment_check_has_nothing_to_say(tmp_path):
    result = manage("check", "--deploy", "--fail-level", "WARNING", DATABASE_URL=f"sqlite:///{tmp_path / 'x.sqlite3'}")
    assert (result.returncode, result.stderr) == (0, "")
    assert "no issues" in result.stdout


def test_the_migrations_say_all_that_the_models_say(tmp_path):
    result = manage("makemigrations", "--check", "--dry-run", DATABASE_URL=f"sqlite:///{tmp_path / 'x.sqlite3'}")
    assert result.returncode == 0, result.stdout


def test_every_setting_that_is_read_is_in_the_example():
    source = "".join((ROOT / "forum" / name).read_text() for name in ("settings.py", "environment.py"))
    example = (ROOT / ".env.example").read_text()
    names = set(re.findall(r'(?:env\.\w+|switch|whole_number)\("([A-Z_]+)"', source))
    assert len(names) > 12
    assert [name for name in sorted(names) if name not in example] == []


def test_the_demonstration_says_what_it_does_and_where_to_begin(tmp_path):
    site = f"http://127.0.0.1:{(port := free_port())}"
    env = RIGHT | {
        "SITE_URL": site, "DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite3'}", "FILES_FOLDER": str(tmp_path)
    }  # fmt: skip
    command = [sys.executable, "manage.py", "serve", "--demo", "--port", str(port)]
    with (
        open(tmp_path / "errors", "w+") as errors,
        subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=errors, text=True) as server,
    ):
        assert server.stdout
        said: list[str] = []
        for line in server.stdout:
            said.append(line.strip())
            if "printed here" in line:
                break
        reached = ask(f"{site}/nowhere/")
        server.terminate()
    assert said[:3] == [
        "Preparing the database …",
        "Loading the demonstration event …",
        f"Parley is running at {site}/ (stop with Ctrl+C)",
    ]
    assert "log in as one of these" in said[3]
    assert [line.split()[:2] for line in said[4:7]] == [
        ["participant", "ada@parley.example"],
        ["moderator", "mo@parley.example"],
        ["organiser", "olga@parley.example"],
    ]
    assert said[7:] == ["Emails are not sent: they are printed here."]
    assert reached == 404
    assert "Not Found" not in (tmp_path / "errors").read_text(), "a wrong address is no fault of the server"


def ask(url: str) -> int:
    """The status of an answer, once the port is open."""
    for _ in range(100):
        try:
            with urlopen(url, timeout=10) as answer:
                return int(answer.status)
        except HTTPError as error:
            return error.code
        except OSError:
            time.sleep(0.1)
    raise AssertionError("nobody answers")
