#!/usr/bin/env bash
# uvicorn answers HTTP/1.0 requests in chunks when httptools parses them, and not when h11 does.
#
# Versions: uvicorn 0.54.0 with httptools 0.9.0 and h11 0.16.0, CPython 3.11.
# Expected: a body of unknown length to an HTTP/1.0 request ends with the connection. RFC 9112, 6.1: a server must not
#   send Transfer-Encoding unless the request indicates HTTP/1.1 or later. With `--http h11` uvicorn does so.
# Found: with `--http httptools` (the default where it is installed) the answer has `transfer-encoding: chunked`, and the
#   sizes of the chunks stand in what an HTTP/1.0 client reads as the body. Programs that speak HTTP/1.0 (`ab`, some
#   proxies and load balancers in their default setting, small libraries) get `5\r\nhello\r\n0\r\n\r\n` for "hello".
# Source: uvicorn/protocols/http/httptools_impl.py asks for the method and the status before it chooses chunks, and not
#   for the version of the request.
# What it means here: answers of Parley's live endpoints say their length where it is known; a stream of events is read
#   line by line, which the sizes of chunks do not disturb.
# Output seen:
#   h11:       no transfer-encoding, body b'hello'
#   httptools: transfer-encoding: chunked, body b'5\r\nhello\r\n0\r\n\r\n'
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check uvicorn==0.54.0 httptools==0.9.0 h11==0.16.0
cat > "$folder/check.py" <<'PYTHON'
import socket
import sys
import threading
import time

import uvicorn


async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello", "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def answer(http):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, port=port, http=http, lifespan="off", log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
        data = b""
        while not data.endswith(b"hello") and b"0\r\n\r\n" not in data and (some := line.recv(4096)):
            data += some
    server.should_exit = True
    thread.join(10)
    head, _, body = data.partition(b"\r\n\r\n")
    return b"transfer-encoding: chunked" in head.lower(), body


plain, chunked = answer("h11"), answer("httptools")
print(f"h11:       {'transfer-encoding: chunked' if plain[0] else 'no transfer-encoding'}, body {plain[1]!r}")
print(f"httptools: {'transfer-encoding: chunked' if chunked[0] else 'no transfer-encoding'}, body {chunked[1]!r}")
sys.exit(0 if plain == (False, b"hello") and chunked == (True, b"5\r\nhello\r\n0\r\n\r\n") else 1)
PYTHON
"$folder/venv/bin/python" "$folder/check.py"
