"""Sign-up and profile: what a person tells about themselves."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import NAME_LENGTH, Group, Person

# Control, private-use and unassigned characters, and the invisible ones that reorder or hide the text
# around them (Unicode categories Cc, Co, Cn, Cs, Cf), have no place in a name others must trust.
REFUSED_CATEGORIES = {"Cc", "Cf", "Cn", "Co", "Cs"}
JOINERS = {"\u200c", "\u200d"}  # needed to write Persian and several Indic names


def check_visible(text: str) -> None:
    """Refuses invisible or reordering characters and names without a letter. Raises ValidationError."""
    if any(unicodedata.category(c) in REFUSED_CATEGORIES and c not in JOINERS for c in text):
        raise ValidationError(_("Please use visible characters only."))
    if text and not any(c.isalnum() for c in text):
        raise ValidationError(_("Please use at least one letter."))


class AboutYou(forms.Form):
    """The fields that others see beside every comment."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=NAME_LENGTH,
        validators=[check_visible],
        help_text=_("Shown with everything you write."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    group = forms.ChoiceField(
        label=_("Your stakeholder group"),
        choices=[("", _("Please choose")), *Group.choices],
        help_text=_("Shown beside your name."),
    )
    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=80,
        required=False,
        validators=[check_visible],
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        help_text=_("Leave it empty if you speak for yourself."),
    )

    field_order = ["name", "email", "email2", "password1", "password2", "group", "organisation"]


class SignupForm(AboutYou):
    """Joins allauth's own sign-up form, which adds e-mail and password (ACCOUNT_SIGNUP_FORM_CLASS)."""

    def signup(self, request: object, user: Person) -> None:
        """Asked for by allauth after saving; the adapter has kept the fields already."""


class ProfileForm(AboutYou):
    """The same three fields for somebody who is here already."""

    def __init__(self, data: Any, *, person: Any) -> None:
        super().__init__(
            data, initial={"name": person.name, "group": person.group, "organisation": person.organisation}
        )
