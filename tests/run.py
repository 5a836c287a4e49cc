"""Runs every test this machine can run, and says which it could not.

SQLite first, then PostgreSQL with Redis, then the browser; each in a pytest call of its own.
REQUIRE_SERVICES=1 makes a missing service a failure.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.services import CHROMIUM, POSTGRES_URL, REDIS_URL, has_postgres, has_redis

ALONE = {"DATABASE_URL": "", "REDIS_URL": ""}
ON_SERVICES = {"DATABASE_URL": POSTGRES_URL, "REDIS_URL": REDIS_URL}


def run(title: str, *arguments: str, **environment: str) -> tuple[str, bool]:
    print(f"\n── {title}", flush=True)
    command = [sys.executable, "-m", "pytest", *arguments]
    return title, subprocess.call(command, env=os.environ | environment) == 0


def main() -> int:
    results, skipped = [], []
    results.append(run("SQLite, in-memory channel layer", "-m", "not browser", **ALONE))
    if has_postgres() and has_redis():
        results.append(run("PostgreSQL and Redis", "-m", "not browser", **ON_SERVICES))
    else:
        skipped.append("PostgreSQL and Redis (TEST_DATABASE_URL and TEST_REDIS_URL name others than the usual ones)")
    if CHROMIUM:
        results.append(run("Chromium, SQLite", "-m", "browser", **ALONE))
    else:
        skipped.append("Chromium (install chromium, or name it in CHROMIUM)")
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
