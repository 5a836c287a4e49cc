"""What moderators fill in to plan, slow down or note something at the head of a thread or theme."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from forum.choices import HEAD_NOTE_LENGTH, SLOW_MINUTES
from forum.queries import threads
from forum.rules.plans import why_not_plan
from forum.web.reason_forms import OptionalReasonForm, ReasonForm


def _moment_input() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class PlanForm(ReasonForm):
    """When to close and when to open again; what is locked can only be opened."""

    closes_at = forms.DateTimeField(label=_("Close at (UTC)"), required=False, widget=_moment_input())
    opens_at = forms.DateTimeField(label=_("Open again at (UTC)"), required=False, widget=_moment_input())
    field_order = ["closes_at", "opens_at", "reason"]

    def __init__(self, *args: object, case: Any, **kwargs: Any) -> None:
        place = case.thing
        known = {"closes_at": place.closes_at, "opens_at": place.opens_at}
        super().__init__(*args, case=case, initial=known, **kwargs)
        self.fields["reason"].help_text = _("Everybody can read this, here and in the log.")
        if place.is_locked:
            del self.fields["closes_at"]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        times = {name: self.cleaned_data.get(name) for name in ("closes_at", "opens_at")}
        if not self.errors.keys() & times.keys():
            no = why_not_plan(self.person, self.case.thing, now=timezone.now(), **times)
            if no is not None:
                self.add_error(None, str(no.label))
        return said | times


class SlowForm(OptionalReasonForm):
    minutes = forms.TypedChoiceField(label=_("Each person can write"), coerce=int, widget=forms.RadioSelect)
    field_order = ["minutes", "reason"]

    def __init__(self, *args: object, case: Any, **kwargs: Any) -> None:
        super().__init__(*args, case=case, initial={"minutes": case.thing.slow_minutes}, **kwargs)
        self.fields["minutes"].choices = [(minutes, _pace(minutes)) for minutes in SLOW_MINUTES]  # type: ignore[attr-defined]


def _pace(minutes: int) -> Any:
    if not minutes:
        return _("As often as they like (slow mode is off)")
    words = ngettext("One comment every minute", "One comment every %(count)s minutes", minutes)
    return words % {"count": minutes}


class NoteForm(OptionalReasonForm):
    source = forms.CharField(
        label=_("The note"),
        max_length=HEAD_NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        help_text=_("Everybody reads it above the comments, with your role and the time. Markdown works."),
    )
    field_order = ["source", "reason"]

    def __init__(self, *args: object, case: Any, **kwargs: Any) -> None:
        super().__init__(*args, case=case, initial={"source": threads.note_source(case.thing)}, **kwargs)
