"""Who may impose which sanction on whom."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from accounts.models import Person
from forum.dialogue.actions.people import placeholder
from forum.dialogue.rules.sanctions import why_not_sanction, why_not_write
from forum.kernel.choices import RoleKind, SanctionKind
from forum.kernel.errors import Refused
from forum.kernel.reasons import Reason
from forum.moderation.actions.sanctions import lift, sanction
from tests.factories import make_event, make_person, make_theme

pytestmark = pytest.mark.django_db

WARNING, PACE, SILENCE, SUSPENSION, BAN = SanctionKind


@pytest.fixture
def stage(event, theme, cast) -> SimpleNamespace:
    """tim moderates the theme and tom another one; otto organises, too; sue is of the site's staff; rex has roles in
    another event only; kim was imported."""
    other = make_theme(event)
    people = {name: make_person(name) for name in ("tim", "tom", "otto", "sue", "rex")}
    event.roles.create(person=people["tim"], kind=RoleKind.MODERATOR, theme=theme)
    event.roles.create(person=people["tom"], kind=RoleKind.MODERATOR, theme=other)
    event.roles.create(person=people["otto"], kind=RoleKind.ORGANISER)
    make_event(slug="geneva").roles.create(person=people["rex"], kind=RoleKind.MODERATOR)
    Person.objects.filter(pk=people["sue"].pk).update(is_staff=True)
    people["sue"].is_staff = True
    kim = placeholder("import:kim", name="Kim")
    return SimpleNamespace(**people, **vars(cast), kim=kim, event=event, here=theme, there=other)


# Who, what, on whom, in which theme ("" for the event), and why not.
TABLE = [
    ("eve", WARNING, "ben", "", Reason.NOT_MODERATOR),
    ("ada", WARNING, "ben", "", Reason.NOT_MODERATOR),
    ("rex", WARNING, "ben", "", Reason.NOT_MODERATOR),
    ("mo", WARNING, "ben", "", None), ("mo", WARNING, "ben", "here", None),
    ("mo", PACE, "ben", "", None), ("mo", PACE, "ben", "here", Reason.NOT_FOR_THEME),
    ("mo", SILENCE, "ben", "", None), ("mo", SILENCE, "ben", "here", None),
    ("mo", SUSPENSION, "ben", "", Reason.NOT_ORGANISER), ("mo", BAN, "ben", "", Reason.NOT_STAFF),
    ("tim", WARNING, "ben", "", Reason.NOT_MODERATOR), ("tim", WARNING, "ben", "here", None),
    ("tim", WARNING, "ben", "there", Reason.NOT_MODERATOR), ("tim", PACE, "ben", "", Reason.NOT_MODERATOR),
    ("tim", SILENCE, "ben", "here", None), ("tim", SILENCE, "ben", "there", Reason.NOT_MODERATOR),
    ("tim", SUSPENSION, "ben", "", Reason.NOT_ORGANISER),
    ("olga", WARNING, "ben", "", None), ("olga", PACE, "ben", "", None), ("olga", SILENCE, "ben", "there", None),
    ("olga", SUSPENSION, "ben", "", None), ("olga", SUSPENSION, "ben", "here", Reason.NOT_FOR_THEME),
    ("olga", BAN, "ben", "", Reason.NOT_STAFF),
    ("sue", BAN, "ben", "", None), ("sue", WARNING, "ben", "", Reason.NOT_MODERATOR),
    ("sue", BAN, "olga", "", None), ("sue", BAN, "sue", "", Reason.OWN_PERSON),
    ("mo", WARNING, "mo", "", Reason.OWN_PERSON), ("olga", SUSPENSION, "olga", "", Reason.OWN_PERSON),
    ("mo", WARNING, "olga", "", Reason.SAME_ROLE), ("mo", SILENCE, "tim", "", None),
    ("tim", SILENCE, "mo", "here", Reason.SAME_ROLE), ("tim", SILENCE, "tom", "here", Reason.SAME_ROLE),
    ("olga", SUSPENSION, "mo", "", None), ("olga", SILENCE, "otto", "", Reason.SAME_ROLE),
    ("olga", SUSPENSION, "sue", "", Reason.SAME_ROLE), ("mo", WARNING, "sue", "", Reason.SAME_ROLE),
    ("olga", SUSPENSION, "rex", "", Reason.DECIDES_ELSEWHERE), ("olga", SILENCE, "rex", "", None),
    ("mo", SILENCE, "kim", "", Reason.NO_ACCOUNT),
]  # fmt: skip


@pytest.mark.parametrize(("who", "kind", "target", "where", "reason"), TABLE)
def test_who_may_lay_what_on_whom(stage, who, kind, target, where, reason):
    theme_id = getattr(stage, where).pk if where else None
    person, target = getattr(stage, who), getattr(stage, target)
    assert why_not_sanction(person, target, kind, stage.event.pk, theme_id) == reason


@pytest.mark.parametrize(
    ("who", "kind", "reason"),
    [
        ("ben", SILENCE, Reason.NOT_MODERATOR),
        ("tim", SILENCE, Reason.NOT_MODERATOR),
        ("mo", SILENCE, None),
        ("mo", SUSPENSION, Reason.NOT_ORGANISER),
        ("olga", SUSPENSION, None),
        ("olga", BAN, Reason.NOT_STAFF),
        ("sue", BAN, None),
    ],
)
def test_who_could_set_it_lifts_it_and_nobody_else(stage, who, kind, reason):
    by = {SUSPENSION: stage.olga, BAN: stage.sue}.get(kind, stage.mo)
    now = timezone.now()
    laid = sanction(stage.ben, kind, stage.event, reason="R.", until=None, by=by, now=now)
    if reason is not None:
        with pytest.raises(Refused) as refusal:
            lift(laid.pk, by=getattr(stage, who), reason="", now=now)
        assert refusal.value.reason is reason
        return
    lift(laid.pk, by=getattr(stage, who), reason="", now=now)
    with pytest.raises(Refused) as refusal:
        lift(laid.pk, by=getattr(stage, who), reason="", now=now)
    assert refusal.value.reason is Reason.ENDED_ALREADY


def fresh(person: Person) -> Person:
    """Somebody as the next request loads them."""
    return Person.objects.get(pk=person.pk)


@pytest.mark.parametrize(
    ("kind", "where", "here", "there", "elsewhere"),
    [
        (WARNING, "", Reason.WARNED, Reason.WARNED, None),
        (WARNING, "here", Reason.WARNED, None, None),
        (PACE, "", None, None, None),
        (SILENCE, "", Reason.SILENCED, Reason.SILENCED, None),
        (SILENCE, "here", Reason.SILENCED, None, None),
        (SUSPENSION, "", Reason.SUSPENDED, Reason.SUSPENDED, None),
        (BAN, "", Reason.BANNED, Reason.BANNED, Reason.BANNED),
    ],
)
def test_where_each_holds_and_that_it_ends_by_itself(stage, kind, where, here, there, elsewhere):
    now = timezone.now()
    facts = {"theme_id": getattr(stage, where).pk if where else None, "pace": 3 if kind == PACE else None}
    by = {SUSPENSION: stage.olga, BAN: stage.sue}.get(kind, stage.mo)
    until = now + timedelta(hours=1)
    sanction(stage.ben, kind, stage.event, reason="R.", until=until, by=by, now=now, **facts)
    abroad = make_theme(make_event(slug="vienna"))
    for theme, reason in ((stage.here, here), (stage.there, there), (abroad, elsewhere)):
        assert why_not_write(fresh(stage.ben), theme, now=now) == reason
        assert why_not_write(fresh(stage.ben), theme, now=until) is None
        assert why_not_write(fresh(stage.ada), theme, now=now) is None


def test_the_hardest_is_told_and_costs_one_look(stage, django_assert_num_queries):
    now = timezone.now()
    for kind, by in ((WARNING, stage.mo), (SILENCE, stage.mo), (SUSPENSION, stage.olga)):
        sanction(stage.ben, kind, stage.event, reason="R.", until=None, by=by, now=now)
    ben = fresh(stage.ben)
    with django_assert_num_queries(1):
        assert why_not_write(ben, stage.here, now=now) is Reason.SUSPENDED
        assert why_not_write(ben, stage.there, now=now) is Reason.SUSPENDED
