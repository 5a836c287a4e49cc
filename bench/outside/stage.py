"""Fills the database of DATABASE_URL with what the pages bench asks for, and prints as JSON where that is.

It runs in the folder of the commit that is measured, `python stage.py SIZE`, and fills by that commit's own filler
(`bench.fill`). What it adds is written for the models of c598b50 and of every later commit. SIZE is a number of
comments, or a folder of real discussions.
"""

import json
import os
import random
import sys
from itertools import count, cycle
from pathlib import Path

sys.path[0] = os.getcwd()  # instead of this file's folder

import django  # noqa: E402

django.setup()

from allauth.account.models import EmailAddress  # noqa: E402 - models need the settings
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Person  # noqa: E402
from bench import fill as filler  # noqa: E402
from forum.models import (  # noqa: E402
    Comment,
    CommentVersion,
    Hold,
    LogEntry,
    Notification,
    Reading,
    Role,
    Theme,
    Thread,
)

PASSWORD = "a long and quiet password"
ROLES = ("participant", "gaps", "nothing", "moderator")  # the first four people
WRITERS = 16
GAPS = 2_000  # in what one reader has read, if there are comments enough
UNREAD = 20  # the newest, which the participant has not read
COLD, PAGE = 8, 200  # threads that nobody has opened, and their comments
SHARE = 20  # of so many comments one is held, and in the log; half as many somebody has been notified of
MOST = 5_000  # that are held: what grows from there is the dialogue alone
BATCH = 2_000  # rows of one INSERT


def main(size: str) -> dict:
    call_command("migrate", verbosity=0)
    cache.clear()
    theme = filler.fill(int(size)) if size.isdecimal() else filler.fill_with(Path(size))
    with transaction.atomic():
        people = with_accounts()
        elsewhere = copied(theme, event=copied(theme.event, slug="elsewhere"), slug="cold")
        cold = threads_of_a_page(elsewhere)
        copied(elsewhere, slug="mail", position=2, **{code_of(elsewhere): "M"})
        moderated(theme, people)
        read(theme, people)
        put_sequences_right()
        count_days()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    thread = Thread.objects.filter(theme=theme).order_by("-comment_count", "pk")[0]
    return {
        "thread": thread.pk,
        "opening": thread.opening_id,
        "cold": cold,
        "openings": list(Thread.objects.filter(pk__in=cold).values_list("opening_id", flat=True)),
        "roles": {role: person.email for role, person in zip(ROLES, people, strict=False)},
        "writers": [person.email for person in people[-WRITERS:]],
        "password": PASSWORD,
        "comments": Comment.objects.filter(theme=theme).count(),
    }


def with_accounts() -> list:
    """People who can log in, here for long: first those with a role in the bench, last the writers."""
    people = list(Person.objects.order_by("pk")[: len(ROLES) + WRITERS])
    password = make_password(PASSWORD)
    Person.objects.filter(pk__in=[person.pk for person in people]).update(password=password, date_joined=filler.BEGUN)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in people
    )
    return people


def copied(row, **changes):
    """A new row with what another one says, except for these."""
    new = type(row)(**{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields})
    new.pk = None
    counts = ("revision", "last_number", "comment_count", "thread_count")
    for name, value in ({name: 0 for name in counts if hasattr(new, name)} | changes).items():
        setattr(new, name, value)
    new.save(force_insert=True)
    return new


def code_of(theme) -> str:
    """The name of the field by which comments of a theme are cited."""
    return "code" if hasattr(theme, "code") else "letter"


def threads_of_a_page(theme) -> list[int]:
    """Threads whose comments just fill a page, made by the filler; returns their keys."""
    last, everybody = Comment.objects.order_by("-pk")[0].pk, list(Person.objects.order_by("pk"))
    numbers, chance, comments, made = count(last + 1), random.Random(11), [], []
    for n in range(COLD):
        thread = Thread.objects.create(theme=theme, title=f"Thread {n}", created_at=filler.BEGUN)
        made.append(thread.pk)
        comments += filler._thread(theme, thread, everybody, PAGE, numbers, chance)
    store(comments)
    new = {"revision": comments[-1].revision, "last_number": comments[-1].number}
    Theme.objects.filter(pk=theme.pk).update(comment_count=len(comments), thread_count=COLD, **new)
    for comment in comments:
        text = comment.version.text
        filler.indexing.put(comment.pk, comment.version_id, title="", name="Person", text=text)
    return made


