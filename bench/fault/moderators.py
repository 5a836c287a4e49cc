"""Moderators: they remove, restore, review, lock and move."""

from __future__ import annotations

from typing import Any

from bench.fault.clients import Bench, Client
from bench.fault.diary import Act, Outcome
from bench.fault.world import Comment, Thread, busy

REASON = "As the code says."


class Moderator(Client):
    def __init__(self, bench: Bench, person: dict[str, Any]) -> None:
        super().__init__(bench, person)
        self.acts = {
            self.remove: 5, self.restore: 4, self.approve: 4, self.reject: 2,
            self.lock: 1, self.unlock: 2, self.move: 1,
        }  # fmt: skip

    async def remove(self) -> None:
        if (comment := self.world.any_comment("published")) is not None:
            with busy(comment):
                if await self._decide(Act.REMOVE, comment):
                    self.world.set_status(comment, "removed")
                    self.world.hide(comment.word)

    async def restore(self) -> None:
        if (comment := self.world.any_comment("removed")) is not None:
            with busy(comment):
                self.world.gone.pop(comment.word, None)  # from now on it may be shown again
                if await self._decide(Act.RESTORE, comment):
                    self.world.set_status(comment, "published")
                elif comment.status == "removed":
                    self.world.hide(comment.word)

    async def approve(self) -> None:
        if (comment := self.world.any_comment("held")) is not None:
            with busy(comment):
                self.world.secret.discard(comment.word)
                if await self._judge(Act.APPROVE, comment):
                    self.world.set_status(comment, "published")

    async def reject(self) -> None:
        if (comment := self.world.any_comment("held")) is not None:
            with busy(comment):
                if await self._judge(Act.REJECT, comment):
                    self.world.set_status(comment, "rejected")

    async def lock(self) -> None:
        if (thread := self.world.any_thread()) is not None:
            thread.is_locked |= await self._decide_about(Act.LOCK, thread)

    async def unlock(self) -> None:
        if (thread := self.world.any_thread(is_locked=True)) is not None:
            thread.is_locked &= not await self._decide_about(Act.UNLOCK, thread)

    async def move(self) -> None:
        if (thread := self.world.any_thread()) is None:
            return
        to = self.bench.choice.choice([theme for theme in self.world.talk if theme != thread.theme])
        if await self._decide_about(Act.MOVE, thread, {"to": str(to)}, theme=to):
            thread.theme = to

    async def _decide(self, act: Act, comment: Comment) -> bool:
        path = f"/comments/{comment.id}/{act}/"
        if (seen := await self.hidden_field(path, "seen")) is None:
            return False
        intent = await self.send(act, path, {"seen": seen, "reason": REASON}, comment=comment.id)
        return intent.outcome is Outcome.DONE

    async def _judge(self, act: Act, comment: Comment) -> bool:
        path, form = f"/comments/{comment.id}/decide/", f"c{comment.id}-"
        if (seen := await self.hidden_field(path, f"{form}seen")) is None:
            return False
        fields = {f"{form}seen": seen, f"{form}decision": str(act), f"{form}reason": REASON}
        return (await self.send(act, path, fields, comment=comment.id)).outcome is Outcome.DONE

    async def _decide_about(self, act: Act, thread: Thread, fields: dict[str, str] | None = None, **facts: Any) -> bool:
        with busy(thread):
            path = f"/threads/{thread.id}/{act}/"
            if (seen := await self.hidden_field(path, "seen")) is None:
                return False
            form = {"reason": REASON, "seen": seen} | (fields or {})
            intent = await self.send(act, path, form, thread=thread.id, **facts)
            return intent.outcome is Outcome.DONE
