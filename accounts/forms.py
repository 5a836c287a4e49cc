"""Sign-up and profile: what a person tells about themselves."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import NAME_LENGTH, Group, Person
from accounts.programs import HONEYPOT_FIELD, OPENED, sign_opening_time, time_taken
from accounts.visible import check_visible

TOO_QUICK = timedelta(seconds=2)  # from opening the sign-up page to sending it; typing a password takes longer
FILLED_IN = _(
    "A hidden field was filled in, which automated programs often do. We have cleared it. Please "
    "check your details, enter your password and send the form again."
)
QUICK = _(
    "This form was sent unusually fast. Please enter your password and send it again, so that we "
    "know a person is signing up."
)


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
    """Base class of allauth's sign-up form, which adds email and password (ACCOUNT_SIGNUP_FORM_CLASS).

    A submission that looks automated is shown again with an empty honeypot field. The opening time is kept, unless its
    signature is missing or invalid.
    """

    opened = forms.CharField(
        required=False, initial=lambda: sign_opening_time(timezone.now()), widget=forms.HiddenInput
    )

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        taken = time_taken(facts.get(OPENED, ""), now=timezone.now())
        if taken is None:
            self.data = {**self.data.dict(), OPENED: sign_opening_time(timezone.now())}  # type: ignore[attr-defined]
        if self.data.get(HONEYPOT_FIELD):
            self.add_error(None, FILLED_IN)
        elif taken is None or taken < TOO_QUICK:
            self.add_error(None, QUICK)
        return facts

    def signup(self, request: object, user: Person) -> None:
        """Asked for by allauth after saving; the adapter has kept the fields already."""


class ProfileForm(AboutYou):
    """The same three fields for somebody who is here already."""

    def __init__(self, data: Mapping[str, Any] | None, *, person: Person) -> None:
        super().__init__(
            data, initial={"name": person.name, "group": person.group, "organisation": person.organisation}
        )
