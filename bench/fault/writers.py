"""Who writes: new threads, replies, edits, withdrawals, files; and says what they have read."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from bench.fault import http
from bench.fault.clients import Bench, Client
from bench.fault.diary import Act, Intent, Outcome
from bench.fault.words import word_of
from bench.fault.world import Comment, Thread, busy

TOKEN = re.compile(r'data-file="([^"]+)"')
PDF = b"%PDF-1.4\n" + b"1" * 2_000 + b"\n%%EOF"
MOST_FILES = 25  # of one person: the site takes thirty in ten minutes


class Writer(Client):
    def __init__(self, bench: Bench, person: dict[str, Any], stage: dict[str, Any]) -> None:
        super().__init__(bench, person)
        self.slugs = {theme["id"]: f"/{stage['event']}/{theme['slug']}/" for theme in stage["themes"]}
        self.files = 0
        self.acts = {
            self.reply: 78, self.open: 2, self.edit: 8, self.withdraw: 2, self.hold: 6, self.attach: 1, self.read: 3,
        }  # fmt: skip

    async def reply(self, *, is_held: bool = False, file: str = "") -> None:
        thread = self.world.thread_to_write_in()
        text, parent = self.bench.words.text(is_held=is_held), self.world.parent_in(thread)
        if is_held:
            self.world.secret.add(word_of(text))
        facts: dict[str, Any] = {"parent": parent, "thread": thread.id, "is_held": is_held, "file": file}
        attached = {f"alt-{file}": "A page"} if file else {}
        intent = await self._write(Act.REPLY, f"/comments/{parent}/reply/", attached, text=text, **facts)
        if intent.outcome is Outcome.DONE:
            status = "held" if is_held else "published"
            self.world.add(Comment(intent.made["comment"], self.id, thread, word_of(text), status))

    async def hold(self) -> None:
        await self.reply(is_held=True)

    async def open(self) -> None:
        """Where the talk of a theme is long enough, it goes on in the new thread."""
        theme = self.bench.choice.choice([*self.slugs])
        title, text = f"Thread {uuid4().hex[:8]}", self.bench.words.text()
        path = f"{self.slugs[theme]}open/"
        intent = await self._write(Act.OPEN, path, {"title": title}, title=title, theme=theme, text=text)
        if intent.outcome is Outcome.DONE:
            made = Thread(intent.made["thread"], theme, intent.made["comment"])
            self.world.add_thread(made)
            self.world.add(Comment(made.opening, self.id, made, word_of(text)))

    async def edit(self) -> None:
        if (comment := self.world.any_comment("published", by=self.id)) is None:
            return
        with busy(comment):
            text = self.bench.words.text()
            fields = {"source": text, "key": uuid4().hex, "note": "Said better."}
            intent = await self.send(Act.EDIT, f"/comments/{comment.id}/edit/", fields, comment=comment.id, text=text)
            if intent.outcome is Outcome.DONE:
                self.world.hide(comment.word)
                comment.word = word_of(text)

    async def withdraw(self) -> None:
        if (comment := self.world.any_comment("published", by=self.id)) is None:
            return
        with busy(comment):
            intent = await self.send(Act.WITHDRAW, f"/comments/{comment.id}/withdraw/", {}, comment=comment.id)
            if intent.outcome is Outcome.DONE:
                self.world.set_status(comment, "withdrawn")
                self.world.hide(comment.word)

    async def attach(self) -> None:
        """Adds a file to a form, and sends the form, as the page's script does."""
        theme = self.bench.choice.choice([*self.slugs])
        self.files += 1
        if self.files > MOST_FILES:
            return
        try:
            path, file = f"/themes/{theme}/files/", ("page.pdf", PDF)
            answer = await http.post_file(self.bench.port, path, {}, file, session=self.session)
        except OSError:
            self.bench.lost_uploads += 1
            return  # nobody was promised anything
        if answer.status == 200 and (token := TOKEN.search(answer.body)):
            await self.reply(file=token[1])

    async def read(self) -> None:
        thread = self.bench.choice.choice([*self.world.talk.values()])
        up_to = self.world.revisions[thread.theme]
        facts = {"thread": thread.id, "theme": thread.theme, "up_to": up_to}
        await self.send(Act.READ, f"/threads/{thread.id}/read/", {"up_to": str(up_to)}, **facts)

    async def _write(self, act: Act, path: str, fields: dict[str, str], *, text: str, **facts: Any) -> Intent:
        key = uuid4().hex
        return await self.send(act, path, fields | {"source": text, "key": key}, key=key, text=text, **facts)
