"""How many connections may stay open: in all, so that pages keep file descriptors, and for one network address."""

from __future__ import annotations

import asyncio
import logging
import resource
import sys
from collections import Counter
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from forum.http.edge import LINGER, Application, Receive, Send, abort, respond

OURS, CLOSE = "parley.ours", "close"  # what this end has said of a connection
TOO_MANY = 4429  # close code: "as many connections as there may be: come again"
RESERVE = 256  # file descriptors for pages, files, the database and Redis; at most half of all
SITE = 64  # bits: within one network of IPv6 somebody has as many addresses as they like
MOST_LEAVING = 32  # WebSockets that are told why they are closed, within that time; others get 503 at once
SAY_EVERY = 60.0  # seconds between two lines in the log
RETRY_AFTER = [(b"retry-after", b"30"), (b"cache-control", b"no-store")]

logger = logging.getLogger(__name__)


def most_lines() -> int:
    """How many connections this process may keep open, by its limit of open files."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY:
        return sys.maxsize
    return max(limit - RESERVE, limit // 2)


def network_of(address: str) -> str:
    """Whom an address counts for: itself, or with IPv6 its network; "" for what is no address."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return str(ip_network((int(found), SITE), strict=False))
        found = found.ipv4_mapped
    return str(found)


class Budget:
    """Counts what is open, and says once a minute that some were sent away."""

    def __init__(self, most: int, most_each: int) -> None:
        self.most, self.most_each = most, most_each
        self.open: Counter[str] = Counter()
        self.total = 0
        self.sent_away = 0
        self.said_at = -SAY_EVERY

    def take(self, network: str) -> bool:
        """Whether there is room for one more; "" counts in all, but for nobody's address."""
        if self.total >= self.most or (network and self.open[network] >= self.most_each):
            self._say_full(network)
            return False
        self.total += 1
        self.open[network] += 1
        return True

    def release(self, network: str) -> None:
        self.total -= 1
        self.open[network] -= 1
        if not self.open[network]:
            del self.open[network]

    def _say_full(self, network: str) -> None:
        self.sent_away += 1
        now = asyncio.get_running_loop().time()
        if now - self.said_at < SAY_EVERY:
            return
        logger.warning(
            "Live connections refused: %d since the last message. Open: %d of %d, and %d of %d for %s.",
            self.sent_away, self.total, self.most, self.open[network], self.most_each, network or "all addresses",
        )  # fmt: skip
        self.sent_away, self.said_at = 0, now


class Counted:
    """A live door that lets in as many as the budget has room for. `address_of` says who comes."""

    def __init__(self, door: Application, budget: Budget, address_of: Callable[[Any], str]) -> None:
        self.door, self.budget, self.address_of = door, budget, address_of
        self.leaving = 0

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        network = network_of(self.address_of(scope))
        if not self.budget.take(network):
            return await self._send_away(scope, receive, send)
        ours: set[str] = set()  # in the scope, which others copy: looking at each message would cost each follower
        try:
            await self.door({**scope, OURS: ours}, receive, send)
            if CLOSE in ours:
                await _see_off(scope, receive)
        finally:
            self.budget.release(network)

    async def _send_away(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket" or self.leaving >= MOST_LEAVING:
            return await respond(scope, send, 503, RETRY_AFTER, b"{}")
        self.leaving += 1
        try:
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": TOO_MANY})
            await _ended(receive)  # for us; its other end has to answer yet
            await _see_off(scope, receive)
        finally:
            self.leaving -= 1


def note_close(scope: Any) -> None:
    """Whoever closes a WebSocket on this side says so here."""
    scope.get(OURS, set()).add(CLOSE)


async def _ended(receive: Receive) -> None:
    while (await receive())["type"] != "websocket.disconnect":
        pass


async def _see_off(scope: Any, receive: Receive) -> None:
    """A WebSocket that we closed keeps its descriptor until its other end has answered, or its time is over."""
    try:
        async with asyncio.timeout(LINGER):
            await _ended(receive)
    except TimeoutError:
        abort(scope)
