"""Sign-up and profile: what a person tells about themselves."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import NAME_LENGTH, Group, Person
from accounts.programs import sign_opening_time
from accounts.visible import check_visible
from accounts.zones import is_zone, zone_choices


class AboutYou(forms.Form):
    """The fields that others see beside every comment."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=NAME_LENGTH,
        validators=[check_visible],
        help_text=_("Shown on all your posts."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    group = forms.ChoiceField(
        label=_("Your stakeholder group"),
        choices=[("", _("Choose a group")), *Group.choices],
        help_text=_("Shown next to your name."),
    )
    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=80,
        required=False,
        validators=[check_visible],
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        help_text=_("Leave this empty if you speak for yourself."),
    )

    field_order = ["name", "email", "email2", "password1", "password2", "group", "organisation"]


class SignupForm(AboutYou):
    """Base class of allauth's sign-up form, which adds email and password (ACCOUNT_SIGNUP_FORM_CLASS)."""

    opened = forms.CharField(
        required=False, initial=lambda: sign_opening_time(timezone.now()), widget=forms.HiddenInput
    )
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput)  # a script fills in the browser's

    def clean_time_zone(self) -> str:
        """Nobody typed it, so nobody is told that it is none."""
        name: str = self.cleaned_data["time_zone"]
        return name if is_zone(name) else ""

    def signup(self, request: object, user: Person) -> None:
        """Asked for by allauth after saving; the adapter has kept the fields already."""


class ProfileForm(AboutYou):
    """The same three fields for somebody who is here already."""

    def __init__(self, data: Mapping[str, Any] | None, *, person: Person) -> None:
        super().__init__(
            data, initial={"name": person.name, "group": person.group, "organisation": person.organisation}
        )


class TimeZoneForm(forms.Form):
    """In which time zone somebody wants to read times."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        choices=lambda: [("", _("The time zone of each event")), ("UTC", _("Universal time")), *zone_choices()],
        help_text=_(
            "For your notifications, drafts, settings and emails. Public pages use the time zone of the event."
        ),
    )
