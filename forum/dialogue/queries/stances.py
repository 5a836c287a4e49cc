"""How people stand to comments: everybody's numbers, one's own stance, and shares by stakeholder group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext, ngettext

from accounts.models import Person, Viewer
from forum.dialogue.models.stance import COUNTS
from forum.events.queries.formatting import GROUP_LABELS
from forum.kernel.choices import StanceKind
from forum.kernel.compiled import CompiledValues
from forum.models import Comment, Stance

SMALLEST_GROUP = 5  # stances on a comment below which a group is not shown: nobody can be picked out of five
STEPS = 10  # shares are told in tenths: an exact share and a total would give the rest away
BANDS = (5, 10, 20, 50, 100)  # people; how many a group has is told as a range for the same reason


def mine_in(person: Person, thread_id: int) -> dict[int, str]:
    """This person's stances in a thread, by comment. One query."""
    return dict(MINE_IN.rows(person=person.pk, thread=thread_id))


MINE_IN = CompiledValues[tuple[int, str]](
    lambda person, thread: Stance.objects.filter(person=person, comment__thread=thread).values_list(
        "comment_id", "kind"
    ),
    person=int,
    thread=int,
)


def mine_on(person: Viewer, comment: Comment) -> str:
    """This person's stance on a comment, or "". One query, none for anonymous."""
    if not person.is_authenticated:
        return ""
    rows = Stance.objects.filter(person_id=person.pk, comment=comment)
    return rows.values_list("kind", flat=True).first() or ""


def sentence_of(comment: Comment) -> str:
    """The same words as in the thread."""
    return in_words({name: getattr(comment, name) for name in COUNTS.values()})


def in_words(counts: Mapping[str, Any]) -> str:
    """How many took which stance, such as "12 agree, 1 disagrees"; "" while nobody did."""
    # Only what was taken is worded: a page has a thousand of these.
    words = []
    if n := counts["support_count"]:
        words.append(ngettext("%(n)s supports", "%(n)s support", n) % {"n": n})
    if n := counts["agree_count"]:
        words.append(ngettext("%(n)s agrees", "%(n)s agree", n) % {"n": n})
    if n := counts["disagree_count"]:
        words.append(ngettext("%(n)s disagrees", "%(n)s disagree", n) % {"n": n})
    if n := counts["unsure_count"]:
        words.append(ngettext("%(n)s unsure", "%(n)s unsure", n) % {"n": n})
    return ", ".join(words)


def shares_by_stakeholder_group(comment: Comment) -> list[dict[str, Any]]:
    """Stance shares per stakeholder group; empty where they could reveal individuals. At most one query."""
    if sum(getattr(comment, name) for name in COUNTS.values()) < 2 * SMALLEST_GROUP:
        return []
    taken: dict[str, Counter[str]] = {}
    rows = Stance.objects.filter(comment=comment).values("group", "kind").annotate(people=Count("pk"))
    for row in rows.order_by():
        taken.setdefault(row["group"], Counter())[row["kind"]] += row["people"]
    return [_in_shares(group, counts) for group, counts in safe_groups(taken)]


def safe_groups(taken: Mapping[str, Counter[str]]) -> list[tuple[str, Counter[str]]]:
    """The groups that may be shown, in their usual order, then all others together under "".

    Nobody's group is shown with fewer than five stances, and neither is what is left when the shown groups are
    subtracted from the total: while that is less than five, the smallest shown group joins it. Less than two
    rows tell nothing, or everything: then there is none.
    """
    shown = [group for group in GROUP_LABELS if taken.get(group, Counter()).total() >= SMALLEST_GROUP]
    others = sum((counts for group, counts in taken.items() if group not in shown), Counter())
    if shown and 0 < others.total() < SMALLEST_GROUP:
        smallest = min(shown, key=lambda group: taken[group].total())
        shown.remove(smallest)
        others += taken[smallest]
    rows = [(group, taken[group]) for group in shown]
    if others:
        rows.append(("", others))
    return rows if len(rows) > 1 else []


def _in_shares(group: str, counts: Counter[str]) -> dict[str, Any]:
    return {
        "label": GROUP_LABELS.get(group) or gettext("All other groups"),
        "people": _band(counts.total()),
        "shares": [f"{tenths * STEPS}%" for tenths in tenths_of(counts)],
    }


def tenths_of(counts: Counter[str]) -> list[int]:
    """The kinds in tenths that add up to ten: whole tenths first, what is missing to the largest remainders."""
    parts = [divmod(counts[kind] * STEPS, counts.total()) for kind in StanceKind]
    missing = STEPS - sum(whole for whole, _ in parts)
    raised = sorted(range(len(parts)), key=lambda place: -parts[place][1])[:missing]
    return [whole + (place in raised) for place, (whole, _) in enumerate(parts)]


def _band(people: int) -> str:
    """A range, such as "10 to 19"."""
    low = max(edge for edge in BANDS if edge <= people)
    if low == BANDS[-1]:
        return gettext("%(low)s or more") % {"low": low}
    return gettext("%(low)s to %(high)s") % {"low": low, "high": BANDS[BANDS.index(low) + 1] - 1}
