"""Who may impose which sanction on whom, and what a sanction prevents. None if allowed, otherwise the Reason."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Person, Viewer
from forum.dialogue.models.sanction import ENDING_SESSIONS, IN_ONE_THEME
from forum.events.models.role import DECIDING
from forum.events.rules.roles import may_organise, moderates, moderates_any
from forum.kernel.choices import PACE_HOUR, SanctionKind
from forum.kernel.reasons import Reason
from forum.models import Comment, Role, Sanction, Theme

SANCTION_REASONS = {
    SanctionKind.BAN: Reason.BANNED,
    SanctionKind.SUSPENSION: Reason.SUSPENDED,
    SanctionKind.SILENCE: Reason.SILENCED,
    SanctionKind.WARNING: Reason.WARNED,
}  # the hardest first: that is the one somebody is told of


def rank(person: Viewer, event_id: int) -> int:
    """How much somebody answers for in an event: 0 for who takes part, 4 for the staff of the site."""
    if person.is_staff:
        return 4
    if may_organise(person, event_id):
        return 3
    if moderates(person, event_id, None):
        return 2
    return 1 if moderates_any(person, event_id) else 0


def why_not_see_people(person: Viewer, event_id: int) -> Reason | None:
    """Whether somebody sees what moderators know of people in an event."""
    is_staff = person.is_authenticated and person.is_staff
    return None if is_staff or moderates_any(person, event_id) else Reason.NOT_MODERATOR


def why_not_decide_about_person(person: Viewer, target: Person, event_id: int) -> Reason | None:
    """Checks shared by all decisions about a person: no one may decide about themselves, or about anyone of equal or
    higher rank."""
    if (no := why_not_see_people(person, event_id)) is not None:
        return no
    if person.pk == target.pk:
        return Reason.OWN_PERSON
    theirs = rank(target, event_id)
    return Reason.SAME_ROLE if theirs and theirs >= rank(person, event_id) else None


def why_not_sanction(
    person: Viewer, target: Person, kind: SanctionKind, event_id: int, theme_id: int | None
) -> Reason | None:
    """Whether somebody may impose this sanction on a person, in the event or in one theme of it."""
    if (no := why_not_decide_about_person(person, target, event_id)) is not None:
        return no
    if not target.is_active:
        return Reason.NO_ACCOUNT
    if (no := why_not_kind(person, kind, event_id, theme_id)) is not None:
        return no
    elsewhere = Role.objects.filter(person=target.pk, kind__in=DECIDING).exclude(event=event_id)
    if kind == SanctionKind.SUSPENSION and elsewhere.exists():
        return Reason.DECIDES_ELSEWHERE
    return None


def why_not_lift(person: Viewer, sanction: Sanction, *, now: datetime) -> Reason | None:
    """Whether somebody may end a sanction before its time: whoever may set such a one."""
    if (no := why_not_decide_about_person(person, sanction.person, sanction.event_id)) is not None:
        return no
    if not sanction.holds(now):
        return Reason.ENDED_ALREADY
    return why_not_kind(person, SanctionKind(sanction.kind), sanction.event_id, sanction.theme_id)


def why_not_kind(person: Viewer, kind: SanctionKind, event_id: int, theme_id: int | None) -> Reason | None:
    """Whether somebody may set and lift sanctions of a kind in an event or a theme at all."""
    if theme_id is not None and kind not in IN_ONE_THEME:
        return Reason.NOT_FOR_THEME
    if kind == SanctionKind.BAN:
        return None if person.is_staff else Reason.NOT_STAFF
    if kind == SanctionKind.SUSPENSION:
        return None if may_organise(person, event_id) else Reason.NOT_ORGANISER
    return None if moderates(person, event_id, theme_id) else Reason.NOT_MODERATOR


def note_without_sanctions(person: Person) -> None:
    """Takes over what another question of this request has answered: `effective_sanctions_of` asks nothing then."""
    person._sanctions = []  # type: ignore[attr-defined]


def effective_sanctions_of(person: Viewer, *, now: datetime) -> list[Sanction]:
    """The sanctions in force against a person, in all events. One query per person and request.

    Acts ask it before they take a lock (see dialogue/actions/comments): a sanction that commits while a comment waits
    for the lock lets that one through, as if it had been sent a moment earlier, and none after it.
    """
    known: list[Sanction] | None = getattr(person, "_sanctions", None)
    if known is None:
        known = list(Sanction.objects.filter(person=person.pk).effective(now))
        person._sanctions = known  # type: ignore[union-attr]
    return [sanction for sanction in known if sanction.holds(now)]


def effective_sanction(person: Viewer, event_id: int, theme_id: int, *, now: datetime) -> Sanction | None:
    """What keeps somebody from writing in a theme, the hardest of it, and of equals what holds longest."""
    here = [sanction for sanction in effective_sanctions_of(person, now=now) if sanction.covers(event_id, theme_id)]
    for kind in SANCTION_REASONS:
        found = [each for each in here if each.kind == kind and not each.acknowledged_at]
        if found:
            return max(found, key=lambda each: (each.ends_at is None, each.ends_at))
    return None


def why_not_write(person: Viewer, theme: Theme, *, now: datetime) -> Reason | None:
    """What sanctions say about writing, stances, files and requests in a theme."""
    found = effective_sanction(person, theme.event_id, theme.pk, now=now)
    return SANCTION_REASONS[SanctionKind(found.kind)] if found else None


def pace_of(person: Viewer, event_id: int, *, now: datetime) -> Sanction | None:
    """The narrowest pace limit somebody has in an event."""
    limits = [
        each for each in effective_sanctions_of(person, now=now) if each.pace is not None and each.event_id == event_id
    ]
    return min(limits, key=lambda each: each.pace or 0, default=None)


def why_not_within_pace_limit(person: Viewer, event_id: int, *, now: datetime) -> Reason | None:
    """Whether the pace limit allows one more comment. At most one query, beyond loading the sanctions."""
    limit = pace_of(person, event_id, now=now)
    if limit is None or limit.pace is None:
        return None
    recent = Comment.objects.filter(author=person.pk, theme__event=event_id, created_at__gt=now - PACE_HOUR)
    return Reason.PACED if recent.order_by().count() >= limit.pace else None


def ends_sessions(kind: str) -> bool:
    """Whether this kind of sanction logs the person out."""
    return kind in ENDING_SESSIONS
