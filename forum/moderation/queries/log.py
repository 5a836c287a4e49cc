"""The public record of moderation: what was done, to what, why, when, and by whom as far as the event tells."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Min, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext, ngettext_lazy

from accounts.models import Viewer
from forum.events.queries.formatting import comment_label, day, format_datetime, iso
from forum.kernel.choices import INTERNAL_ACTS, KEPT_ACTS, Act, Status
from forum.models import Article, Event, LogEntry
from forum.moderation.queries import deciders

# Under which theme an entry stands now: its comment's, its thread's (that of what it became part of), or its own.
PLACES = ("comment__theme", "thread__continued_at__theme", "thread__theme", "theme")
GUARDED = tuple(dict.fromkeys((*INTERNAL_ACTS, *KEPT_ACTS)))  # acts that not everybody may know of
PAGE = 50  # lines; what was decided as one is one
ACT_LABELS = dict(Act.choices)
TOGETHER: dict[str, Any] = {
    Act.REMOVE: ngettext_lazy("%(n)s comment removed", "%(n)s comments removed", "n"),
    Act.RESTORE: ngettext_lazy("%(n)s comment restored", "%(n)s comments restored", "n"),
    Act.APPROVE: ngettext_lazy("%(n)s comment published", "%(n)s comments published", "n"),
    Act.REJECT: ngettext_lazy("%(n)s comment rejected", "%(n)s comments rejected", "n"),
    Act.HOLD_AGAIN: ngettext_lazy("%(n)s comment held for review again", "%(n)s comments held for review again", "n"),
}
FIELDS = (
    "pk", "sees", "act", "reason", "created_at", "batch", "actor_id", "actor__name", "comment_id", "comment__number",
    "comment__in_public_tree", "comment__author_id", "thread_id", "thread__opening__number",
    "thread__continued_at__number", "thread__comment_count", "code", "theme_now_id",
    "version__number", "comment__status", "article__title", "undone_by__created_at", "undoes_id",
    "theme__code", "theme__title", "theme__slug", "event__slug",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader narrows the log to: a theme, a kind of act, an article of the code of conduct."""

    code: str = ""
    act: str = ""
    article: int | None = None

    def entries(self, person: Viewer, event: Event) -> Any:
        """What this person may know of it; `sees` tells where they decide, `code` is that of the theme it is in now."""
        rows = LogEntry.objects.filter(event=event).readable_by(person)
        rows = rows.annotate(theme_now_id=Coalesce(*PLACES), code=Coalesce(*(f"{place}__code" for place in PLACES)))
        if self.code:
            rows = rows.filter(code=self.code)
        if self.act:
            rows = rows.filter(act=self.act)
        return rows.filter(article=self.article) if self.article else rows


def page(
    person: Viewer, event: Event, asked: Asked, *, before: int | None = None, is_colleague: bool = False
) -> tuple[list[dict[str, Any]], int | None]:
    """The newest lines, and the entry before which the older ones go on. Two queries, three with a batch.

    Never the text that was decided about, nor whom an entry concerns. Links only where this person may follow them.
    `is_colleague`: decides somewhere in this event, and so reads the names.
    """
    entries = asked.entries(person, event)
    # What was decided as one stands where the first of it does.
    first = entries.filter(batch=OuterRef("batch"), act=OuterRef("act"), pk__lt=OuterRef("pk"))
    lines = entries.filter(Q(batch="") | ~Exists(first))
    if before is not None:
        lines = lines.filter(pk__lt=before)
    rows = list(_rows(lines)[: PAGE + 1])
    found = rows[:PAGE]
    together = _together(entries, found)
    roles = deciders.roles_in(event, (row["actor_id"] for row in found))
    with_names = event.log_names or is_colleague
    shaped = [_shape(person, row, event, together.get((row["batch"], row["act"])), roles, with_names) for row in found]
    return shaped, found[-1]["pk"] if len(rows) > PAGE else None


def for_feed(event: Event) -> list[dict[str, Any]]:
    """The newest lines as everybody reads them, for a feed. At most three queries."""
    rows, _ = page(AnonymousUser(), event, Asked())
    return [_as_news(row) for row in rows]


def acts_in(person: Viewer, event: Event) -> list[str]:
    """The kinds of act that occur in a log, in the order of their list. One query.

    What everybody may know is told by an index alone; of each other kind the newest entry is looked for that this
    person may know.
    """
    readable = LogEntry.objects.filter(event=event).readable_by(person).order_by("-pk")
    is_known = ~Q(act__in=GUARDED)
    for act in GUARDED:
        is_known |= Q(pk__in=readable.filter(act=act).values("pk")[:1])
    known = set(LogEntry.objects.filter(is_known, event=event).order_by().values_list("act", flat=True).distinct())
    return [act for act in Act.values if act in known]


def articles_of(event: Event) -> list[tuple[int, str]]:
    """Key and title of every rule of the event's code of conduct, retired ones too. One query."""
    return list(Article.objects.filter(event=event).values_list("pk", "title"))


def place_of(comment: Any) -> str:
    """Where the log tells why a comment is gone; "" if it does not. Two queries at most."""
    acts = {Status.REMOVED: Act.REMOVE, Status.REJECTED: Act.REJECT}
    if comment.status not in acts:
        return ""
    entries = LogEntry.objects.effective().filter(comment=comment.pk, act=acts[comment.status])
    known: Any = entries.order_by("-pk").values("pk", "batch", "act", "event__slug").first()
    return _place(known["event__slug"], _first_of(known)) if known else ""


