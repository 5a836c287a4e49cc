"""What people fill in to flag a comment or to report it as illegal, and how moderators answer a report."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.addresses import AddressField
from accounts.programs import HONEYPOT_FIELD
from accounts.visible import check_visible
from forum.dialogue.web.forms import KeyedForm
from forum.events.web.reason_forms import OptionalReasonForm, ReasonForm
from forum.http.written import WrittenField
from forum.kernel.choices import FLAG_NOTE_LENGTH, REPORT_LENGTH, REPORTER_KEPT, SAID_LENGTH, FlagKind, ReportOutcome
from forum.moderation.actions.reports import Notice


class FlagForm(forms.Form):
    """What is wrong with a comment."""

    kind = forms.ChoiceField(label=_("What is wrong?"), choices=FlagKind.choices, widget=forms.RadioSelect)
    note = WrittenField(
        label=_("Note for the moderators"),
        max_length=FLAG_NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_(
            "What they should check. Required for “Something else”. Only moderators can read it, "
            "together with your name."
        ),
    )

    def clean(self) -> None:
        if self.cleaned_data.get("kind") == FlagKind.OTHER and self.cleaned_data.get("note") == "":
            self.add_error("note", _("Please say briefly what is wrong."))


class KeepForm(OptionalReasonForm):
    """Why a flagged comment stays, if that needs saying."""

    def __init__(self, *args: object, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _(
            "Only the people who flagged the comment can read this. The author and the public cannot."
        )


class ReportForm(KeyedForm):
    """What is illegal and why, and who says so."""

    explanation = WrittenField(
        label=_("What is illegal, and why?"),
        max_length=REPORT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        help_text=_("Quote the exact text, and say why you think that it breaks the law."),
    )
    ground = WrittenField(
        label=_("Law or legal basis"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    country = WrittenField(
        label=_("Country of that law"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "country-name"}),
    )
    is_child_abuse = forms.BooleanField(
        label=_("This is about child sexual abuse: you do not need to say who you are"), required=False
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        required=False,
        validators=[check_visible],
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "name"}),
    )
    email = AddressField(
        label=_("Your email address"),
        max_length=254,
        required=False,
        help_text=_("We will send the decision there. Your name and address are deleted %(days)s days later."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    is_true = forms.BooleanField(
        label=_("I believe in good faith that what I write here is accurate and complete"),
        error_messages={"required": _("Please confirm this. Without it we cannot accept a report.")},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        kept = {"days": REPORTER_KEPT.days}
        self.fields["email"].help_text = str(self.fields["email"].help_text) % kept
        for name in ("name", "email"):
            self.fields[name].is_needed_mostly = True  # type: ignore[attr-defined]

    def clean(self) -> None:
        if self.data.get(HONEYPOT_FIELD):
            self.add_error(
                None,
                _("A hidden field was filled in, which automated programs often do. Please send the report again."),
            )
        if self.cleaned_data.get("is_child_abuse"):
            return
        for name, sentence in (
            ("name", _("Please enter your name.")),
            ("email", _("Please enter your email address.")),
        ):
            if self.cleaned_data.get(name) == "":
                self.add_error(name, sentence)

    @property
    def notice(self) -> Notice:
        """What a valid form says."""
        said = self.cleaned_data
        return Notice(
            explanation=said["explanation"],
            ground=said["ground"],
            country=said["country"],
            is_child_abuse=said["is_child_abuse"],
            name=said["name"],
            email=said["email"],
        )


class ReportAnswerForm(ReasonForm):
    """What moderators did about a report, and why."""

    outcome = forms.ChoiceField(label=_("Your decision"), widget=forms.RadioSelect)
    statement = WrittenField(
        label=_("Message to the person who reported it"),
        max_length=SAID_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        help_text=_("What you decided and why. Sent only to them, by email."),
    )
    field_order = ["outcome", "article", "phrase", "reason", "statement"]
    needs_reason = False

    def __init__(self, *args: object, is_there: bool, **kwargs: Any) -> None:
        """`is_there`: the comment is public or can become so, and removing it is still to do."""
        super().__init__(*args, **kwargs)
        self.is_there = is_there
        removed = _("Remove the comment") if is_there else ReportOutcome.REMOVED.label
        kept = _("Take no action: the comment stays as it is")
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            (ReportOutcome.REMOVED.value, removed), (ReportOutcome.NO_ACTION.value, kept),
        ]  # fmt: skip
        self.fields["reason"].help_text = _(
            "Required to remove the comment. The author and everyone can read it. Do not repeat what you "
            "remove, and do not say who reported it."
        )
        if not is_there:
            for name in {"article", "phrase", "reason"} & set(self.fields):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        is_removal = self.is_there and said.get("outcome") == ReportOutcome.REMOVED
        if is_removal and not said["reason"] and not self.errors:
            self.add_error("reason", _("Please give a reason. The author and everyone can read it."))
        return said
