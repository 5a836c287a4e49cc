"""The socket of a person with an account. It carries no content: only the hint to look again by HTTP."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from channels.auth import get_user
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from forum.kernel.realtime import group_of_desk, group_of_person
from forum.live.budget import note_close
from forum.live.consumers import CLOSED
from forum.moderation.queries.moderation import events_moderated

NOBODY = 4401  # close code: nobody is logged in here (any more)
LOOK = json.dumps({"look": "notifications"})
LOOK_AT_DESK = json.dumps({"look": "desk"})


class PrivateFollower(AsyncWebsocketConsumer):
    """Hears when something was told to the person whose session this is, as long as the session lasts."""

    is_over = False

    async def connect(self) -> None:
        await self.accept()
        person = self.scope.get("user")
        if person is None or not person.is_authenticated:
            await self._end()
            return
        desks = await database_sync_to_async(events_moderated)(person)
        self.groups = [group_of_person(person.pk), *map(group_of_desk, desks)]
        for group in self.groups:
            await self.channel_layer.group_add(group, self.channel_name)

    async def person_notified(self, hint: dict[str, Any]) -> None:
        """Somebody who logged out meanwhile, or was suspended, hears nothing more."""
        if await self._is_still_there():
            await self.send(text_data=LOOK)
        else:
            await self._end()

    async def desk_changed(self, hint: dict[str, Any]) -> None:
        """What waits there is asked for by HTTP, where a role that was taken away is refused."""
        if await self._is_still_there():
            await self.send(text_data=LOOK_AT_DESK)
        else:
            await self._end()

    async def person_checked(self, hint: dict[str, Any]) -> None:
        """They logged out somewhere or were suspended: the line ends with its session."""
        if not await self._is_still_there():
            await self._end()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        await self._end()  # nothing is to be said here

    async def _end(self) -> None:
        """Closes this socket, which happens once: what was on its way comes to nothing."""
        if not self.is_over:
            self.is_over = True
            with contextlib.suppress(*CLOSED):
                note_close(self.scope)
                await self.close(NOBODY)

    async def _is_still_there(self) -> bool:
        session = self.scope["session"]
        if not await database_sync_to_async(session.exists)(session.session_key):
            return False
        person = await get_user(self.scope)
        return bool(person.is_authenticated and person.is_active)
