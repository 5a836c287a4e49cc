"""A long thread at once, in the rows that the actions would have written one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.models import F, Max
from django.utils import timezone

from accounts.models import Person
from forum.dialogue.actions import indexing
from forum.dialogue.actions.day_counts import recount_days
from forum.dialogue.actions.locking import bump_revision
from forum.dialogue.models.comment import branch_id
from forum.kernel.nesting import bounds_from_parents
from forum.markup.render import RENDERER, render
from forum.models import Comment, CommentVersion, Theme, Thread

SOURCE = "It happens where *people* meet, and nowhere else."


@transaction.atomic
def plant_below(opening: Comment, answers: Sequence[int], *, by: Sequence[Person]) -> list[Comment]:
    """Answers below an opening, all published; returns the opening and them.

    `answers[n]` is the place, in what is returned, of the comment that the next one answers: 0 is the opening.
    """
    theme = Theme.objects.get(pk=opening.theme_id)
    key, version = (model.objects.aggregate(last=Max("pk"))["last"] + 1 for model in (Comment, CommentVersion))
    begun = timezone.now() - timedelta(days=2)
    made = [opening]
    for place, answered in enumerate(answers):
        parent = made[answered] if answered else None
        number, revision = theme.last_number + 1 + place, theme.revision + 1 + place
        at = begun + timedelta(seconds=place)
        comment = Comment(
            pk=key + place, thread=opening.thread, theme=theme, author=by[place % len(by)], parent=parent,
            tree_id=parent.tree_id if parent else branch_id(theme.pk, number), number=number, revision=revision,
            published_revision=revision, published_at=at, created_at=at, version_id=version + place,
            key=f"planted-{key + place}",
        )  # fmt: skip
        made.append(comment)
    _store(made[1:])
    Thread.objects.filter(pk=opening.thread_id).update(
        comment_count=F("comment_count") + len(answers), last_comment=made[-1].pk, revision=made[-1].revision
    )
    if answers:
        bump_revision(theme.pk, comments=len(answers), revisions=len(answers), numbers=len(answers))
        recount_days(theme.pk)
    return made


def _store(comments: list[Comment]) -> None:
    by_branch = sorted(comments, key=lambda comment: comment.tree_id)
    for _, branch in groupby(by_branch, key=lambda comment: comment.tree_id):
        members = {comment.pk: comment for comment in branch}
        bounds = bounds_from_parents((pk, member.parent_id, member.number) for pk, member in members.items())
        for pk, member in members.items():
            member.lft, member.rght, member.level = bounds[pk]
    models.QuerySet(Comment).bulk_create(comments, batch_size=1_000)  # mptt's own would place them anew
    text = render(SOURCE)
    CommentVersion.objects.bulk_create(
        CommentVersion(
            pk=comment.version_id, comment=comment, number=1, source=SOURCE, html=text.html, text=text.text,
            renderer=RENDERER, editor_id=comment.author_id, created_at=comment.created_at,
        )
        for comment in comments
    )  # fmt: skip
    for comment in comments:
        indexing.put(comment.pk, comment.version_id, title="", name=comment.author.name, text=text.text)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Comment, CommentVersion]):
            cursor.execute(statement)
