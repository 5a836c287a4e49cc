"""Which comments a digest tells of: unread, public now, told by nothing else, and new since the last one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db.models import Exists, OuterRef, Q

from forum.kernel.choices import NotificationKind, Status
from forum.kernel.outbox import MailKind
from forum.kernel.ranges import Ranges
from forum.models import Comment, Follow, ListSubscription, MailPreferences, Notification, OutgoingMail, Reading

PERSONAL = (NotificationKind.REPLY, NotificationKind.MENTION)
KINDS = (*PERSONAL, NotificationKind.FOLLOWED)
SINGLY = (MailKind.COMMENT, MailKind.LIST)  # kinds of email that tell of one comment
MANY_GAPS = 100  # in what was read; above it the numbers are looked at here, as in dialogue/queries/unread.py
EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class NewComment:
    """One to tell of, and where it is."""

    id: int
    theme_id: int
    thread_id: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a digest tells, the oldest first; and how many other unread comments are in what its reader follows.

    `lists` says up to which revision of each theme it tells the rest of what its reader gets in list mode. `is_wanted`:
    its reader wants some kind of comments in this digest.
    """

    by_kind: dict[NotificationKind, list[NewComment]]
    earlier: int = 0
    lists: dict[int, int] = field(default_factory=dict)
    is_wanted: bool = True

    @property
    def is_empty(self) -> bool:
        return not any(self.by_kind.values())


@dataclass(frozen=True, slots=True)
class _Following:
    """What somebody follows now, and since when. Branches stand by the key of their tree."""

    theme: dict[int, datetime] = field(default_factory=dict)
    thread: dict[int, datetime] = field(default_factory=dict)
    tree: dict[int, datetime] = field(default_factory=dict)
    theme_ids: set[int] = field(default_factory=set)  # in which any of it is

    def comments(self) -> Q:
        inside = Q(theme__in=list(self.theme)) | Q(thread__in=list(self.thread)) | Q(tree_id__in=list(self.tree))
        return Q(inside, theme__in=self.theme_ids)

    def since(self, theme_id: int, thread_id: int, tree_id: int) -> datetime:
        starts = (self.theme.get(theme_id), self.thread.get(thread_id), self.tree.get(tree_id))
        return min(filter(None, starts))

    def first(self) -> datetime:
        return min(since for each in (self.theme, self.thread, self.tree) for since in each.values())


def find(person_id: int, wanted: MailPreferences, name: str, *, until: datetime) -> Found:
    """What a digest with this name tells this person of now.

    The kinds of comments that its reader wants in it, each from where the last digest of this kind ended; of what they
    follow, nothing from before they began to. Whoever has seen the notification of a comment is not told again, nor is
    who gets or got an email of it alone. What was too much for list mode is in the daily digest, too. Seven queries
    at most.
    """
    kinds = [kind for kind in KINDS if wanted.of(kind) == name]
    capped = _capped(person_id) if name == MailKind.DAILY else []
    if not kinds and not capped:
        return Found({}, is_wanted=False)
    read = {theme: Ranges.parse(ranges) for theme, ranges in _readings(person_id)}
    by_kind: dict[NotificationKind, list[NewComment]] = {kind: [] for kind in [*kinds, NotificationKind.FOLLOWED]}
    personal = [kind for kind in kinds if kind in PERSONAL]
    if personal:
        for kind, comment in _personal(person_id, wanted, personal, read, until):
            by_kind[kind].append(comment)
    following = _following(person_id) if NotificationKind.FOLLOWED in kinds else _Following()
    if following.theme_ids:
        by_kind[NotificationKind.FOLLOWED] = _followed(person_id, following, wanted.followed_until, read, until)
    told = {comment.id for comments in by_kind.values() for comment in comments}
    lists = {theme_id: revision for theme_id, _, revision in capped}
    for comment in _rest_of_lists(person_id, capped, read, until, lists) if capped else []:
        if comment.id not in told:
            by_kind[NotificationKind.FOLLOWED].append(comment)
            told.add(comment.id)
    earlier = _count_others(person_id, following, read, until, told) if following.theme_ids else 0
    return Found(by_kind, earlier, lists, is_wanted=bool(kinds))


def _capped(person_id: int) -> list[tuple[int, int, int]]:
    """The themes of which list mode left something out: from which revision on, and up to which it has looked."""
    capped = ListSubscription.objects.filter(person=person_id, capped_from__isnull=False).order_by("theme")
    return [
        (theme, after or 0, up_to) for theme, after, up_to in capped.values_list("theme", "capped_from", "revision")
    ]


