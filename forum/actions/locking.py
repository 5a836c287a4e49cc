"""The two locks of a write, always in this order: the thread's row first, the theme's row last."""

from dataclasses import dataclass

from django.db.models import F

from forum.models import Theme, Thread


def lock_thread_row(thread_id: int) -> Thread:
    """The thread, its row locked until the transaction ends. Whatever is read after this is current.

    The thread row is the lock for its branches: mptt does not lock by itself.
    """
    rows = Thread.objects.select_for_update(of=("self",), no_key=True).select_related("theme__event")
    return rows.get(pk=thread_id)


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the theme's row handed out: the `revision` of this change, and the newest comment's `number`."""

    revision: int
    number: int


def take_numbers(
    theme_id: int, *, is_public: bool = True, new_comments: int = 0, comments: int = 0, threads: int = 0
) -> Numbers:
    """Takes the theme's next revision (and comment number), and counts what became public or went.

    What is not public takes no revision: it is no change for anybody who follows.

    Call it last and late: it holds the theme's row until commit, which makes numbers gapless in commit order.
    """
    row = Theme.objects.filter(pk=theme_id)
    row.update(
        revision=F("revision") + int(is_public),
        last_number=F("last_number") + new_comments,
        comment_count=F("comment_count") + comments,
        thread_count=F("thread_count") + threads,
    )
    return Numbers(*row.order_by().values_list("revision", "last_number").get())