def _first_of(row: dict[str, Any]) -> int:
    if not row["batch"]:
        return int(row["pk"])
    together = LogEntry.objects.filter(batch=row["batch"], act=row["act"])
    return int(together.aggregate(first=Min("pk"))["first"])


def _place(slug: str, entry_id: int) -> str:
    return f"/{slug}/moderation/?before={entry_id + 1}#entry-{entry_id}"


def _rows(entries: Any) -> Any:
    return entries.order_by("-pk").values(*FIELDS)


def _together(entries: Any, found: list[dict[str, Any]]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Everything that was decided as one with these, by batch and act."""
    members: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    if batches := {row["batch"] for row in found if row["batch"]}:
        for row in _rows(entries.filter(batch__in=batches)):
            members[row["batch"], row["act"]].append(row)
    return {key: rows[::-1] for key, rows in members.items() if len(rows) > 1}


def _shape(
    person: Viewer,
    row: dict[str, Any],
    event: Event,
    together: list[dict[str, Any]] | None,
    roles: deciders.Roles,
    with_names: bool,
) -> dict[str, Any]:
    undone = [each["undone_by__created_at"] for each in together or [row] if each["undone_by__created_at"]]
    by = deciders.named(row["actor_id"], row["actor__name"], roles, row["theme_now_id"], with_names=with_names)
    label, url = _about(person, row)
    return {
        "id": row["pk"],
        "act": row["act"],
        "act_label": _what(row["act"], len(together)) if together else ACT_LABELS[row["act"]],
        "label": "" if together else label,
        "url": "" if together else url,
        "members": [dict(zip(("label", "url"), _about(person, each), strict=True)) for each in together or ()],
        "article": _article(row),
        "reason": row["reason"],
        "batch": row["batch"] if together else "",
        "by": by if row["actor_id"] else gettext("the rules of this event"),
        "undone": _undone(undone, len(together or [row]), event.timezone),
        "undoes_url": _place(event.slug, row["undoes_id"]) if row["undoes_id"] else "",
        "place": _place(event.slug, row["pk"]),
        "created_at": row["created_at"],
        "changed_at": max([row["created_at"], *undone]),
        "day": day(row["created_at"], event.timezone),
        "at_iso": iso(row["created_at"]),
        "at_label": format_datetime(row["created_at"], event.timezone),
    }


def _what(act: str, count: int) -> str:
    if act in TOGETHER:
        return str(TOGETHER[act] % {"n": count})
    return gettext("%(act)s, %(n)s times") % {"act": ACT_LABELS[act], "n": count}


def _article(row: dict[str, Any]) -> str:
    """The article a decision rests on, unless its reason begins with it."""
    title = row["article__title"] or ""
    return "" if row["reason"].startswith(title) else title


def _undone(undone: list[datetime], of_all: int, zone: str) -> str:
    if not undone:
        return ""
    if len(undone) < of_all:
        words = ngettext("%(n)s of them was reversed", "%(n)s of them were reversed", len(undone))
        return words % {"n": len(undone)}
    return gettext("Reversed on %(day)s") % {"day": day(max(undone), zone)}


def _about(person: Viewer, row: dict[str, Any]) -> tuple[str, str]:
    """What an entry is about, in its label, and its address if this person may follow it."""
    code = row["code"]
    if not row["thread_id"] and not row["theme__slug"]:
        return "", ""
    if not row["thread_id"]:
        title = f"{row['theme__code']}. {row['theme__title']}"
        return title, f"/{row['event__slug']}/{row['theme__slug']}/"
    is_open = row["sees"] or (row["comment_id"] and row["comment__author_id"] == person.pk)
    if row["version__number"]:
        words = {"label": comment_label(code, row["comment__number"]), "number": row["version__number"]}
        url = f"/comments/{row['comment_id']}/history/#version-{row['version__number']}"
        is_open = is_open or row["comment__status"] == Status.PUBLISHED
        return gettext("%(label)s, version %(number)s") % words, url if is_open else ""
    if row["comment_id"]:
        is_open = is_open or row["comment__in_public_tree"]
        return comment_label(code, row["comment__number"]), f"/comments/{row['comment_id']}/" if is_open else ""
    is_open = is_open or row["thread__comment_count"] > 0
    # What a thread is called by: its opening, or what was its opening before it was merged into another.
    number = int(row["thread__opening__number"] or row["thread__continued_at__number"])
    return comment_label(code, number), f"/threads/{row['thread_id']}/" if is_open else ""


def _as_news(row: dict[str, Any]) -> dict[str, Any]:
    """A line of the log as a feed carries it."""
    labels = [member["label"] for member in row["members"]] or ([row["label"]] if row["label"] else [])
    said = [part for part in (", ".join(labels), row["article"], row["reason"], row["undone"]) if part]
    return {
        "label": row["act_label"],
        "title": ", ".join(labels[:3]),
        "url": row["place"],
        "html": mark_safe("".join(format_html("<p>{}</p>", part) for part in said)),  # noqa: S308 - escaped
        "excerpt": " · ".join(said),
        "name": row["by"],
        "author_url": "",
        "written_at": row["created_at"],
        "changed_at": row["changed_at"],
        "written_iso": row["at_iso"],
        "changed_iso": iso(row["changed_at"]),
    }