def store(comments) -> None:
    """Saves comments with texts that the filler has made for others."""
    patterns = cycle(CommentVersion.objects.order_by("pk")[:PAGE])
    versions = []
    for comment, pattern in zip(comments, patterns, strict=False):
        facts = {field.attname: getattr(pattern, field.attname) for field in pattern._meta.concrete_fields}
        comment.version = CommentVersion(**facts | {"id": comment.version_id, "comment_id": comment.pk})
        versions.append(comment.version)
    models.QuerySet(Comment).bulk_create(comments, batch_size=BATCH)
    CommentVersion.objects.bulk_create(versions, batch_size=BATCH)


def moderated(theme, people) -> None:
    """A moderator, comments that are held, a log, and somebody who has been notified often."""
    moderator, reader = people[ROLES.index("moderator")], people[ROLES.index("nothing")]
    Role.objects.create(event=theme.event, person=moderator, kind="moderator")
    comments = list(Comment.objects.filter(theme=theme).order_by("pk").values_list("pk", flat=True))
    few = min(MOST, max(1, len(comments) // SHARE))
    held(theme, people, few)
    LogEntry.objects.bulk_create(
        [
            LogEntry(
                event=theme.event, comment_id=key, actor=moderator, act="restore", reason="It is fine.",
                created_at=filler.BEGUN,
            )
            for key in comments[: 2 * few]
        ],
        batch_size=BATCH,
    )  # fmt: skip
    Notification.objects.bulk_create(
        [Notification(person=reader, kind="reply", comment_id=key, created_at=filler.BEGUN) for key in comments[:few]],
        batch_size=BATCH,
    )


def held(theme, people, few: int) -> None:
    """Comments that wait for a moderator, each a branch of the newest thread."""
    thread = Thread.objects.filter(theme=theme).order_by("-pk")[0]
    theme = Theme.objects.get(pk=theme.pk)
    writers = people[-WRITERS:]  # not those whose pages are measured
    first, key = theme.last_number + 1, Comment.objects.order_by("-pk")[0].pk + 1
    shown = "in_public_tree" if hasattr(Comment, "in_public_tree") else "is_shown"
    comments = [
        Comment(
            pk=key + n, theme=theme, thread=thread, author=writers[n % WRITERS], number=first + n,
            revision=theme.revision + 1 + n, created_at=filler.BEGUN, key=f"bench-held-{n:011}", version_id=key + n,
            status="held", level=0, lft=1, rght=2, tree_id=filler.branch_id(theme.pk, first + n), **{shown: False},
        )
        for n in range(few)
    ]  # fmt: skip
    store(comments)
    reasons = [{"kind": "words", "words": ["kara"], "number": 0, "limit": 0}]
    Hold.objects.bulk_create(
        [Hold(comment=comment, reasons=reasons, created_at=filler.BEGUN) for comment in comments], batch_size=BATCH
    )
    Theme.objects.filter(pk=theme.pk).update(revision=F("revision") + few, last_number=F("last_number") + few)


def read(theme, people) -> None:
    """What the participant and the reader with gaps have read."""
    theme = Theme.objects.get(pk=theme.pk)
    step = max(2, theme.comment_count // GAPS)
    gaps = ",".join(f"{n}-{n + step - 2}" for n in range(1, theme.comment_count, step))
    usual = f"1-{max(1, theme.comment_count - UNREAD)}"
    for role, ranges in (("participant", usual), ("gaps", gaps)):
        person = people[ROLES.index(role)]
        Reading.objects.create(person=person, theme=theme, ranges=ranges, updated_at=timezone.now())
        report(theme, person)


def report(theme, person) -> None:
    """Builds of today count what was read with each report of a reader."""
    if not hasattr(Reading, "others_count"):
        return
    from forum.dialogue.actions.reading import mark_read  # noqa: PLC0415 - older builds have it elsewhere

    mark_read(theme, by=person, numbers="1", now=timezone.now())


def put_sequences_right() -> None:
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for table in ("forum_comment", "forum_commentversion"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def count_days() -> None:
    """Builds of today keep counts of each day."""
    try:
        from forum.dialogue.actions.day_counts import recount_days  # noqa: PLC0415 - older builds lack it
    except ImportError:
        return
    for key in Theme.objects.values_list("pk", flat=True):
        recount_days(key)


if __name__ == "__main__":
    json.dump(main(sys.argv[1]), sys.stdout)
