"""What each process of `manage.py serve` runs: the application, and what is due meanwhile.

Any ASGI server can run `forum.worker:application`. `forum.asgi:application` is the same without what is due.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
from threading import Thread
from time import sleep

from forum.asgi import application
from forum.database import serving
from forum.jobs.incoming import start_fetching
from forum.jobs.scheduler import start_scheduler

HANDED_ON_WITHIN = 0.0005  # seconds for which one thread computes while another one waits for Python
LAST_WORDS = 8.0  # seconds that a process without its parent has to end; uvicorn gives its connections 5

__all__ = ["application"]


def _end_with_parent() -> None:
    """Ends this process when the one that started it is gone: nobody would stop it, and it would keep the port."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    sleep(LAST_WORDS)
    os._exit(1)


# What was made by now stays until the end. The collector need not look at it again, nor after each 700 new objects.
gc.collect()
gc.freeze()
gc.set_threshold(5_000)
# Who has a thread's lock in the database goes on after each answer of PostgreSQL once Python lets them. Others that
# compute meanwhile would keep it for 5 ms each time, and everybody else who writes there would wait for that.
sys.setswitchinterval(HANDED_ON_WITHIN)

Thread(target=_end_with_parent, name="end with parent", daemon=True).start()
serving.begin()
start_scheduler()
start_fetching()
