"""Every text that people, organisers or importers leave in the database, and a payload in the place of each."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from PIL import Image

from accounts.models import Person
from forum.dialogue.actions.attachments import add_file
from forum.dialogue.actions.comments import post_reply
from forum.dialogue.actions.following import follow
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.exchange.discussions import import_discussion
from forum.kernel.choices import PartyKind
from forum.kernel.errors import TextRefused
from forum.markup.render import render
from forum.models import Attachment, Comment, Event, Theme, Thread
from forum.moderation.actions.moderation import lock_thread, pin_comment
from forum.moderation.actions.notes import write_note
from forum.moderation.actions.off_topic import mark_off_topic
from forum.moderation.actions.plans import lock_theme, plan_closing
from forum.moderation.actions.trust import trust_author_of
from tests.browser.secret_stage import make_stage
from tests.conftest import Cast
from tests.factories import PASSWORD, make_theme, new_key, open_thread, reply_to
from tests.support.payloads import PAYLOADS, numbered

# What no page shows, or no person writes: keys, addresses' parts, settings of one of a few values.
NOT_WRITTEN = {
    "password", "slug", "timezone", "origin", "key", "token", "secret", "batch", "code", "language", "ranges",
    "seen", "frame_origins", "value", "group",
}  # fmt: skip
WRITTEN_IN_JSON = {"text", "name", "alt", "words"}
BY_HAND = (models.CharField, models.TextField)
LONG = 1_000  # characters from which on a field holds several payloads
SEVERAL = 6
ITEMS, MAILS = 12, 40

Placed = dict[int, tuple[str, str]]  # number: the field it stands in, and the payload


def make_full_stage(theme: Theme, thread: Thread, cast: Cast) -> dict[str, Any]:
    """The stage of hidden words, with everything else that holds a text."""
    stage = make_stage(theme, thread, cast)
    how: dict[str, Any] = {"by": cast.mo, "reason": "As agreed.", "now": timezone.now()}
    event = theme.event
    event.parties.create(kind=PartyKind.values[0], name="A host", url="https://host.example/")
    event.references.create(number=1, text="A document", url="https://document.example/")
    off_topic, pinned, held = (reply_to(thread.opening, cast.ben, f"Reply {n}.") for n in range(3))
    mark_off_topic(off_topic, seen=SKIP_CHECK, **how)
    pin_comment(pinned, seen=SKIP_CHECK, **how)
    write_note(thread, source="A note.", **how)
    trust_author_of(pinned, thread, giver=cast.mo, now=how["now"])
    Event.objects.filter(pk=event.pk).update(hold_rules={"words": {"is_on": True, "words": ["casino", "bingo"]}})
    Theme.objects.filter(pk=theme.pk).update(hold_rules={"words": {"is_on": True, "words": ["lottery"]}})
    fresh = Comment.objects.select_related("thread__theme__event").get(pk=thread.opening_id)
    held = post_reply(fresh, by=cast.ada, source="A casino.", key=new_key(), now=how["now"])
    locked = open_thread(theme, cast.ada, "A second thread").thread
    for person in (cast.ben, cast.olga):
        follow(thread, by=person, now=how["now"])
    plan_closing(thread, closes_at=how["now"] + timedelta(days=1), opens_at=None, **how)
    lock_thread(locked, **how)
    lock_theme(make_theme(event, slug="locked"), **how)
    facts: dict[str, Any] = {"by": cast.ada, "key": new_key(), "now": how["now"]}
    image = BytesIO()
    Image.new("RGB", (8, 8)).save(image, "PNG")
    file = add_file(theme, content=image.getvalue(), name="a.png", alt="A square", has=0, **facts)
    post_reply(fresh, source="A file.", files=[file.token], **facts)
    Person.objects.create_superuser("root@example.org", PASSWORD, name="Root")
    threads = list(Thread.objects.filter(theme=theme).order_by("pk"))
    return stage | {"comments": [*stage["comments"], off_topic, pinned, held], "threads": threads}


def import_archives(theme: Theme, folder: Path) -> int:
    """Brings a blog and a mailbox whose every field is a payload in through their readers; says how many comments."""
    imported = 0
    for name, content in _archives().items():
        (folder / name).write_text(content)
        imported += import_discussion(theme, folder / name).new
    return imported


def _archives() -> dict[str, str]:
    hostile = [numbered(payload, number) for number, payload in enumerate(PAYLOADS[: 10 * ITEMS + 3 * MAILS])]
    xml = [text.replace("]]>", "]] >") for text in hostile]
    lines = [" ".join(text.split()) for text in hostile]
    items = "".join(
        f"<item><title><![CDATA[{xml[n]}]]></title><link><![CDATA[{xml[n + 1]}]]></link>"
        f"<dc:creator><![CDATA[{xml[n + 2]}]]></dc:creator><wp:post_id>{n}</wp:post_id><wp:status>publish</wp:status>"
        f"<content:encoded><![CDATA[{xml[n + 3]}]]></content:encoded><wp:comment><wp:comment_id>{n}</wp:comment_id>"
        f"<wp:comment_author><![CDATA[{xml[n + 4]}]]></wp:comment_author>"
        f"<wp:comment_author_email><![CDATA[{xml[n + 5]}]]></wp:comment_author_email><wp:comment_approved>1"
        f"</wp:comment_approved><wp:comment_content><![CDATA[<p>{xml[n + 6]}</p><a href='{xml[n + 7]}'>x</a>]]>"
        "</wp:comment_content><wp:comment_date>2020-01-01 10:00:00</wp:comment_date></wp:comment></item>"
        for n in range(0, 10 * ITEMS, 10)
    )
    spaces = (
        ("wp", "http://wordpress.org/export/1.2/"),
        ("dc", "http://purl.org/dc/elements/1.1/"),
        ("content", "http://purl.org/rss/1.0/modules/content/"),
    )
    named = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in spaces)
    mails = "".join(
        f'From a Thu Nov  1 11:19:12 2001\nFrom: "{lines[n]}" <a@example.org>\nSubject: {lines[n + 1]}\n'
        f"Message-ID: <{n}@x>\nContent-Type: text/{'html' if n % 2 else 'plain'}\n\n{hostile[n + 2]}\n\n"
        for n in range(10 * ITEMS, len(hostile), 3)
    )
    return {"blog": f"<rss {named}><channel>{items}</channel></rss>", "mails": mails}


def fill(round_number: int) -> Placed:
    """Puts another payload into every text of every row, past all forms; what its HTML is made of is rendered anew."""
    # Long ones: "q7q" stands by chance in one of many random keys and tokens on the pages.
    numbers = itertools.count(round_number * 10_000 + 1_001)
    placed: Placed = {}

    def hostile(field: str, room: int, several: int, apart: str) -> str:
        texts: list[str] = []
        for number in itertools.islice(numbers, several):
            start = 7 * number + 31 * round_number
            fitting = (PAYLOADS[(start + n) % len(PAYLOADS)] for n in range(len(PAYLOADS)))
            payload = next(each for each in fitting if len(numbered(each, number)) <= room)
            placed[number] = (field, payload)
            texts.append(numbered(payload, number))
        return apart.join(texts)

    for model, row, field in _texts():
        name, length = f"{model.__name__}.{field.name}", field.max_length or LONG
        several = SEVERAL if length >= LONG else 1
        apart = "\n\n" if field.name.endswith("source") else " "
        if isinstance(field, models.EmailField):
            value = f'"{hostile(name, 64, 1, "")}"@example.org'.replace(" ", "/")
        elif isinstance(field, models.URLField):
            value = f"https://a.example/{hostile(name, 170, 1, '')}"
        elif name == "Attachment.name":  # which its reader gave an ending
            value = f"{hostile(name, 90, 1, '')}.png"
        else:
            value = hostile(name, length // several - 2, several, apart)
        changed = {field.name: value, **_rendered(model, field.name, value)}
        try:
            with transaction.atomic():
                model._base_manager.filter(pk=row).update(**changed)
        except IntegrityError:  # a reason where there is nothing to give one for
            for number in [n for n, (_, _payload) in placed.items() if f"q{n}q" in value]:
                del placed[number]
    _fill_json(hostile)
    return placed


def _texts() -> Iterator[tuple[Any, Any, Any]]:
    """Every row and every field in it that somebody writes as text; what is made of a text comes with it."""
    for model in (*apps.get_app_config("accounts").get_models(), *apps.get_app_config("forum").get_models()):
        names = {field.name for field in model._meta.concrete_fields}
        made = {name for name in names if name.endswith("html")} | ({"text"} if {"source", "html"} <= names else set())
        fields = [
            field
            for field in model._meta.concrete_fields
            if isinstance(field, BY_HAND) and not field.choices and field.name not in NOT_WRITTEN | made
        ]
        for row in list(model._base_manager.values_list("pk", flat=True)):
            yield from ((model, row, field) for field in fields)


def _rendered(model: Any, name: str, source: str) -> dict[str, str]:
    """What is kept of a source besides."""
    names = {field.name for field in model._meta.concrete_fields}
    html = name.removesuffix("source") + "html"
    if not name.endswith("source") or html not in names:
        return {}
    try:
        rendered = render(source)
    except TextRefused:
        rendered = render("It was refused.")
    return {html: rendered.html} | ({"text": rendered.text} if html == "html" and "text" in names else {})


def _fill_json(hostile: Any) -> None:
    for model in apps.get_app_config("forum").get_models():
        for field in (each for each in model._meta.concrete_fields if isinstance(each, models.JSONField)):
            place = f"{model.__name__}.{field.name}"
            for row, value in list(model._base_manager.values_list("pk", field.name)):
                if model is Comment and value:  # as it is in the attachment, whose name it must have
                    of_it = Attachment.objects.filter(comment=row)
                    changed = [file.shape for file in of_it]
                else:
                    changed = _replaced(value, "", lambda name, place=place: hostile(f"{place}.{name}", 90, 1, ""))
                model._base_manager.filter(pk=row).update(**{field.name: changed})


def _replaced(value: Any, name: str, hostile: Any) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(each, key, hostile) for key, each in value.items()}
    if isinstance(value, list):
        return [_replaced(each, name, hostile) for each in value]
    return hostile(name) if isinstance(value, str) and name in WRITTEN_IN_JSON else value
