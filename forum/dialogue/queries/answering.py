"""What somebody answers, with all that decides whether they may: the first question of every reply."""

from __future__ import annotations

from accounts.models import Viewer
from forum.dialogue.queries import comments
from forum.kernel.compiled import Compiled
from forum.models import Comment

EVENT = ("id", "slug", "opens_at", "closes_at", "hold_rules", "tells_waiting")
THEME = (
    "id", "event_id", "slug", "code", "is_locked", "opens_at", "closes_at", "slow_minutes", "hold_rules", "takes_files",
)  # fmt: skip
THREAD = (
    "id", "theme_id", "opening_id", "is_locked", "opens_at", "closes_at", "slow_minutes", "comment_count",
    "continued_at_id",
)  # fmt: skip
COMMENT = (
    "id", "thread_id", "theme_id", "author_id", "status", "in_public_tree", "published_revision", "number", "edited_at",
)  # fmt: skip
FIELDS = [
    *COMMENT,
    *(f"thread__{name}" for name in THREAD),
    *(f"thread__theme__{name}" for name in THEME),
    *(f"thread__theme__event__{name}" for name in EVENT),
]
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
