"""Python reads this at the start of each process that goes by another clock (see ../clock.py).

With FAKETIME_DONT_FAKE_MONOTONIC, libfaketime 0.9.10 breaks the way in which Python sleeps: clock_nanosleep until a
moment of that clock ends with EINVAL, and so does whatever waits a moment before it tries again.
"""

import select
import time


def sleep(seconds: float) -> None:
    select.select([], [], [], seconds)


time.sleep = sleep
