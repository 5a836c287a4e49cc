"""Django behind the event loop: each request runs in one thread, entered once, and the threads are kept."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.db import connections
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from forum.http.edge import Receive, Send
from forum.kernel import realtime

KEPT = 16  # idle threads, each with its database connection on SQLite; as many as PostgreSQL's pool has by default


class Threads:
    """Hands out threads, each to one request at a time. There is no limit: who waits for a lock must not stop others.

    asgiref would start two threads for each request, and a connection to SQLite belongs to its thread.
    """

    def __init__(self) -> None:
        self.idle: list[ThreadPoolExecutor] = []

    def take(self) -> ThreadPoolExecutor:
        """The thread that was used last, if one is free."""
        return self.idle.pop() if self.idle else ThreadPoolExecutor(1, thread_name_prefix="request")

    def give_back(self, thread: ThreadPoolExecutor) -> None:
        if len(self.idle) < KEPT:
            self.idle.append(thread)
            return
        thread.submit(connections.close_all)
        thread.shutdown(wait=False)


class Handler(ASGIHandler):
    """Django's, for middleware and views without any `async def`.

    Django would change to the request's thread and back for each of them that is only synchronous, for the signals
    before and after, and for closing the answer.
    """

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self.threads = Threads()

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        realtime.send_through(asyncio.get_running_loop())
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        thread = self.threads.take()
        try:
            async with ThreadSensitiveContext(executor=thread):
                with closing(body):
                    set_script_prefix(get_script_prefix(scope))
                    response = await sync_to_async(self._respond)(scope, body)
                if response.streaming:
                    try:
                        await self._stream(response, receive, send)
                    finally:
                        await sync_to_async(response.close)()
        finally:
            self.threads.give_back(thread)
        if not response.streaming:  # who reads slowly keeps no thread
            await self.send_response(response, send)

    def _respond(self, scope: Any, body: Any) -> Any:
        """The answer. One that is complete is closed already, which frees its database connection before it travels."""
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        response: Any = refusal if request is None else self.get_response(request)
        response._handler_class = self.__class__
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if not response.streaming:
            response.close()
        return response

    async def _stream(self, response: HttpResponseBase, receive: Receive, send: Send) -> None:
        """Sends a long answer for as long as somebody is there to take it."""
        tasks = [
            asyncio.create_task(self.listen_for_disconnect(receive)),
            asyncio.create_task(self.send_response(response, send)),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            gone, sent = await asyncio.gather(*tasks, return_exceptions=True)
        for error in (gone, sent):
            if isinstance(error, Exception) and not isinstance(error, RequestAborted):
                raise error
