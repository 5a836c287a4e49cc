"""What organisers fill in about their team and their code of conduct."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.addresses import AddressField
from accounts.visible import check_visible
from forum.events.queries import team
from forum.events.web.reason_forms import ReasonForm
from forum.http.written import WrittenField
from forum.kernel.choices import REASON_LENGTH, RoleKind
from forum.kernel.reasons import Reason

EVERY = "every"  # theme: the role is for the whole event
SHORT = 80  # characters of a title "in a few words"


class AppointForm(forms.Form):
    """Somebody with an account, a role, and where it holds."""

    email = AddressField(
        label=_("Email address"),
        help_text=_("The confirmed email address of their account here. They will be notified."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("Role"), choices=RoleKind.choices, initial=RoleKind.MODERATOR)
    theme = forms.ChoiceField(label=_("Where"))

    def __init__(self, data: Any, *, event: Any) -> None:
        super().__init__(data)
        self.themes = {str(theme.pk): theme for theme in team.themes_of(event)}
        named = [(key, f"{theme.code}. {theme.title}") for key, theme in self.themes.items()]
        self.fields["theme"].choices = [(EVERY, _("In every theme")), *named]  # type: ignore[attr-defined]

    def clean_email(self) -> Any:
        person = team.with_address(self.cleaned_data["email"])
        if person is None:
            raise forms.ValidationError(
                _(
                    "No account here has confirmed this address. Ask the person to sign up with it and confirm "
                    "it. Then add them."
                )
            )
        return person

    def clean_theme(self) -> Any:
        return self.themes.get(self.cleaned_data["theme"])

    def clean(self) -> None:
        if self.cleaned_data.get("kind") == RoleKind.ORGANISER and self.cleaned_data.get("theme"):
            self.add_error("theme", Reason.WHOLE_EVENT.label)


class DismissForm(ReasonForm):
    """A reason that its reader gets with the news."""

    def __init__(self, *args: object, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _(
            "The person can read this, and so can everyone in the moderation log, which shows no names."
        )


class ArticleForm(forms.Form):
    """One article of the code of conduct."""

    title = forms.CharField(
        label=_("Short title"),
        max_length=SHORT,
        validators=[check_visible],
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("Shown at the start of the reason for a decision, for example: Be civil."),
    )
    text = WrittenField(
        label=_("Explanation"),
        max_length=REASON_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    place = forms.IntegerField(label=_("Number"), min_value=1, max_value=100)
    is_retired = forms.BooleanField(
        label=_("Retired: no longer in force, but still shown with earlier decisions"), required=False
    )

    def __init__(self, data: Any, *, article: Any) -> None:
        known = {name: getattr(article, name) for name in ("title", "text", "is_retired")}
        super().__init__(data, initial=known | {"place": article.position})
        if article.pk is None:
            del self.fields["is_retired"]


class PhraseForm(forms.Form):
    """A sentence that moderators need often."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.WRITING_LANGUAGES)
    title = forms.CharField(
        label=_("Short title"),
        max_length=SHORT,
        validators=[check_visible],
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("Moderators find the saved reply under this title."),
    )
    text = WrittenField(
        label=_("Text"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("It becomes part of the reason that the author can read."),
    )

    def __init__(self, data: Any, *, phrase: Any) -> None:
        known = {name: getattr(phrase, name) for name in ("language", "title", "text")}
        super().__init__(data, initial={name: value for name, value in known.items() if value})
