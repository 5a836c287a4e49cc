"""What authors and moderators fill in about an appeal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.http.written import WrittenField
from forum.kernel.choices import APPEAL_LENGTH, REASON_LENGTH, Outcome


class AppealForm(forms.Form):
    """An author's words, and which decision they had read."""

    text = WrittenField(
        label=_("What should be reviewed again, and why?"),
        max_length=APPEAL_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        help_text=_("Up to 2,000 characters. Only you and the moderators can read it."),
    )
    about = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class OutcomeForm(forms.Form):
    """Whether a decision stands, why, and what was seen of the comment."""

    outcome = forms.ChoiceField(label=_("Your decision"), choices=Outcome.choices, widget=forms.RadioSelect)
    answer = WrittenField(
        label=_("Your reason"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("Required if you uphold the decision. The author can read it, and everyone in the moderation log."),
    )
    seen = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = self.cleaned_data
        if said.get("outcome") == Outcome.STANDS and not said.get("answer") and "answer" not in self.errors:
            self.add_error(
                "answer", _("Please give a reason for upholding the decision. The author has a right to know.")
            )
        return said
