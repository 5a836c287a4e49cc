"""What people fill in. Forms check the form of things; whether somebody may is for the rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from uuid import uuid4

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from accounts.models import Group
from accounts.visible import check_visible
from forum.kernel.choices import KEY_LENGTH, NOTE_LENGTH, TITLE_LENGTH, StanceKind

FILE = "alt-"  # begins the name of a field that says what a file shows
MOST_NAMED = 20  # more files than anybody could have added; the rest is no form of ours


def new_key() -> str:
    """A key for one filled-in form: sent twice, it makes one comment."""
    return uuid4().hex


KEY = re.compile(r"[0-9A-Za-z-]{16,64}")


class KeyedForm(forms.Form):
    """A form that does its work once, however often it is sent. One that brings no proper key gets a new one."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.initial.setdefault("key", new_key())

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        return key if KEY.fullmatch(key) else new_key()

    def take_new_key(self) -> None:
        """When it comes back, it is another form."""
        self.data = {**self.data.dict(), "key": new_key()}  # type: ignore[attr-defined]


class CommentForm(forms.Form):
    """A text, the form's key, and what its writer knew when they began. The text's limits are the renderer's to tell.

    `seen` says how the answered or edited comment read then, `draft` is the version of the draft the box shows,
    `by` is the person it was written as: somebody else may have logged in since. `acknowledged` holds the
    ids of the warnings its writer was given, `opened` when they began.
    """

    source = forms.CharField(
        label=_("Your comment"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto", "required": True}),
    )
    key = forms.CharField(
        max_length=KEY_LENGTH,
        validators=[RegexValidator(r"^[0-9A-Za-z-]{16,}$")],
        widget=forms.HiddenInput,
    )
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    draft = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    by = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    acknowledged = forms.CharField(required=False, widget=forms.HiddenInput)
    opened = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.initial.setdefault("key", new_key())

    @property
    def attached(self) -> dict[str, str]:
        """The files that a form brings, by name, with what its writer says they show."""
        fields = islice(((name, value) for name, value in self.data.items() if name.startswith(FILE)), MOST_NAMED)
        return {name.removeprefix(FILE): value for name, value in fields}

    def clean(self) -> None:
        """A form without a proper key gets a new one and is shown again: sending it twice must stay harmless."""
        if "key" in self.errors:
            del self.errors["key"]
            self.data = {**self.data.dict(), "key": new_key()}  # type: ignore[attr-defined]
            self.add_error(None, _("This form was incomplete. Your text is safe. Please send it again."))


class ThreadForm(CommentForm):
    """The same with a title."""

    title = forms.CharField(
        label=_("Title of the thread"),
        max_length=TITLE_LENGTH,
        validators=[check_visible],
        help_text=_("A short title"),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    field_order = ["title", "source", "key"]


class EditForm(CommentForm):
    """A new text for a comment; late ones say what changed."""

    note = forms.CharField(
        label=_("What you changed"),
        max_length=NOTE_LENGTH,
        validators=[check_visible],
        help_text=_(
            "One line, shown to everyone next to the new version, because others may have replied to the earlier one."
        ),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    field_order = ["source", "note", "key"]

    def __init__(self, *args: object, needs_note: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if not needs_note:
            del self.fields["note"]


class SearchForm(forms.Form):
    """What to look for, and where. Everything may be left out."""

    q = forms.CharField(
        label=_("Search text"), required=False, widget=forms.TextInput(attrs={"type": "search", "dir": "auto"})
    )
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    author = forms.CharField(label=_("Author"), required=False, widget=forms.TextInput(attrs={"dir": "auto"}))
    group = forms.ChoiceField(label=_("Stakeholder group"), required=False, choices=[("", _("All")), *Group.choices])
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, asked: Mapping[str, str], *, themes: list[tuple[str, str]]) -> None:
        # A sign that no text can hold is not worth a refusal.
        super().__init__({name: value.replace("\0", " ") for name, value in asked.items()}, auto_id="search-%s")
        self.fields["theme"].choices = [("", _("All")), *themes]  # type: ignore[attr-defined]


class StanceForm(forms.Form):
    """One of the four stances, or nothing: taken back."""

    kind = forms.ChoiceField(choices=StanceKind.choices, required=False)
