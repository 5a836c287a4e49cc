"""Starting: one clear line for everything that is wrong, and nothing for what is right."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RIGHT = {"SECRET_KEY": "0123456789" * 6, "SITE_URL": "https://forum.example.org", "PATH": os.environ["PATH"]}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = RIGHT | environment
    command = [sys.executable, "manage.py", *arguments]
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
        ({"REDIS_URL": "localhost:6379"}, "REDIS_URL"),
        ({"WEB_CONCURRENCY": "2"}, "needs REDIS_URL"),
        ({"WEB_CONCURRENCY": "many"}, "WEB_CONCURRENCY"),
        ({"LIVE_TRANSPORT": "pigeon"}, "LIVE_TRANSPORT"),
        ({"EMAIL_URL": "pigeon://x"}, "EMAIL_URL"),
    ],
)
def test_a_wrong_setting_is_one_clear_line_and_exit_code_1(environment, words):
    result = manage("serve", "--port", "1", **environment)
    assert result.returncode == 1
    assert words in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    assert result.stdout == ""


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
    source = (ROOT / "forum" / "settings.py").read_text()
    example = (ROOT / ".env.example").read_text()
    names = set(re.findall(r'(?:env\.\w+|switch|whole_number)\("([A-Z_]+)"', source))
    assert len(names) > 12
    assert [name for name in sorted(names) if name not in example] == []
