"""Runs a command of Python and counts what it does: `python probe.py SOCKET manage.py serve --port 8000`.

Counted are the calls of functions in all threads, Python's own in C with them, and the statements of SQLite, BEGIN
and COMMIT with them; what only opens a connection is none.
A connection to the Unix socket gets both as one line of JSON. It imports nothing of Parley, so that any commit
can be counted.
"""

import _thread
import json
import os
import runpy
import socket
import sqlite3
import sqlite3.dbapi2
import sys
import threading
from itertools import count

COUNTED = ("call", "c_call")
# Not counted: what opens a connection, and what the full-text index asks of its own tables.
BEGINNINGS, INDEX_OWN = ("PRAGMA", "select sqlite_compileoption_used", "--"), "'main'."
calls, statements = count(), []


def note(frame, event, argument):
    if event in COUNTED:
        next(calls)  # one step of the interpreter, which no other thread can interrupt


def connect(*arguments, **options):
    connection = plain_connect(*arguments, **options)
    connection.set_trace_callback(statements.append)  # written in C: its calls are not counted themselves
    return connection


def tell(listener):
    told = made = 0
    while True:
        line, _ = listener.accept()
        new = [statements.pop() for _ in range(len(statements))]
        made += sum(not each.startswith(BEGINNINGS) and INDEX_OWN not in each for each in new)
        line.sendall(json.dumps({"calls": next(calls) - told, "statements": made}).encode())
        told += 1
        line.close()


plain_connect = sqlite3.dbapi2.connect
sqlite3.connect = sqlite3.dbapi2.connect = connect
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen()
_thread.start_new_thread(tell, (listener,))  # not by threading, so that it is not counted itself
sys.argv = sys.argv[2:]
sys.path[0] = os.getcwd()
threading.setprofile(note)
sys.setprofile(note)
runpy.run_path(sys.argv[0], run_name="__main__")
