"""The socket of a follower. Anonymous by nature: no session, no query, nothing private travels here."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from forum.live.hub import the_hub

MAILBOX = 64  # texts waiting for a slow line; then the follower is cut off and catches up when it returns
THEMES = 12  # themes one page may follow
BEHIND, MISUSED = 4008, 4400  # close codes: "you are behind, come again", "that was no request of ours"
UNKNOWN_THEME = {"gone": True}


class PublicFollower(AsyncWebsocketConsumer):
    """Says `{"follow": {"3": 127}}` and hears every later change of theme 3."""

    channel_layer_alias = None  # the hub listens for everybody: a mailbox each would cost what the hub saves

    async def connect(self) -> None:
        self.mailbox: asyncio.Queue[str] = asyncio.Queue(MAILBOX)
        self.cut_off: asyncio.Task[None] | None = None
        await self.accept()
        self.writer = asyncio.create_task(self._write(), name="follower")

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        wanted = read_request(text_data)
        if wanted is None:
            await self.close(MISUSED)
            return
        for theme_id, since in wanted.items():
            missing = await the_hub().follow(self, theme_id, since)
            if missing is None:
                missing = [json.dumps({"theme": theme_id, **UNKNOWN_THEME})]
            for text in missing:
                self.offer(text)

    def offer(self, text: str) -> None:
        """Takes a text if there is room; otherwise ends this socket, never waits."""
        try:
            self.mailbox.put_nowait(text)
        except asyncio.QueueFull:
            the_hub().leave(self)
            if self.cut_off is None:
                self.cut_off = asyncio.create_task(self.close(BEHIND))

    async def disconnect(self, code: int) -> None:
        the_hub().leave(self)
        self.writer.cancel()

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                text = await self.mailbox.get()
                await self.base_send({"type": "websocket.send", "text": text})


def read_request(text: str | None) -> dict[int, int] | None:
    """The themes and revisions of a request, or None if it is not one."""
    try:
        wanted: Any = json.loads(text or "")["follow"]
        request = {int(theme): since for theme, since in wanted.items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    if len(request) > THEMES or not all(type(since) is int and since >= 0 for since in request.values()):
        return None
    return request if all(0 < theme < 2**31 for theme in request) else None
