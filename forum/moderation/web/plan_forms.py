"""What moderators fill in to plan, slow down or note something at the head of a thread or theme."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.zones import zone_name
from forum.dialogue.queries import threads
from forum.dialogue.rules.plans import why_not_plan
from forum.events.fields import WallTimeField
from forum.events.web.reason_forms import OptionalReasonForm, ReasonForm
from forum.kernel.choices import HEAD_NOTE_LENGTH, SLOW_MINUTES


class PlanForm(ReasonForm):
    """When to close and when to open again, on the clocks of the event; what is locked can only be opened."""

    closes_at = WallTimeField(label=_("Close at (%(zone)s)"), required=False)
    opens_at = WallTimeField(label=_("Open again at (%(zone)s)"), required=False)
    field_order = ["closes_at", "opens_at", "reason"]

    def __init__(self, *args: object, case: Any, **kwargs: Any) -> None:
        place, zone = case.thing, case.theme.event.tz
        known = {"closes_at": place.closes_at, "opens_at": place.opens_at}
        super().__init__(*args, case=case, initial=known, **kwargs)
        for name, kept in known.items():
            field: Any = self.fields[name]
            field.zone, field.kept = zone, kept
            field.label = field.label % {"zone": zone_name(zone.key)}
        self.fields["reason"].help_text = _("Everyone can read this, here and in the moderation log.")
        if place.is_locked:
            del self.fields["closes_at"]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        closes_at, opens_at = self.cleaned_data.get("closes_at"), self.cleaned_data.get("opens_at")
        if not self.errors.keys() & {"closes_at", "opens_at"}:
            no = why_not_plan(self.person, self.case.thing, closes_at=closes_at, opens_at=opens_at, now=timezone.now())
            if no is not None:
                self.add_error(None, str(no.label))
        return said | {"closes_at": closes_at, "opens_at": opens_at}


class SlowForm(OptionalReasonForm):
    minutes = forms.TypedChoiceField(label=_("Each person can post"), coerce=int, widget=forms.RadioSelect)
    field_order = ["minutes", "reason"]

    def __init__(self, *args: object, case: Any, **kwargs: Any) -> None:
        super().__init__(*args, case=case, initial={"minutes": case.thing.slow_minutes}, **kwargs)
        self.fields["minutes"].choices = [(minutes, _pace(minutes)) for minutes in SLOW_MINUTES]  # type: ignore[attr-defined]


def _pace(minutes: int) -> Any:
    if not minutes:
        return _("Any number of comments (slow mode off)")
    words = ngettext("One comment per minute", "One comment every %(count)s minutes", minutes)
    return words % {"count": minutes}


class NoteForm(OptionalReasonForm):
    source = forms.CharField(
        label=_("Note"),
        max_length=HEAD_NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        help_text=_("Shown to everyone above the comments, with your role and the time. You can use Markdown."),
    )
    field_order = ["source", "reason"]

    def __init__(self, *args: object, case: Any, **kwargs: Any) -> None:
        super().__init__(*args, case=case, initial={"source": threads.note_source(case.thing)}, **kwargs)
