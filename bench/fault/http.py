"""Requests as plainly as possible: one connection each, so that whatever breaks it breaks one request."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import urlencode

WITHIN = 40.0  # seconds: longer than the server lets anybody wait
CSRF = "f" * 32  # the same word in the cookie and in the form is all that the server compares


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: str


async def get(port: int, path: str, *, session: str = "") -> Answer:
    """Raises OSError without a whole answer."""
    return await _ask(port, _head("GET", port, path, session))


async def post(port: int, path: str, fields: dict[str, str], *, session: str) -> Answer:
    """Raises OSError without a whole answer: then nobody knows what was done."""
    body = urlencode(fields | {"csrfmiddlewaretoken": CSRF}).encode()
    kind = "application/x-www-form-urlencoded"
    return await _ask(port, _head("POST", port, path, session, f"Content-Type: {kind}", *_of(body)) + body)


async def post_file(port: int, path: str, fields: dict[str, str], file: tuple[str, bytes], *, session: str) -> Answer:
    mark, (name, content) = "a-mark-that-is-in-no-file", file
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in (fields | {"csrfmiddlewaretoken": CSRF}).items()
    ]
    parts.append(f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n')
    body = "".join(parts).encode() + content + f"\r\n--{mark}--\r\n".encode()
    kind = f"multipart/form-data; boundary={mark}"
    return await _ask(port, _head("POST", port, path, session, f"Content-Type: {kind}", *_of(body)) + body)


def _of(body: bytes) -> list[str]:
    return [f"Content-Length: {len(body)}", "Accept: application/json"]


def _head(method: str, port: int, path: str, session: str, *more: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: close", *more]
    if session:
        lines.append(f"Cookie: sessionid={session}; csrftoken={CSRF}")
    return "\r\n".join([*lines, "", ""]).encode()


async def _ask(port: int, request: bytes) -> Answer:
    try:
        async with asyncio.timeout(WITHIN):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
            try:
                writer.write(request)
                return await _read(reader)
            finally:
                writer.transport.abort()
    except (asyncio.IncompleteReadError, TimeoutError, ValueError) as error:
        raise ConnectionError(str(error)) from error


async def _read(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split(" ")[1])
    headers = {}
    for line in head[1:]:
        name, _, value = line.partition(": ")
        headers[name.lower()] = value
    if "chunked" in headers.get("transfer-encoding", ""):
        return Answer(status, headers, (await _chunks(reader)).decode())
    length = int(headers.get("content-length", "0"))
    return Answer(status, headers, (await reader.readexactly(length)).decode())


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    found = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        found += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readexactly(2)
    return found
