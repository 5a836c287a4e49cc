"""What somebody answers, with all that decides whether they may: the first question of every reply."""

from __future__ import annotations

from accounts.models import Viewer
from forum.dialogue.models.thread import TO_ANSWER
from forum.dialogue.queries import comments
from forum.kernel.compiled import Compiled
from forum.models import Comment

COMMENT = (
    "id", "thread_id", "theme_id", "author_id", "status", "in_public_tree", "published_revision", "number", "edited_at",
)  # fmt: skip
FIELDS = [*COMMENT, *(f"thread__{name}" for name in TO_ANSWER)]
PLACE = Compiled(
    lambda comment: Comment.objects.filter(pk=comment).order_by().select_related("thread__theme__event").only(*FIELDS),
    comment=int,
)


def to_answer(person: Viewer, comment_id: int) -> Comment:
    """The same comment as `comments.once_readable`, with what a reply needs of its place and no more.

    One statement by the comment's key; another one for what was never public and is not theirs. Raises
    Comment.DoesNotExist.
    """
    found = PLACE.get(comment=comment_id)
    if found.in_public_tree or found.published_revision is not None or found.author_id == person.pk:
        return found
    comments.once_readable(person, comment_id)
    return found
