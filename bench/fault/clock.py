"""A clock for the server's processes only, which can be set: libfaketime, with a file that says how far it is off."""

from __future__ import annotations

import sys
from pathlib import Path

LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
SEEN_WITHIN = 1.5  # seconds until every process goes by what the file says


class Clock:
    def __init__(self, folder: Path) -> None:
        self.file = folder / "clock"
        self.why_not = ""
        if sys.platform != "linux" or LIBRARY is None:
            self.why_not = "libfaketime is not there (on Debian the package faketime)"
        self.set(0)

    def set(self, seconds: int) -> None:
        """Replaces the file in one step, so that nobody reads half of it."""
        new = self.file.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n")
        new.replace(self.file)

    @property
    def environment(self) -> dict[str, str]:
        """For processes that go by this clock. What measures how long something takes is left as it is."""
        if self.why_not:
            return {}
        return {
            "LD_PRELOAD": str(LIBRARY),
            "PYTHONPATH": str(Path(__file__).parent / "clocked"),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_CACHE_DURATION": "1",
            # Otherwise every wait for a condition ends at once, which Python's threads take for their turn to ask for
            # the interpreter's lock again: a server that does nothing else answers nobody on a loaded machine.
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        }
