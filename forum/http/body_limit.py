"""How much one request may bring: asked before anything of it is kept anywhere."""

from __future__ import annotations

from typing import Any

from forum.http.edge import Application, Message, Receive, Send, respond

MOST = 30_000_000  # bytes; above FILE_SIZE, so that a file too large is told in the form, with the words in it
SENTENCE = b"This is more than the forum takes at once. Go back: what you wrote is still in the form."


class BodyLimit:
    """Refuses a body above MOST with 413; one that hides its length is cut off there."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not declared.isdigit() or int(declared) > MOST:
            headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
            return await respond(scope, send, 413, headers, SENTENCE)
        come = 0

        async def counted() -> Message:
            nonlocal come
            message = await receive()
            come += len(message.get("body", b""))
            return message if come <= MOST else {"type": "http.disconnect"}

        await self.application(scope, counted, send)
