"""Runs every test this machine can run, and says which it could not.

Each part is a pytest call of its own on a database of its own. They run beside each other, one more than there are
processors, because each also waits: for services, for clocks, for a page.
What does not depend on the database (roles, texts) is asked once, on SQLite.
REQUIRE_SERVICES=1 makes a missing service a failure.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from tests.services import (
    CHROMIUM,
    NODE,
    POSTGRES_URL,
    REDIS_URL,
    VALIDATOR,
    has_postgres,
    has_redis,
    next_redis_url,
)

ROOT = Path(__file__).resolve().parent.parent
LIVE, FAULTS = "tests/live", "tests/faults"
BESIDE = (os.cpu_count() or 1) + 1  # parts at a time


@dataclass(frozen=True)
class Part:
    """Some of the tests, and where they run."""

    title: str
    kind: str
    environment: dict[str, str]
    chosen: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)  # where it is not pytest

    def run(self) -> tuple[bool, str]:
        """Whether all passed, and what was said."""
        begun = time.monotonic()
        command = self.command or [sys.executable, "-m", "pytest", "-m", self.kind, *self.chosen]
        ended = subprocess.run(
            command, env=os.environ | self.environment, cwd=ROOT,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        return ended.returncode == 0, f"── {self.title}, {time.monotonic() - begun:.0f} s\n{ended.stdout}"


def alone(name: str) -> dict[str, str]:
    """SQLite in a file of this part's own, and everything else in memory."""
    return {"DATABASE_URL": "", "REDIS_URL": "", "TEST_PART": name}


def on_services(name: str, redis: str) -> dict[str, str]:
    """PostgreSQL in a database of this part's own, and one of Redis, which is emptied."""
    return {"DATABASE_URL": POSTGRES_URL, "REDIS_URL": redis, "TEST_PART": name}


def parts(skipped: list[str]) -> Iterator[Part]:
    """The longest first, what mostly waits last; what this machine cannot run is told in `skipped`."""
    yield Part("SQLite, in-memory channel layer", "not browser", alone("rest"), [f"--ignore={FAULTS}"])
    is_served, kind = has_postgres() and has_redis(), "not browser and not either"
    if is_served:
        yield Part(
            "PostgreSQL and Redis", kind, on_services("rest", REDIS_URL), [f"--ignore={LIVE}", f"--ignore={FAULTS}"]
        )
    else:
        skipped.append("PostgreSQL and Redis (TEST_DATABASE_URL and TEST_REDIS_URL name others than the usual ones)")
    if CHROMIUM:
        files = [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("tests/browser/test_*.py"))]
        yield Part("Chromium, SQLite: every other file", "browser", alone("browser-1"), files[::2])
        yield Part("Chromium, SQLite: the others", "browser", alone("browser-2"), files[1::2])
    else:
        skipped.append("Chromium (install chromium, or name it in CHROMIUM)")
    if not VALIDATOR:
        skipped.append("Validity of HTML (install Java and npm, then `make validator`)")
    if NODE:
        scripts = [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("tests/js/*.test.mjs"))]
        yield Part("Scripts in Node", "", {}, command=[NODE, "--test", *scripts])
    else:
        skipped.append("Scripts in Node (install nodejs, or name it in NODE)")
    yield Part("Faults, on servers of their own", "not browser", alone("faults"), [FAULTS])
    if is_served:
        yield Part("PostgreSQL and Redis: live", kind, on_services("live", next_redis_url()), [LIVE])


def main() -> int:
    skipped: list[str] = []
    all_parts = list(parts(skipped))
    print(f"── {len(all_parts)} parts; what each said stands here when it has ended.", flush=True)
    results = []
    with ThreadPoolExecutor(BESIDE) as pool:
        running = {pool.submit(part.run): part.title for part in all_parts}
        for ended in as_completed(running):
            passed, said = ended.result()
            results.append((running[ended], passed))
            print(f"\n{said}", flush=True)
    print("\n── Summary")
    for title, passed in results:
        print(f"{'passed' if passed else 'FAILED':8}{title}")
    for title in skipped:
        print(f"{'skipped':8}{title}")
    if skipped and os.environ.get("REQUIRE_SERVICES") == "1":
        print("REQUIRE_SERVICES=1 allows no skipped part.")
        return 1
    return 0 if all(passed for _, passed in results) else 1


if __name__ == "__main__":
    sys.exit(main())
