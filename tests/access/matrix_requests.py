"""What the matrix sends where the table of docs/moderation.md says nothing: to those who take part, to accounts and to
the administration. Each form is filled in as it should be, so that the answer depends on who sends it. An address that
is not named here gets the form that a page offers for it, or an empty one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from PIL import Image

from accounts.models import Group, Person
from accounts.programs import sign_opening_time
from forum.dialogue.actions.attachments import add_file
from forum.dialogue.actions.drafts import Words, keep_draft, reply_spot
from forum.kernel.outbox import Frequency, MailKind
from forum.kernel.site_texts import SiteTextName
from forum.mail.links import Stop, settings_url, stop_url
from forum.models import ListSubscription, OutgoingMail, SiteText
from tests.access.administration import EVENT, THEME, account
from tests.access.matrix_stage import World
from tests.factories import PASSWORD, new_key

PDF = b"%PDF-1.4\nA page.\n%%EOF\n"
GROUP = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")  # <int:thread_id>, or what a regular expression names
NEW_PASSWORD = "another long and quiet password"


@dataclass(frozen=True)
class Address:
    """An address as the URLconf has it, and the names of what stands in it."""

    route: str
    name: str

    @property
    def parts(self) -> set[str]:
        return {first or second for first, second in GROUP.findall(self.route)}

    def path(self, values: dict[str, Any]) -> str:
        return "/" + GROUP.sub(lambda match: str(values[match[1] or match[2]]), re.sub(r"\^|\$", "", self.route))


def every_address() -> list[Address]:
    """All that the URLconf has. What stands there twice with the same route is one: only the first is ever reached."""
    return list({each.route: each for each in _addresses(get_resolver().url_patterns)}.values())


def _addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[Address]:
    for pattern in patterns:
        route = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern.url_patterns, route)
        else:
            yield Address(route, pattern.name or "")


def complete(world: World) -> None:
    """Adds to a stage what these addresses ask for, and what is sent to them."""
    _for_those_who_take_part(world)
    _for_accounts(world)
    _for_staff(world)


def _for_those_who_take_part(world: World) -> None:
    stage = world.stage
    theme, comment, author, now = stage.theme, stage.comment, stage.people["author"], timezone.now()
    file = {"content": PDF, "name": "page.pdf", "alt": "A page", "key": new_key(), "has": 0, "now": now}
    token = add_file(theme, by=author, **file).token
    picture = BytesIO()
    Image.new("RGB", (900, 600), (20, 90, 90)).save(picture, "PNG")
    file |= {"content": picture.getvalue(), "name": "map.png", "key": new_key()}
    world.at["small_file"] = {"token": add_file(theme, by=author, **file).token}
    draft = Words(source="Not yet sent.", key=new_key())
    keep_draft(reply_spot(comment), by=author, words=draft, base=0, now=now)
    world.values |= {
        "form": "atom", "person_id": author.pk, "token": token, "name": "page.pdf", "draft_id": author.drafts.get().pk,
        "kind": "reply", "target": comment.pk, "summary_id": 0, "request_id": 0, "signed": "none", "secret": "none",
    }  # fmt: skip
    words = {"source": "I have read it, and I agree.", "key": new_key()}
    world.sent |= {
        "reply": words, "edit": words, "open_thread": words | {"title": "Another question"},
        "keep_draft": words | {"draft": "1"}, "preview": words,
        "add_file": lambda role: {"file": SimpleUploadedFile("page.pdf", PDF), "file_alt": "A page", "key": new_key()},
        "stance": {"kind": "agree"},
        "profile": {"name": "Somebody", "group": Group.CIVIL.value, "organisation": "A house"},
    }  # fmt: skip


def _for_accounts(world: World) -> None:
    """Who has no account logs in as the participant; everybody else is who they are."""

    def address(role: str) -> str:
        return str(world.person("participant" if role == "anonymous" else role).email)

    def by_role(**facts: Any) -> Callable[[str], dict[str, Any]]:
        return lambda role: {key: value(role) if callable(value) else value for key, value in facts.items()}

    unverified = world.person("unverified")
    waiting = EmailAddress.objects.create(user=unverified, email=unverified.email, primary=True)
    participant = Person.objects.get(pk=world.person("participant").pk)
    ListSubscription.objects.create(person=participant, theme=world.stage.theme, revision=0, since=timezone.now())
    OutgoingMail.objects.create(
        kind=MailKind.LIST, key="waiting", person=participant, comment=world.stage.comment, due_at=timezone.now()
    )
    emails = dict.fromkeys(["reply", "mention", "followed", "moderation"], Frequency.OFF)
    changed = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    sign_up = {
        "name": "Somebody", "email": "new@example.org", "password1": NEW_PASSWORD, "group": Group.CIVIL.value,
        "opened": sign_opening_time(timezone.now() - timedelta(minutes=1)),
    }  # fmt: skip
    world.at |= {
        "account_confirm_email": {"key": EmailConfirmationHMAC(waiting).key},
        "email_settings_by_link": {"signed": settings_url(participant.pk).split("/")[-2]},
        "stop_email": {"signed": stop_url(Stop(participant.pk, "reply")).split("/")[-2]},
        "account_reset_password_from_key": {
            "uidb36": user_pk_to_url_str(participant), "key": default_token_generator.make_token(participant),
        },
    }  # fmt: skip
    world.sent |= {
        "account_login": by_role(login=address, password=PASSWORD), "account_signup": sign_up,
        "account_reauthenticate": {"password": PASSWORD},
        "account_email": {"action_add": "", "email": "other@example.org"},
        "account_change_password": {"oldpassword": PASSWORD, **changed}, "account_set_password": changed,
        "account_reset_password": by_role(email=address), "account_reset_password_from_key": changed,
        "account_confirm_login_code": {"code": "000000"},
        "event_emails": {"act": "hold"}, "email_settings": emails, "theme_by_email": {"wants": "1"},
        "email_settings_by_link": emails, "stop_email": {"List-Unsubscribe": "One-Click"},
    }  # fmt: skip


def _for_staff(world: World) -> None:
    stage = world.stage
    bystander = Person.objects.get(pk=stage.people["bystander"].pk)
    kind = ContentType.objects.get_for_model(Person)
    role = stage.event.roles.get(person=stage.people["rapporteur"])
    things = {
        "forum_event": stage.event, "forum_theme": stage.theme, "forum_role": role, "accounts_person": bystander,
        "forum_outgoingmail": OutgoingMail.objects.earliest("pk"),
        "forum_sitetext": SiteText.objects.get_or_create(name=SiteTextName.ABOUT)[0],
    }  # fmt: skip
    for thing, row in things.items():
        for page in ("history", "delete", "change"):
            world.at[f"{thing}_{page}"] = {"object_id": row.pk}
    world.at["view_on_site"] = {"content_type_id": kind.pk, "object_id": bystander.pk}
    world.values |= {"app_label": "forum", "url": "nothing/here", "object_id": bystander.pk}
    asked = {"app_label": "forum", "model_name": "role", "field_name": "person", "term": "by"}
    world.asked["autocomplete"] = asked
    world.sent |= {
        "forum_event_add": EVENT, "forum_event_change": EVENT | {"slug": stage.event.slug},
        "forum_theme_add": THEME | {"event": stage.event.pk, "code": "Z"}, "forum_theme_change": THEME,
        "forum_sitetext_add": {"name": "privacy", "source": "Ours."}, "forum_sitetext_change": {"source": "Ours."},
        "forum_sitetext_delete": {"post": "yes"},
        "forum_role_add": {"person": bystander.pk, "event": stage.event.pk},
        "accounts_person_change": account(bystander, organisation="A house"),
        "forum_event_delete": {"post": "yes"}, "forum_theme_delete": {"post": "yes"},
        "forum_role_delete": {"post": "yes"}, "accounts_person_delete": {"post": "yes"},
    }  # fmt: skip