def _rest_of_lists(
    person_id: int, capped: list[tuple[int, int, int]], read: dict[int, Ranges], until: datetime, lists: dict[int, int]
) -> Iterable[NewComment]:
    """What list mode left out, without what is newer than the digest, before which `lists` ends then."""
    spans = Q(pk__in=[])
    for theme, after, up_to in capped:
        spans |= Q(theme=theme, published_revision__gt=after, published_revision__lte=up_to)
    comments = Comment.objects.filter(spans).public().exclude(author=person_id).exclude(_sent_singly(person_id, "pk"))
    rows = comments.order_by("published_at", "pk").values_list(
        "pk", "theme_id", "thread_id", "published_revision", "published_at"
    )
    for pk, theme_id, thread_id, published, at in rows:
        if at > until:
            lists[theme_id] = min(lists[theme_id], published - 1)
        elif published not in read.get(theme_id, Ranges()):
            yield NewComment(pk, theme_id, thread_id)


def _readings(person_id: int) -> Iterable[tuple[int, str]]:
    return Reading.objects.filter(person=person_id).values_list("theme_id", "ranges")


def _following(person_id: int) -> _Following:
    following = _Following()
    rows = Follow.objects.filter(Q(branch=None) | Q(branch__lft=1), person=person_id).values_list(
        "theme_id", "thread_id", "branch__tree_id", "thread__theme_id", "branch__theme_id", "since"
    )
    for theme, thread, tree, theme_of_thread, theme_of_tree, since in rows:
        if theme:
            following.theme[theme] = since
        elif thread:
            following.thread[thread] = since
        else:
            following.tree[tree] = since
        following.theme_ids.add(theme or theme_of_thread or theme_of_tree)
    return following


def _personal(
    person_id: int, wanted: MailPreferences, kinds: list[NotificationKind], read: dict[int, Ranges], until: datetime
) -> Iterable[tuple[NotificationKind, NewComment]]:
    """Replies to this person and mentions of them. A mention may have been added later: its own time counts."""
    new = Q(pk__in=[])
    for kind in kinds:
        new |= Q(kind=kind, created_at__gt=getattr(wanted, f"{kind}_until") or EVER)
    told = Notification.objects.filter(new, person=person_id, seen_at=None, created_at__lte=until)
    told = told.filter(comment__status=Status.PUBLISHED).exclude(comment__author=person_id)
    rows = told.exclude(_sent_singly(person_id, "comment")).order_by("created_at", "pk").values_list(
        "kind", "comment_id", "comment__theme_id", "comment__thread_id", "comment__published_revision"
    )  # fmt: skip
    for why, comment_id, theme_id, thread_id, published in rows:
        if published and published not in read.get(theme_id, Ranges()):
            yield NotificationKind(why), NewComment(comment_id, theme_id, thread_id)


def _followed(
    person_id: int, following: _Following, since: datetime | None, read: dict[int, Ranges], until: datetime
) -> list[NewComment]:
    told = Notification.objects.filter(person=person_id, comment=OuterRef("pk"))
    elsewhere = Q(Exists(told.filter(Q(kind__in=PERSONAL) | Q(seen_at__isnull=False)))) | _sent_singly(person_id, "pk")
    new = Q(published_at__gte=following.first()) & (Q(published_at__gt=since) if since else Q())
    comments = Comment.objects.filter(following.comments(), new, published_at__lte=until).public()
    comments = comments.exclude(author=person_id).exclude(elsewhere)
    rows = comments.order_by("published_at", "pk").values_list(
        "pk", "theme_id", "thread_id", "tree_id", "published_revision", "published_at"
    )
    return [
        NewComment(pk, theme_id, thread_id)
        for pk, theme_id, thread_id, tree_id, published, at in rows
        if published not in read.get(theme_id, Ranges()) and at >= following.since(theme_id, thread_id, tree_id)
    ]


def _sent_singly(person_id: int, comment: str) -> Q:
    return Q(Exists(OutgoingMail.objects.filter(person=person_id, kind__in=SINGLY, comment=OuterRef(comment))))


def _count_others(
    person_id: int, following: _Following, read: dict[int, Ranges], until: datetime, told: set[int]
) -> int:
    """How many unread comments there are in what is followed besides those that are told. One query."""
    comments = Comment.objects.filter(following.comments(), published_at__lte=until).public().exclude(author=person_id)
    known = {theme: read.get(theme, Ranges()) for theme in following.theme_ids}
    if sum(len(ranges.pairs) for ranges in known.values()) <= MANY_GAPS:
        unread = Q(pk__in=[])
        for theme, ranges in known.items():
            for first, last in ranges.gaps():
                after = Q(theme=theme, published_revision__gte=first)
                unread |= after & Q(published_revision__lte=last) if last else after
        comments = comments.filter(unread)
    rows = comments.order_by().values_list("pk", "theme_id", "published_revision")
    return sum(pk not in told and published not in known[theme] for pk, theme, published in rows)
