"""Who is what, for one event."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from accounts.models import Person, Viewer
from forum.events.models.role import DECIDING
from forum.kernel.choices import RoleKind
from forum.kernel.reasons import Reason
from forum.models import Role, Theme

Roles = dict[int, frozenset[tuple[str, int | None]]]  # by event
NOWHERE: Roles = {}  # what is known of who has no role in any event


def note_without_role(person: Person) -> None:
    """Takes over what another question of this request has answered: `roles_of` asks nothing then."""
    _remember(person, NOWHERE)


def note_whether_deciding(person: Person, decides: bool) -> None:
    """Takes over what another question of this request has answered, for `decides_somewhere`."""
    person._decides = decides  # type: ignore[attr-defined]


def decides_somewhere(person: Person) -> bool:
    """Whether somebody moderates or organises in any event. No query for who is logged in, else one."""
    if (known := getattr(person, "_decides", None)) is None:
        known = Role.objects.filter(person=person.pk, kind__in=DECIDING).exists()
        note_whether_deciding(person, known)
    return bool(known)


def roles_of(person: Viewer, event_id: int) -> frozenset[tuple[str, int | None]]:
    """The roles of a person for an event, each with the theme it is for, or None. One query per person and event."""
    if not person.is_authenticated:
        return frozenset()
    known = _remembered(person)
    if known is NOWHERE:
        return frozenset()
    if event_id not in known:
        rows = Role.objects.filter(person_id=person.pk, event_id=event_id).values_list("kind", "theme_id")
        known[event_id] = frozenset(rows)
    return known[event_id]


def read_together(people: Iterable[Person], event_id: int) -> None:
    """Lets the roles of several people be known by one query; none without anybody."""
    everybody = list(people)
    found: dict[int, set[tuple[str, int | None]]] = defaultdict(set)
    if everybody:
        rows = Role.objects.filter(person__in={person.pk for person in everybody}, event=event_id)
        for person_id, kind, theme_id in rows.values_list("person_id", "kind", "theme_id"):
            found[person_id].add((kind, theme_id))
    for person in everybody:
        if (known := _remembered(person)) is not NOWHERE:
            known[event_id] = frozenset(found[person.pk])


def read_anew(person: Viewer) -> None:
    """Forgets what was read of a person's roles: under a lock, what they are now is what counts."""
    _remember(person, {})


def _remember(person: Viewer, roles: Roles) -> None:
    person._roles = roles  # type: ignore[union-attr]


def _remembered(person: Viewer) -> Roles:
    """What was read in this request, on the person itself: whoever asks may hold a lazy stand-in for it."""
    if (known := getattr(person, "_roles", None)) is None:
        _remember(person, known := {})
    return known


def why_not_organise(person: Viewer, event_id: int) -> Reason | None:
    """Whether somebody may give and take roles, and write the code of conduct."""
    return None if may_organise(person, event_id) else Reason.NOT_ORGANISER


def why_not_appoint(
    by: Viewer, person: Person, kind: RoleKind, *, event_id: int, theme_id: int | None = None
) -> Reason | None:
    """Whether `by` may give somebody a role, in a theme or in the whole event."""
    if (no := why_not_organise(by, event_id)) is not None:
        return no
    if kind == RoleKind.ORGANISER and theme_id is not None:
        return Reason.WHOLE_EVENT
    theirs = Role.objects.filter(event=event_id, person=person.pk, kind=kind)
    return Reason.HAS_ROLE if theirs.filter(Q(theme=None) | Q(theme=theme_id)).exists() else None


def why_not_dismiss(by: Viewer, role: Role) -> Reason | None:
    """Whether `by` may take a role away: somebody who can log in must go on organising the event."""
    if (no := why_not_organise(by, role.event_id)) is not None:
        return no
    organisers = Role.objects.filter(event=role.event_id, kind=RoleKind.ORGANISER, person__is_active=True)
    is_last = role.kind == RoleKind.ORGANISER and not organisers.exclude(pk=role.pk).exists()
    return Reason.LAST_ORGANISER if is_last else None


def why_not_install(by: Viewer, person: Person, event_id: int) -> Reason | None:
    """Whether the staff of the site may make somebody an organiser: the first one, or where the others are gone."""
    if not by.is_staff:
        return Reason.NOT_STAFF
    theirs = Role.objects.filter(event=event_id, person=person.pk, kind=RoleKind.ORGANISER)
    return Reason.HAS_ROLE if theirs.exists() else None


def why_not_close_account(person: Person) -> Reason | None:
    """Whether somebody may be kept from logging in: every event keeps an organiser who can."""
    organisers = Role.objects.filter(kind=RoleKind.ORGANISER)
    others = organisers.filter(event=OuterRef("event"), person__is_active=True).exclude(person=person.pk)
    alone = organisers.filter(~Exists(others), person=person.pk)
    return Reason.ORGANISES_ALONE if alone.exists() else None


def why_not_pair(event_id: int, theme: Theme | None) -> Reason | None:
    """Whether a role in an event can be for this theme: for one of its own."""
    return None if theme is None or theme.event_id == event_id else Reason.THEME_ELSEWHERE


def may_organise(person: Viewer, event_id: int) -> bool:
    return (RoleKind.ORGANISER, None) in roles_of(person, event_id)


def may_moderate(person: Viewer, theme: Theme) -> bool:
    """Whether somebody decides in this theme; organisers may, too."""
    return moderates(person, theme.event_id, theme.pk)


def moderates(person: Viewer, event_id: int, theme_id: int | None) -> bool:
    """The same where only the keys are known; in the whole event if the theme is None."""
    theirs = roles_of(person, event_id)
    return may_organise(person, event_id) or bool(theirs & {(RoleKind.MODERATOR, None), (RoleKind.MODERATOR, theme_id)})


def moderates_any(person: Viewer, event_id: int) -> bool:
    """Whether somebody decides anywhere in this event."""
    return any(kind in {RoleKind.MODERATOR, RoleKind.ORGANISER} for kind, _ in roles_of(person, event_id))


def may_summarise(person: Viewer, theme: Theme) -> bool:
    """Whether somebody writes summaries in this theme: its rapporteurs do, and who decides there."""
    theirs = roles_of(person, theme.event_id)
    is_rapporteur = bool(theirs & {(RoleKind.RAPPORTEUR, None), (RoleKind.RAPPORTEUR, theme.pk)})
    return is_rapporteur or may_moderate(person, theme)
