"""Taking a stance on a comment, taking it back, and switching stances on or off for a theme."""

from datetime import datetime

from django.db.models import Count, F
from django.db.models.expressions import Combinable

from accounts.models import Person, Viewer, logged_in
from forum.dialogue.actions.locking import bump_revision, lock_with_thread
from forum.dialogue.actions.pacing import prefetch_writer_state
from forum.dialogue.models.stance import COUNTS
from forum.dialogue.rules.stances import why_not_take_stance
from forum.kernel import realtime
from forum.kernel.choices import StanceKind
from forum.kernel.errors import refuse_if
from forum.kernel.transactions import in_one_transaction
from forum.models import Comment, Stance, Theme, Thread


@in_one_transaction
def take_stance(comment: Comment, *, by: Viewer, kind: StanceKind | None, now: datetime) -> None:
    """Says how somebody stands to a comment; None takes back what they said. Raises Refused.

    The same stance again changes nothing. The thread's row is the lock here, too: its revision moves with
    every public change, and whoever took only the comment's row and the theme's would meet an edit, which
    takes them the other way round.
    """
    prefetch_writer_state(by, now=now)
    thread, fresh = lock_with_thread(comment.pk)
    refuse_if(why_not_take_stance(by, fresh, thread, now=now))
    person = logged_in(by)
    before = Stance.objects.filter(comment=fresh, person=person).first()
    was = StanceKind(before.kind) if before else None
    if was == kind:
        return
    _write(fresh, person, kind, before, now)
    steps: dict[str, Combinable] = {}
    if was is not None:
        steps[COUNTS[was]] = F(COUNTS[was]) - 1
    if kind is not None:
        steps[COUNTS[kind]] = F(COUNTS[kind]) + 1
    revision = bump_revision(thread.theme_id).revision
    Comment.objects.filter(pk=fresh.pk).order_by().update(revision=revision, **steps)
    Thread.objects.filter(pk=thread.pk).update(revision=revision)
    realtime.theme_changed(thread.theme_id, revision)


@in_one_transaction
def switch_stances(theme: Theme, *, on: bool) -> None:
    """Lets people take stances in a theme, or hides and refuses them all; what was taken is kept."""
    threads = Thread.objects.select_for_update(of=("self",), no_key=True).filter(theme_id=theme.pk).order_by("pk")
    list(threads)  # locked before anything of theirs changes
    if not Theme.objects.filter(pk=theme.pk).exclude(takes_stances=on).update(takes_stances=on):
        return
    revision = bump_revision(theme.pk).revision
    counted = Comment.objects.filter(theme_id=theme.pk).with_stances().order_by()
    Thread.objects.filter(pk__in=counted.values("thread_id")).update(revision=revision)
    counted.update(revision=revision)
    realtime.theme_changed(theme.pk, revision)


def recount_stances(theme_id: int) -> bool:
    """Counts the stances of a theme anew, under the locks of its threads; says whether anything was wrong."""
    names = tuple(COUNTS.values())
    true: dict[int, dict[str, int]] = {}
    taken = Stance.objects.filter(comment__theme_id=theme_id).order_by().values_list("comment_id", "kind")
    for comment_id, kind, people in taken.annotate(people=Count("pk")):
        true.setdefault(comment_id, dict.fromkeys(names, 0))[COUNTS[StanceKind(kind)]] = people
    stored = Comment.objects.filter(theme_id=theme_id).with_stances().order_by()
    known = {row[0]: dict(zip(names, row[1:], strict=True)) for row in stored.values_list("pk", *names)}
    none = dict.fromkeys(names, 0)
    wrong = {key for key in true.keys() | known.keys() if true.get(key) != known.get(key)}
    for key in wrong:
        Comment.objects.filter(pk=key).order_by().update(**true.get(key, none))
    return bool(wrong)


def _write(comment: Comment, by: Person, kind: StanceKind | None, before: Stance | None, now: datetime) -> None:
    if kind is None:
        Stance.objects.filter(comment=comment, person=by).delete()
        return
    if before is None:
        Stance.objects.create(comment=comment, person=by, kind=kind, group=by.group, taken_at=now)
        return
    Stance.objects.filter(pk=before.pk).update(kind=kind, group=by.group, taken_at=now)
