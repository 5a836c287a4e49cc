#!/usr/bin/env bash
# A request that was pipelined runs in the context of the one before it, which has ended by then.
#
# Versions: uvicorn 0.54.0 with httptools 0.9.0 and uvloop 0.23.0, asgiref 3.13.0, CPython 3.11 on Linux.
# Expected: each HTTP request begins with a context of its own, so that ThreadSensitiveContext(executor=…), entered for
#   one request and left with it, has no effect on the next request of the same connection.
# Found: when two requests arrive together, the second one's thread-sensitive calls raise RuntimeError,
#   "ThreadSensitiveContext has exited". When the second arrives later, they work. With uvicorn's reset_contextvars=True,
#   which is off unless asked for, both work.
# Source: uvicorn starts the task of the next request where the answer of the one before it ends, that is within its
#   `send`; a task inherits the context in which it is made.
# What it means here: `serve` sets reset_contextvars (forum/management/commands/serve.py); tests/live/test_public_pages.py
#   sends two requests at once.
# Output seen:
#   reset_contextvars=False: second request later: ok; together: RuntimeError
#   reset_contextvars=True: second request later: ok; together: ok
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  uvicorn==0.54.0 httptools==0.9.0 uvloop==0.23.0 asgiref==3.13.0
cat > "$folder/check.py" <<'PYTHON'
import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

import uvicorn
import uvloop
from asgiref.sync import ThreadSensitiveContext, sync_to_async

POOL = ThreadPoolExecutor(1)


async def answer(send, text):
    length = (b"content-length", str(len(text)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": text})


async def application(scope, receive, send):
    if scope["path"] == "/first":
        async with ThreadSensitiveContext(executor=POOL):
            await answer(send, await sync_to_async(lambda: b"first;")())
        return
    await asyncio.sleep(0.2)
    try:
        await answer(send, await sync_to_async(lambda: b"ok.")())
    except RuntimeError:
        await answer(send, b"RuntimeError.")


async def second(port, together):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    asked = [f"GET /{name} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() for name in ("first", "second")]
    got = b""
    writer.write(asked[0] + (asked[1] if together else b""))
    while not got.endswith(b"."):
        got += await reader.read(1_000)
        if not together and got.endswith(b"first;"):
            await asyncio.sleep(0.1)
            writer.write(asked[1])
    writer.close()
    return got.rpartition(b"\r\n\r\n")[2].decode().rstrip(".")


async def main(reset):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {"http": "httptools", "loop": "uvloop", "lifespan": "off", "log_level": "error"}
    server = uvicorn.Server(uvicorn.Config(application, port=port, reset_contextvars=reset, **options))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.05)
    later, together = await second(port, False), await second(port, True)
    print(f"reset_contextvars={reset}: second request later: {later}; together: {together}")
    server.should_exit = True
    await serving


for reset in (False, True):
    uvloop.run(main(reset))
PYTHON
seen=$("$folder/venv/bin/python" "$folder/check.py")
echo "$seen"
[ "$seen" = "reset_contextvars=False: second request later: ok; together: RuntimeError
reset_contextvars=True: second request later: ok; together: ok" ]
