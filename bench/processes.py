"""What a process and everything it started cost. Linux only: /proc."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

CPU_CLOCK = 2  # the kernel's number for the clock of the time that all threads of a process have run
REAPED = (13, 14)  # places, behind the name in /proc/PID/stat, of the time of children that have ended


def tree(pid: int) -> list[int]:
    """The process and everything it started, itself first."""
    found = [pid]
    for each in found:  # grows while it is read
        for children in Path(f"/proc/{each}/task").glob("*/children"):
            with suppress(FileNotFoundError, ProcessLookupError):  # the thread has just ended
                found += map(int, children.read_text().split())
    return found


def cpu(pid: int) -> float:
    """Seconds of CPU of the whole tree, in user and system mode, with what ended below its root.

    The clock is exact where the counts of utime and stime go by 10 ms.
    """
    used = 0.0
    for each in tree(pid):
        with suppress(OSError):
            used += time.clock_gettime(~each << 3 | CPU_CLOCK)
    facts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return used + sum(int(facts[place]) for place in REAPED) / os.sysconf("SC_CLK_TCK")


def kilobytes(pid: int, file: str, name: str) -> dict[int, int]:
    """What each process of the tree has of memory, by a line of a file in /proc/PID: VmRSS in status, Pss in
    smaps_rollup (which counts once what processes share)."""
    found = {}
    for each in tree(pid):
        with suppress(FileNotFoundError, ProcessLookupError):
            lines = Path(f"/proc/{each}/{file}").read_text().splitlines()
            found[each] = next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)
    return found
