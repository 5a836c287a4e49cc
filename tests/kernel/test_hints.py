"""Hints of a server go out through its own loop, in order, and nobody waits for them."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from redis.exceptions import ConnectionError as Away

from forum.kernel import realtime


class Layer:
    """A channel layer that notes in which loop it was used; away while told so."""

    def __init__(self) -> None:
        self.sent: list[tuple[Any, str, int]] = []
        self.is_away = False

    async def group_send(self, group: str, hint: dict[str, Any]) -> None:
        await asyncio.sleep(0)
        if self.is_away:
            raise Away("away")
        self.sent.append((asyncio.get_running_loop(), group, hint["n"]))


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> Layer:
    made = Layer()
    monkeypatch.setattr(realtime, "get_channel_layer", lambda: made)
    monkeypatch.setattr(realtime, "_sender", None)
    return made


def hint(*numbers: int) -> None:
    for n in numbers:
        realtime._hint("feed.theme.1", {"type": "feed.changed", "n": n})


def test_a_server_sends_them_through_its_loop_in_order(layer: Layer) -> None:
    async def serve() -> Any:
        loop = asyncio.get_running_loop()
        realtime.send_through(loop)
        await sync_to_async(hint, thread_sensitive=False)(*range(5))
        while len(layer.sent) < 5:
            await asyncio.sleep(0.001)
        return loop

    loop = asyncio.run(asyncio.wait_for(serve(), 10))
    assert layer.sent == [(loop, "feed.theme.1", n) for n in range(5)]


def test_without_a_server_they_are_sent_at_once(layer: Layer) -> None:
    asyncio.run(asyncio.sleep(0))
    hint(1)
    assert [n for _, _, n in layer.sent] == [1]


def test_after_the_servers_loop_has_ended_they_are_sent_at_once(layer: Layer) -> None:
    async def serve() -> None:
        realtime.send_through(asyncio.get_running_loop())

    asyncio.run(serve())
    hint(1)
    assert [n for _, _, n in layer.sent] == [1]


def test_what_is_lost_while_the_layer_is_away_is_logged_and_no_more(
    layer: Layer, caplog: pytest.LogCaptureFixture
) -> None:
    async def serve() -> None:
        realtime.send_through(asyncio.get_running_loop())
        layer.is_away = True
        await sync_to_async(hint, thread_sensitive=False)(1)
        while not caplog.records:
            await asyncio.sleep(0.001)
        layer.is_away = False
        await sync_to_async(hint, thread_sensitive=False)(2)
        while not layer.sent:
            await asyncio.sleep(0.001)

    with caplog.at_level(logging.WARNING):
        asyncio.run(asyncio.wait_for(serve(), 10))
    assert [n for _, _, n in layer.sent] == [2]
    assert "could not be announced" in caplog.text
