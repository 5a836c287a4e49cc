"""The living summary of a thread: writing it, missing a point in it, and answering who does."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TypedDict

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Person, Viewer, logged_in
from forum.dialogue.actions import log, notifications
from forum.dialogue.actions.lockables import target_changed
from forum.dialogue.actions.locking import lock_thread_row
from forum.dialogue.actions.pacing import prefetch_writer_state
from forum.dialogue.rules.summaries import (
    why_not_answer,
    why_not_ask,
    why_not_hide_summary,
    why_not_show_summary,
    why_not_summarise,
    why_not_take_up,
    why_not_withhold,
)
from forum.kernel.choices import Act, PointKind
from forum.kernel.errors import Refused, refuse_if
from forum.kernel.reasons import Reason
from forum.kernel.transactions import in_one_transaction
from forum.models import Article, Comment, LogEntry, PointRequest, Summary, Thread


class StoredPoint(TypedDict):
    """A point as its summary stores it: a sentence, and the comments that it rests on."""

    text: str
    comments: list[int]


Points = dict[str, list[StoredPoint]]


@in_one_transaction
def write_summary(
    thread: Thread, *, points: Points, base: int, by: Person, now: datetime, takes_up: Collection[int] = ()
) -> Summary | None:
    """Gives a thread's summary a new version and returns what is current then; the same points make none.

    `base` is the number of the version the writer had before them, 0 without any; `takes_up` are the requests that
    it answers. Raises Refused, as SUMMARY_CHANGED if a colleague was faster.
    """
    fresh = lock_thread_row(thread.pk)
    refuse_if(why_not_summarise(by, fresh))
    current = Summary.objects.filter(pk=fresh.summary_id or 0).first()
    refuse_if(Reason.SUMMARY_CHANGED if base != (current.number if current else 0) else None)
    # A comment that was named before stays named while it is not public: its link comes back with it.
    named = {pk for lines in points.values() for point in lines for pk in point["comments"]}
    _check_public(named - current.named if current else named, fresh)
    points = {kind: points.get(kind, []) for kind in PointKind.values}
    if points != (current.points if current else {kind: [] for kind in PointKind.values}):
        current = _add(fresh, points, number=base + 1, by=by, now=now)
    for request in _locked_requests(takes_up, fresh):
        refuse_if(why_not_take_up(by, request, fresh, current))
        _answer(request, fresh, _("Included in the summary."), by=by, now=now, in_summary=current)
    return current


@in_one_transaction
def miss_point(thread: Thread, *, text: str, by: Viewer, now: datetime, comment: Comment | None = None) -> PointRequest:
    """Says that a point is missing in a thread's summary. Raises Refused."""
    prefetch_writer_state(by, now=now)
    fresh = lock_thread_row(thread.pk)
    has_asked = by.is_authenticated and PointRequest.objects.filter(thread=fresh, person=by, answered_at=None).exists()
    refuse_if(why_not_ask(by, fresh, now=now, has_asked=has_asked))
    if comment is not None:
        _check_public({comment.pk}, fresh)
    return PointRequest.objects.create(thread=fresh, person=logged_in(by), text=text, comment=comment, created_at=now)


@in_one_transaction
def explain(request: PointRequest, *, thread: Thread, by: Person, reason: str, now: datetime) -> LogEntry:
    """Answers a request without changing the summary: the reason is the answer. Raises Refused.

    `thread` is where the conversation stands now; it may have been merged since.
    """
    fresh = lock_thread_row(thread.pk)
    locked = _locked_request(request, fresh)
    refuse_if(why_not_answer(by, locked, fresh))
    return _answer(locked, fresh, reason, by=by, now=now)


@in_one_transaction
def withhold(request: PointRequest, *, thread: Thread, by: Person, reason: str, now: datetime) -> LogEntry:
    """Answers a request, or answers it anew, so that its words are not shown: the reason is. Raises Refused."""
    fresh = lock_thread_row(thread.pk)
    locked = _locked_request(request, fresh)
    refuse_if(why_not_withhold(by, fresh, asker_id=locked.person_id, is_withheld=locked.is_withheld))
    PointRequest.objects.filter(pk=locked.pk).update(answered_at=now, answered_by=by, answer=reason, is_withheld=True)
    return _log_answer(Act.WITHHOLD, locked, fresh, reason, by=by, now=now)


