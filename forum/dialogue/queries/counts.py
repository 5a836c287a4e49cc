"""Counts that are stored, compared with what they count. Only reads: `recount` puts right what is wrong."""

from __future__ import annotations

from django.db import connection
from django.db.models import Count, F, Q

from forum.dialogue.models.day_count import wrongly_counted
from forum.dialogue.models.search_index import LACKS_MARKS, MARKED
from forum.dialogue.models.stance import COUNTS
from forum.kernel.choices import Status
from forum.models import Comment, Theme, Thread


def wrongly_counted_themes() -> list[int]:
    """Themes in which a count of comments, threads, days or stances is not true."""
    published = Q(comments__status=Status.PUBLISHED)
    threads = Thread.objects.annotate(true=Count("comments", filter=published)).exclude(comment_count=F("true"))
    wrong = set(threads.values_list("theme_id", flat=True))
    said = dict(Comment.objects.public().order_by().values_list("theme_id").annotate(Count("pk")))
    open_ = dict(Thread.objects.filter(comment_count__gt=0).order_by().values_list("theme_id").annotate(Count("pk")))
    for key, comments, opened in Theme.objects.values_list("pk", "comment_count", "thread_count"):
        if (comments, opened) != (said.get(key, 0), open_.get(key, 0)):
            wrong.add(key)
    return sorted(wrong.union(_with_wrong_stances(), wrongly_counted()))


def _with_wrong_stances() -> list[int]:
    true = {f"true_{column}": Count("stances", filter=Q(stances__kind=kind)) for kind, column in COUNTS.items()}
    is_right = Q(**{column: F(f"true_{column}") for column in COUNTS.values()})
    wrong = Comment.objects.order_by().annotate(**true).exclude(is_right)
    return list(wrong.values_list("theme_id", flat=True).distinct())


def wrongly_indexed() -> int:
    """How many comments the search index has and should not, lacks, or knows with another text or under another theme.

    One query; goes through all comments.
    """
    key = "rowid" if connection.vendor == "sqlite" else "comment_id"
    statement = f"""
        SELECT count(*) FROM {MARKED} LEFT JOIN forum_search AS found ON found.{key} = said.id
        WHERE (said.status = %s) <> (found.version_id IS NOT NULL) OR found.version_id <> said.version_id
            OR {LACKS_MARKS[connection.vendor]}
    """  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.execute(statement, [Status.PUBLISHED])
        return int(cursor.fetchone()[0])
