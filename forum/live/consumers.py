"""The socket of a follower. Anonymous by nature: no session, no query, nothing private travels here."""

from __future__ import annotations

import asyncio
import contextlib
import json

from channels.generic.websocket import AsyncWebsocketConsumer

from forum.live.following import MAILBOX, Mailbox, Pace, themes_asked
from forum.live.hub import the_hub

BEHIND, MISUSED = 4008, 4400  # close codes: "you are behind, come again", "that was no request of ours"


class PublicFollower(Mailbox, AsyncWebsocketConsumer):
    """Says `{"follow": {"3": 127}}` and hears every later change of theme 3."""

    channel_layer_alias = None  # the hub listens for everybody: a mailbox each would cost what the hub saves

    async def connect(self) -> None:
        self.mailbox = asyncio.Queue(MAILBOX)
        self.pace = Pace()
        self.closing: asyncio.Task[None] | None = None
        await self.accept()
        self.writer = asyncio.create_task(self._write(), name="follower")

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        wanted = read_request(text_data)
        if wanted is None or not self.pace.allows():
            the_hub().leave(self)
            await self.close(MISUSED)
            return
        await self.follow(wanted)

    def cut_off(self) -> None:
        if self.closing is None:
            self.closing = asyncio.create_task(self.close(BEHIND))

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
        return themes_asked(json.loads(text or "")["follow"])
    except (ValueError, TypeError, KeyError):
        return None