@in_one_transaction
def hide_summary(
    summary: Summary, *, thread: Thread, by: Person, reason: str, now: datetime, article: Article | None = None
) -> LogEntry:
    """Takes one earlier version out of the public history. Raises Refused.

    `thread` is where the conversation stands now; it may have been merged since.
    """
    fresh, locked = _locked_version(summary, thread)
    is_current = locked.pk == fresh.summary_id
    refuse_if(why_not_hide_summary(by, fresh, is_current=is_current, is_hidden=locked.is_hidden))
    Summary.objects.filter(pk=locked.pk).update(is_hidden=True, hidden_reason=reason)
    return log.record(Act.HIDE_SUMMARY, fresh, by=by, reason=reason, now=now, article=article)


@in_one_transaction
def show_summary(
    summary: Summary, *, thread: Thread, by: Person, reason: str, now: datetime, article: Article | None = None
) -> LogEntry:
    """Brings a hidden version back into the public history. Raises Refused."""
    fresh, locked = _locked_version(summary, thread)
    refuse_if(why_not_show_summary(by, fresh, is_hidden=locked.is_hidden))
    Summary.objects.filter(pk=locked.pk).update(is_hidden=False, hidden_reason="")
    return log.record(Act.SHOW_SUMMARY, fresh, by=by, reason=reason, now=now, article=article)


def _locked_version(summary: Summary, thread: Thread) -> tuple[Thread, Summary]:
    """The version as it is under the lock of its thread. Followers see the current one only: nobody is told."""
    fresh = lock_thread_row(thread.pk)
    about = Q(thread=fresh) | Q(thread__continued_at__thread=fresh)
    locked = Summary.objects.filter(about, pk=summary.pk).first()
    if locked is None:
        raise Refused(Reason.THREAD_MERGED)
    return fresh, locked


def _add(thread: Thread, points: Points, *, number: int, by: Person, now: datetime) -> Summary:
    summary = Summary.objects.create(thread=thread, number=number, points=points, writer=by, created_at=now)
    thread.summary = summary
    target_changed(thread, "summary")
    log.record(Act.SUMMARISE, thread, by=by, reason="", now=now)
    return summary


def _answer(
    request: PointRequest, thread: Thread, answer: str, *, by: Person, now: datetime, in_summary: Summary | None = None
) -> LogEntry:
    PointRequest.objects.filter(pk=request.pk).update(
        answered_at=now, answered_by=by, in_summary=in_summary, answer=answer
    )
    return _log_answer(Act.ANSWER, request, thread, answer, by=by, now=now)


def _log_answer(act: Act, request: PointRequest, thread: Thread, answer: str, *, by: Person, now: datetime) -> LogEntry:
    entry = log.record(act, thread, by=by, reason=answer, now=now)
    notifications.outcome(entry, request.person)
    return entry


def _locked_request(request: PointRequest, thread: Thread) -> PointRequest:
    locked = next(iter(_locked_requests([request.pk], thread)), None)
    if locked is None:
        raise Refused(Reason.THREAD_MERGED)
    return locked


def _locked_requests(keys: Collection[int], thread: Thread) -> list[PointRequest]:
    """Those of these that are about a thread or one merged into it, each with who asked, locked until the
    transaction ends."""
    if not keys:
        return []
    requests = PointRequest.objects.select_for_update(of=("self",), no_key=True).select_related("person")
    about = Q(thread=thread) | Q(thread__continued_at__thread=thread)
    return list(requests.filter(about, pk__in=keys).order_by("pk"))


def _check_public(named: set[int], thread: Thread) -> None:
    """Whether each of these comments is public in the thread's event. Raises Refused."""
    known = Comment.objects.public().filter(pk__in=named, theme__event=thread.theme.event_id).order_by().count()
    refuse_if(None if known == len(named) else Reason.POINT_NOT_PUBLIC)
