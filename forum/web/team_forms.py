"""What organisers fill in about their team and their code of conduct."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.forms import check_visible
from forum.choices import REASON_LENGTH, RoleKind
from forum.queries import team
from forum.reasons import Reason
from forum.web.reason_forms import ReasonForm

EVERY = "every"  # theme: the role is for the whole event
SHORT = 80  # characters of a title "in a few words"


class AppointForm(forms.Form):
    """Somebody with an account, a role, and where it holds."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The confirmed address of their account here. They are told of the role."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("Role"), choices=RoleKind.choices, initial=RoleKind.MODERATOR)
    theme = forms.ChoiceField(label=_("Where"))

    def __init__(self, data: Any, *, event: Any) -> None:
        super().__init__(data)
        self.themes = {str(theme.pk): theme for theme in team.themes_of(event)}
        named = [(key, f"{theme.letter}. {theme.title}") for key, theme in self.themes.items()]
        self.fields["theme"].choices = [(EVERY, _("In every theme")), *named]  # type: ignore[attr-defined]

    def clean_email(self) -> Any:
        person = team.with_address(self.cleaned_data["email"])
        if person is None:
            raise forms.ValidationError(
                _(
                    "No account here has confirmed this address. Ask the person to sign up with it and to confirm it;"
                    " then add them."
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
        self.fields["reason"].help_text = _("They read this, and so does everybody in the log, which names nobody.")


class ArticleForm(forms.Form):
    """One article of the code of conduct."""

    title = forms.CharField(
        label=_("In a few words"),
        max_length=SHORT,
        validators=[check_visible],
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("Reasons of decisions begin with it, such as: Be civil."),
    )
    text = forms.CharField(
        label=_("What it asks of people"),
        max_length=REASON_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    place = forms.IntegerField(label=_("Number"), min_value=1, max_value=100)
    is_retired = forms.BooleanField(
        label=_("It no longer holds. It stays with the decisions that rest on it."), required=False
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
        label=_("In a few words"),
        max_length=SHORT,
        validators=[check_visible],
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("By this moderators find it in their list."),
    )
    text = forms.CharField(
        label=_("The sentence"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("It becomes a part of the reason that an author reads."),
    )

    def __init__(self, data: Any, *, phrase: Any) -> None:
        known = {name: getattr(phrase, name) for name in ("language", "title", "text")}
        super().__init__(data, initial={name: value for name, value in known.items() if value})
