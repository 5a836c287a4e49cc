"""What moderators fill in when they decide: the reason, and what else a decision asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from accounts.models import Viewer
from accounts.visible import check_visible
from forum.events.queries import conduct
from forum.events.queries.conduct import Conduct
from forum.http.written import WrittenField
from forum.kernel.choices import (
    REASON_LENGTH,
    TITLE_LENGTH,
    Decision,
)

PHRASE_SHOWN = 90  # characters of a ready sentence in a list to choose from

REASONS = ("article", "phrase", "reason")  # any of which is enough


def _one_of(style: str) -> forms.RadioSelect:
    """Everybody reads what is chosen here: nothing is picked by typing letters, as in a list that drops down."""
    return forms.RadioSelect(attrs={"class": style})


class ReasonForm(forms.Form):
    """A moderator's reason, which everybody can read: an article of the code, a ready sentence, their own words.

    A valid form has them joined as `reason`, and the Article or None as `article`.
    """

    article = forms.ChoiceField(label=_("Rule broken"), required=False, widget=_one_of("chips"))
    phrase = forms.ChoiceField(label=_("Saved reply"), required=False, widget=_one_of("choices"))
    reason = WrittenField(
        label=_("Your explanation"),
        max_length=REASON_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("Everyone can read this, in the thread and in the moderation log."),
    )
    needs_reason = True

    def __init__(
        self,
        *args: object,
        case: Any = None,
        person: Viewer | None = None,
        known: Conduct | None = None,
        **kwargs: object,
    ) -> None:
        """`person` is who decides, `case` what about: anything that knows its `event_id`. Two queries.

        None if `known` says what a reason can be made of, as where many forms share it.
        """
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.case = case
        self.person: Viewer = person if person is not None else AnonymousUser()
        known = known or conduct.of_event(case.event_id)
        self.articles = {str(article.pk): article for article in known.articles}
        self.phrases = {str(phrase.pk): phrase for phrase in known.phrases}
        self._offer("article", _("No rule"), [(key, article.title) for key, article in self.articles.items()])
        self._offer("phrase", _("No saved reply"), _by_language(self.phrases))
        if not self.articles and not self.phrases:
            self.fields["reason"].label = _("Reason")
            self.fields["reason"].required = self.needs_reason
        elif self.needs_reason:
            self._ask_for_one()

    def _ask_for_one(self) -> None:
        """One of them has to be given, so none is called optional."""
        first, *others = [name for name in REASONS if name in self.fields]
        for name in (first, *others):
            self.fields[name].is_needed_mostly = True  # type: ignore[attr-defined]
        self.fields[first].help_text = _("Give at least one reason: a rule, a saved reply or your own explanation.")

    def _offer(self, name: str, none: Any, choices: list[Any]) -> None:
        """What there is to choose from, `none` of it first; no field where there is nothing."""
        if choices:
            self.fields[name].choices = [("", none), *choices]  # type: ignore[attr-defined]
        else:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        article = self.articles.get(said.pop("article", ""))
        phrase = self.phrases.get(said.pop("phrase", ""))
        own = said.get("reason", "")
        if self.needs_reason and not (self.errors or article or phrase or own):
            self.add_error("reason", _("Please choose a rule or a saved reply, or write your own explanation."))
        reason = in_one_text(article.title if article else "", phrase.text if phrase else "", own)
        return said | {"reason": reason, "article": article}


def in_one_text(article: str, phrase: str, own: str) -> str:
    """What is stored and shown as the reason: "Be civil: Please answer the argument. I mean the second part."

    With the lengths that its parts can have it stays below SAID_LENGTH.
    """
    said = " ".join(part.strip() for part in (phrase, own) if part.strip())
    title = article.strip()
    if not title or not said:
        return title or said
    return f"{title} {said}" if title[-1] in ".:!?。！？؟" else f"{title}: {said}"


def _by_language(phrases: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The sentences for a choice, those of each language together."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for key, phrase in phrases.items():
        label = Truncator(f"{phrase.title}: {phrase.text}").chars(PHRASE_SHOWN)
        groups.setdefault(phrase.get_language_display(), []).append((key, label))
    return list(groups.items())


class RemovalForm(ReasonForm):
    def __init__(self, *args: object, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("Everyone can read this. Do not repeat what you remove.")


class OptionalReasonForm(ReasonForm):
    """Where an act explains itself, a reason may be left out."""

    needs_reason = False


class ReviewForm(ReasonForm):
    """A decision about a comment that waits, with what was seen of it."""

    needs_reason = False
    decision = forms.ChoiceField(choices=Decision.choices)
    seen = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("decision") in {Decision.REVISE, Decision.REJECT} and not said["reason"] and not self.errors:
            self.add_error("reason", _("Please give a reason. The author can read it."))
        return said

    @property
    def problem(self) -> str:
        """What is wrong with it, in one text."""
        return " ".join(str(error) for errors in self.errors.values() for error in errors)


class RedactionForm(RemovalForm):
    """The passages that are taken out of a comment."""

    passages = forms.CharField(
        label=_("Text to redact, one passage per line"),
        help_text=_("Exactly as it appears in the comment. A marker that everyone can see replaces it."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    field_order = ["passages"]

    def clean_passages(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["passages"].splitlines() if line.strip()]
        return lines  # whether each occurs is for the act to say, which takes them out


class RenameForm(OptionalReasonForm):
    title = forms.CharField(
        label=_("New title"),
        max_length=TITLE_LENGTH,
        validators=[check_visible],
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    field_order = ["title"]

    def __init__(self, *args: object, case: Any, **kwargs: Any) -> None:
        super().__init__(*args, case=case, initial={"title": case.thing.title}, **kwargs)
