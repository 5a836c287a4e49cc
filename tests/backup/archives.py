"""Archives in tests: made, looked into, and damaged on purpose."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command

from forum.models import RevisionStamp
from tests.services import ROOT

Members = dict[str, bytes]


def back_up(file: Path) -> Path:
    call_command("backup", str(file), "--quiet")
    return file


def put_back(file: Path, *options: str) -> None:
    call_command("restore", str(file), "--quiet", *options)


def members(file: Path) -> Members:
    with tarfile.open(file) as archive:
        return {entry.name: archive.extractfile(entry).read() for entry in archive}


def rows(file: Path, label: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in members(file)[f"rows/{label}.jsonl"].splitlines()]


def manifest(file: Path) -> dict[str, Any]:
    return json.loads(members(file)["manifest.json"])


def content(file: Path) -> tuple[Any, Any]:
    """What two archives of the same thing have in common."""
    said = manifest(file)
    return said["rows"], said["files"]


def changed(file: Path, change: Callable[[Members], None], *, is_honest: bool = True) -> Path:
    """A copy in which something is otherwise; an honest one has a manifest that fits."""
    found = members(file)
    change(found)
    if is_honest:
        said = json.loads(found["manifest.json"])
        for name in [name for name in found if name.startswith("rows/")]:
            label = name.removeprefix("rows/").removesuffix(".jsonl")
            facts = {"count": found[name].count(b"\n"), "sha256": hashlib.sha256(found[name]).hexdigest()}
            said["rows"][label] = facts
        said["rows"] = {label: facts for label, facts in said["rows"].items() if f"rows/{label}.jsonl" in found}
        found["manifest.json"] = json.dumps(said).encode()
    return packed(file.with_name(f"changed-{file.name}"), found.items())


def packed(file: Path, entries: Iterable[tuple[str, bytes]]) -> Path:
    with tarfile.open(file, "w:gz") as archive:
        for name, body in entries:
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))
    return file


def in_rows(label: str, change: Callable[[list[dict[str, Any]]], Any]) -> Callable[[Members], None]:
    """Changes the rows of one table."""

    def act(found: Members) -> None:
        name = f"rows/{label}.jsonl"
        table = [json.loads(line) for line in found[name].splitlines()]
        change(table)
        found[name] = b"".join(json.dumps(row).encode() + b"\n" for row in table)

    return act


def in_manifest(**facts: Any) -> Callable[[Members], None]:
    def act(found: Members) -> None:
        found["manifest.json"] = json.dumps(json.loads(found["manifest.json"]) | facts).encode()

    return act


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own."""
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "SECRET_KEY": settings.SECRET_KEY} | environment
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)


def everything() -> list[dict[str, Any]]:
    """All that is stored, as Django itself writes it out; without what a restored copy has of its own."""
    out = io.StringIO()
    call_command("dumpdata", "--exclude=sessions", "--exclude=forum.revisionstamp", "--exclude=forum.restoration",
                 stdout=out)  # fmt: skip
    found = json.loads(out.getvalue())
    for row in found:
        if row["model"] == "forum.theme":
            del row["fields"]["stamp"]
    return sorted(found, key=lambda row: (row["model"], str(row["pk"])))


def stamps() -> set[tuple[int, int, int]]:
    return set(RevisionStamp.objects.values_list("theme_id", "revision", "stamp"))
