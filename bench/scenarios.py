"""What `make bench` asks a site for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from bench.sites import Site

WORDS = "Where cooperation begins, nobody waits for the others to begin: *somebody* invites, and the rest is habit. "
MANY = 8  # connections of those who read at the same time
WRITERS = 16
REPLIES_ALONE, REPLIES = 8, 4  # of one writer alone, and of each of the sixteen, in one measurement
AFTERWARDS = 0.05  # seconds in which a server ends what it does behind an answer
COUNTED = 7  # requests when their calls are counted
_numbers = count()


@dataclass(frozen=True)
class Scenario:
    """Requests of one kind, a list for each connection. `is_repeated`: the same one may be sent again and again."""

    name: str
    requests: Callable[[Site], list[list[bytes]]]
    status: int = 200
    is_repeated: bool = True
    once: bool = False  # it can be measured only once on a server
    is_counted: bool = True  # the same request with more connections is not


@dataclass(frozen=True)
class Way:
    """How a page is asked for."""

    name: str = ""
    connections: int = 1
    encoding: str = "identity"
    is_unchanged: bool = False  # the reader has it already


GZIP, UNCHANGED = Way(", gzip", encoding="gzip"), Way(", unchanged", is_unchanged=True)
WAYS = [
    GZIP,
    UNCHANGED,
    Way(f", {MANY} connections", MANY),
    Way(f", {MANY} connections, gzip", MANY, "gzip"),
    Way(f", {MANY} connections, unchanged", MANY, is_unchanged=True),
]
PUBLIC: dict[str, Callable[[dict[str, Any]], str]] = {
    "thread": lambda stage: f"/threads/{stage['thread']}/",
    "theme": lambda stage: "/bench/b/",
    "event": lambda stage: "/bench/",
    "feed": lambda stage: "/bench/feed.atom",
}


def page(name: str, path: str | Callable[[dict[str, Any]], str], *, who: str = "", way: Way | None = None) -> Scenario:
    """A page for one of the site's people, `who`, or for somebody without an account."""
    asked = way or Way()

    def requests(site: Site) -> list[list[bytes]]:
        browser = site.people[who]
        where = path if isinstance(path, str) else path(site.stage)
        headers = {"Accept-Encoding": asked.encoding}
        if asked.is_unchanged:
            headers["If-None-Match"] = browser.get(where).headers["etag"]
        return [[browser.raw(where, headers)] for _ in range(asked.connections)]

    status = 304 if asked.is_unchanged else 200
    return Scenario(f"{name}{asked.name}", requests, status, is_counted=asked.connections == 1)


def cold() -> Scenario:
    """The first page of threads that nobody has opened since the server began."""

    def requests(site: Site) -> list[list[bytes]]:
        browser = site.people[""]
        return [[browser.raw(f"/threads/{key}/", {"Accept-Encoding": "identity"}) for key in site.stage["cold"]]]

    return Scenario("thread of 200, cold", requests, is_repeated=False, once=True)


def rebuilt(name: str, path: str) -> Scenario:
    """A page of the event just after somebody has answered in it, for somebody without an account."""

    def requests(site: Site) -> list[list[bytes]]:
        writer = site.people["writer 0"]
        (form,) = writer.reply_forms(site.stage["opening"], [f"Reply {next(_numbers)}. {WORDS}"])
        assert writer.send(form).status == 302
        time.sleep(AFTERWARDS)
        return [[site.people[""].raw(path, {"Accept-Encoding": "identity"})]]

    return Scenario(name, requests, is_repeated=False, is_counted=False)


def replies(name: str, writers: int, openings: Callable[[dict[str, Any]], list[int]]) -> Scenario:
    """Replies by the site's own form, of so many people at the same time; the forms are asked for before."""
    each = REPLIES_ALONE if writers == 1 else REPLIES

    def requests(site: Site) -> list[list[bytes]]:
        places = openings(site.stage)
        return [_replies(site, f"writer {n}", places[n % len(places)], each) for n in range(writers)]

    return Scenario(name, requests, 302, is_repeated=False, is_counted=writers == 1)


def _replies(site: Site, who: str, parent: int, each: int) -> list[bytes]:
    browser = site.people[who]
    texts = [f"Reply {next(_numbers)}. {WORDS}" for _ in range(each)]
    return [browser.raw_form(form) for form in browser.reply_forms(parent, texts)]


def pages() -> Iterator[Scenario]:
    """What is asked for at every size, each over one connection."""
    for name, path in PUBLIC.items():
        yield page(name, path)
    for who, names in {
        "participant": ["thread", "theme", "event"],
        "gaps": ["thread", "theme", "event"],
        "nothing": ["theme", "event"],
    }.items():
        for name in names:
            yield page(f"{name}, {WHO[who]}", PUBLIC[name], who=who)
    yield page("search, a rare word", "/bench/search/?q=quagga")
    yield page("search, a word of every text", "/bench/search/?q=example")
    yield page("search, the same in a small event", "/elsewhere/search/?q=example")
    yield page("search, a rare word in a small event", "/elsewhere/search/?q=quagga")
    yield page("theme, unread first, 2,000 gaps", "/bench/b/?sort=unread", who="gaps")
    yield page("review queue", "/bench/moderation/desk/", who="moderator")
    yield page("log", "/bench/moderation/")
    yield page("log, moderator", "/bench/moderation/", who="moderator")
    yield page("transparency", "/bench/moderation/transparency/")
    yield page("notifications", "/notifications/", who="nothing")


WHO = {"participant": "participant", "gaps": "2,000 gaps", "nothing": "nothing read"}


def ways(names: Iterable[str]) -> Iterator[Scenario]:
    """These public pages with more connections, compressed, and unchanged since they were read."""
    for name in names:
        for way in WAYS:
            yield page(name, PUBLIC[name], way=way)


def writing() -> Iterator[Scenario]:
    """What changes the data, so it comes last."""
    yield rebuilt("transparency, rebuilt", "/bench/moderation/transparency/")
    yield replies("reply, 1 writer", 1, lambda stage: [stage["opening"]])
    yield replies(f"reply, {WRITERS} writers, one thread", WRITERS, lambda stage: [stage["opening"]])
    yield replies(f"reply, {WRITERS} writers, 8 threads", WRITERS, lambda stage: stage["openings"])
