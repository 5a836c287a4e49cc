"""Runs every test this machine can run, and says which it could not.

SQLite, then the browser; and beside both PostgreSQL with Redis, which waits more than it works. Each in a pytest call
of its own, on a database of its own.
What does not depend on the database (roles, texts) is asked once, on SQLite.
REQUIRE_SERVICES=1 makes a missing service a failure.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

from tests.services import CHROMIUM, POSTGRES_URL, REDIS_URL, has_postgres, has_redis

ALONE = {"DATABASE_URL": "", "REDIS_URL": ""}
ON_SERVICES = {"DATABASE_URL": POSTGRES_URL, "REDIS_URL": REDIS_URL}


class Run:
    """One pytest call: begun at once, told of when it is asked for."""

    def __init__(self, title: str, kind: str, *, is_beside: bool = False, **environment: str) -> None:
        self.title = title
        self.said = tempfile.TemporaryFile() if is_beside else None  # noqa: SIM115 - read when it has ended
        if not is_beside:
            print(f"\n── {title}", flush=True)
        command = [sys.executable, "-m", "pytest", "-m", kind]
        self.process = subprocess.Popen(command, env=os.environ | environment, stdout=self.said, stderr=self.said)

    def ends(self) -> tuple[str, bool]:
        passed = self.process.wait() == 0
        if self.said:
            self.said.seek(0)
            print(f"\n── {self.title}\n{self.said.read().decode()}", flush=True)
        return self.title, passed


def main() -> int:
    results, skipped = [], []
    beside = None
    if has_postgres() and has_redis():
        beside = Run("PostgreSQL and Redis", "not browser and not either", is_beside=True, **ON_SERVICES)
    else:
        skipped.append("PostgreSQL and Redis (TEST_DATABASE_URL and TEST_REDIS_URL name others than the usual ones)")
    results.append(Run("SQLite, in-memory channel layer", "not browser", **ALONE).ends())
    if CHROMIUM:
        results.append(Run("Chromium, SQLite", "browser", **ALONE).ends())
    else:
        skipped.append("Chromium (install chromium, or name it in CHROMIUM)")
    if beside:
        results.append(beside.ends())
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
