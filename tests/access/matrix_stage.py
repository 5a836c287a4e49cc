"""The stage of the access matrix: two events, somebody of every role, and one thing of every kind an address names.

What must be so behind a door of moderation, and what is sent there, is said once, in the doors of the table in
docs/moderation.md; here each of them gets a comment and a thread of its own, so that all can stand side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from accounts.models import Person
from forum.kernel.choices import RoleKind, SanctionKind
from forum.models import Notification
from forum.moderation.actions.sanctions import lift, sanction
from tests.access import moderation_requests, requests_about_people, requests_of_places
from tests.access.moderation_requests import Door, Stage, make_stage
from tests.factories import make_event, make_person, make_theme, open_thread, reply_to, session_of

# The columns of the matrix, by the names that the people have on the stage.
ROLES = {
    "anonymous": "anonymous", "unverified": "unverified", "participant": "participant", "author": "author",
    "suspended": "suspended", "elsewhere": "moderator of another theme", "in theme": "theme moderator",
    "in event": "event moderator", "rapporteur": "rapporteur", "organiser": "organiser",
    "other event": "organiser of another event", "staff": "staff",
}  # fmt: skip
DOORS = moderation_requests.DOORS | requests_of_places.DOORS | requests_about_people.DOORS
# Which of several rows the form is sent as; the others are tried by test_moderation_matrix.py.
SENT = {
    "flag": "flag: send", "miss_point": "miss_point: send", "move_thread": "move_thread: send",
    "moderate_person": "moderate_person: warn in the theme", "clear_person": "clear_person: send",
}  # fmt: skip
# What would change something for every other address: it gets a theme of its own, is about somebody without a column,
# or is left out.
IN_A_THEME_OF_ITS_OWN = {"unlock_theme", "cancel_theme_plan"}
ABOUT = {"lift_sanction": "somebody", "end_trust": "somebody", "undo_removals": "somebody else"}
UNPREPARED = {"moderated_people", "sanction", "report"}


@dataclass
class World:
    """Everything that requests are made of."""

    stage: Stage
    lima: Any  # the other event
    values: dict[str, Any]  # what stands in an address, where the route has nothing of its own
    at: dict[str, dict[str, Any]] = field(default_factory=dict)  # by the name of the route
    sent: dict[str, Any] = field(default_factory=dict)  # what its form sends, or a function of the role
    asked: dict[str, dict[str, str]] = field(default_factory=dict)  # what stands behind its question mark
    sessions: dict[str, str] = field(default_factory=dict)

    def person(self, role: str) -> Any:
        return self.stage.people[ROLES.get(role, role)]

    def values_of(self, name: str) -> Mapping[str, Any]:
        return self.values | self.at.get(name, {})


def make_world() -> World:
    stage = make_stage()
    lima = make_event(slug="lima", title="Another dialogue")
    for name in ("suspended", "organiser of another event", "somebody", "somebody else"):
        stage.people[name] = make_person(name.replace(" ", "-"))
    for name in ("organiser of another event", "chair"):
        lima.roles.create(person=stage.people[name], kind=RoleKind.ORGANISER)
    make_theme(lima, title="Elsewhere")
    stage.event.frame_origins = "https://example.org"
    stage.event.save(update_fields=["frame_origins"])
    stage.written_by("author")
    reply_to(stage.comment, stage.people["participant"], "I agree.")
    world = World(stage, lima, stage.asked())
    usual = (stage.theme, stage.thread, stage.comment)
    workshop = _theme_of_moderator(stage, "Workshop")  # so that the pages of the usual theme stay short
    for name in sorted({key.split(":")[0] for key in DOORS} - {"comment"}):
        stage.theme, stage.thread, stage.comment = usual
        if DOORS[SENT.get(name, name)].prepare is not Door.prepare and name not in UNPREPARED:
            stage.theme = _theme_of_moderator(stage, name) if name in IN_A_THEME_OF_ITS_OWN else workshop
            _prepare(world, name)
        post = DOORS[SENT.get(name, name)].post
        world.sent[name] = post(stage) if callable(post) else post
    stage.theme, stage.thread, stage.comment = usual
    stage.author = stage.people["author"]
    _lay_what_is_theirs(world)
    _let_in(world)
    return world


def _theme_of_moderator(stage: Stage, title: str) -> Any:
    theme = make_theme(stage.event, title=title)
    stage.event.roles.create(person=stage.people["theme moderator"], kind=RoleKind.MODERATOR, theme=theme)
    return theme


def _prepare(world: World, name: str) -> None:
    """Gives one address of moderation a thread of its own, makes so what must be so there, and notes what it names."""
    stage, author = world.stage, ABOUT.get(name, "author")
    stage.threads[author] = open_thread(stage.theme, stage.people[author], f"For {name}").thread
    stage.person = stage.people["participant"]
    stage.written_by(author)
    DOORS[SENT.get(name, name)].prepare(stage)
    world.at[name] = stage.asked()


def _lay_what_is_theirs(world: World) -> None:
    """What only its person finds: a sanction that ended, a notification."""
    stage = world.stage
    laid = sanction(stage.author, SanctionKind.SILENCE, stage.event, until=None, **stage.chair())
    lift(laid.pk, **stage.chair())
    world.at["sanction"] = {"sanction_id": laid.pk}
    told = Notification.objects.filter(person=stage.author).latest("pk")
    for name in ("notification", "see_notification"):
        world.at[name] = {"notification_id": told.pk}


def _let_in(world: World) -> None:
    """Logs everybody in; who is suspended was logged in before that."""
    stage = world.stage
    for role, name in ROLES.items():
        if role != "anonymous":
            world.sessions[role] = session_of(Person.objects.get(pk=stage.people[name].pk))
    world.sessions["chair"] = session_of(stage.people["chair"])
    reason = {"reason": "As agreed.", "until": None, "by": stage.chair()["by"], "now": timezone.now()}
    sanction(stage.people["suspended"], SanctionKind.SUSPENSION, stage.event, **reason)
