"""What moderators fill in about people, and organisers about providers and networks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.dialogue.rules.blocks import is_in, normal_domain, normal_network
from forum.dialogue.web.forms import KeyedForm
from forum.events.web.reason_forms import ReasonForm
from forum.http.written import WrittenField
from forum.kernel.choices import REASON_LENGTH, BlockKind, SanctionKind

TERMS = {
    "day": (_("for one day"), timedelta(days=1)),
    "days": (_("for three days"), timedelta(days=3)),
    "week": (_("for a week"), timedelta(weeks=1)),
    "month": (_("for a month"), timedelta(days=30)),
    "open": (_("until it is lifted"), None),
}
MEANS = {
    SanctionKind.WARNING: _("Warning: they must confirm that they have read it before they can post again"),
    SanctionKind.PACE: _("Posting limit: a maximum number of comments per hour"),
    SanctionKind.SILENCE: _("Silence: they can read, but not post"),
    SanctionKind.SUSPENSION: _("Suspension: they are logged out at once and cannot log in"),
    SanctionKind.BAN: _("Ban: the same for the whole site; only staff can set and lift it"),
}
SPANS = {
    "day": (_("from the last 24 hours"), timedelta(hours=24)),
    "week": (_("from the last 7 days"), timedelta(days=7)),
    "all": (_("all in this event"), None),
}


def _lines(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "dir": "auto"})


class TermForm(forms.Form):
    """Until when something holds."""

    term = forms.ChoiceField(
        label=_("Duration"),
        initial="week",
        choices=[(key, label) for key, (label, _time) in TERMS.items()],
    )

    def until(self, now: datetime) -> datetime | None:
        time = TERMS[self.cleaned_data["term"]][1]
        return now + time if time else None


class SanctionForm(KeyedForm, TermForm):
    """`themes` are those to choose from, by key; 0 is the whole event."""

    kind = forms.ChoiceField(label=_("Sanction"), widget=forms.RadioSelect)
    theme = forms.TypedChoiceField(label=_("Applies to"), coerce=lambda chosen: int(chosen) or None)
    pace = forms.IntegerField(
        label=_("Comments per hour"), min_value=1, max_value=60, initial=3, required=False,
        help_text=_("Only for a posting limit."),
    )  # fmt: skip
    reason = WrittenField(
        label=_("Reason, for the person"),
        max_length=REASON_LENGTH,
        widget=_lines(),
        help_text=_(
            "The person sees it where they would post, and gets it by email. Otherwise only moderators "
            "and organisers can read it."
        ),
    )
    note = WrittenField(
        label=_("Note for moderators"),
        max_length=REASON_LENGTH,
        required=False,
        widget=_lines(),
        help_text=_("Only moderators can read it, never the person."),
    )
    field_order = ["kind", "theme", "pace", "term", "reason", "note"]

    def __init__(self, data: Any, *, kinds: Iterable[SanctionKind], themes: list[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["kind"].choices = [(kind.value, MEANS[kind]) for kind in kinds]  # type: ignore[attr-defined]
        self.fields["theme"].choices = themes  # type: ignore[attr-defined]

    def clean(self) -> None:
        if self.cleaned_data.get("kind") == SanctionKind.PACE and not self.cleaned_data.get("pace"):
            self.add_error("pace", _("Please enter the number of comments per hour."))


class LiftForm(forms.Form):
    reason = WrittenField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        widget=_lines(),
        help_text=_("The person and the other moderators can read it."),
    )


class BulkRemoveForm(ReasonForm):
    """A removal is bound to what was seen: nothing newer than `last` goes, and nothing older than `since`."""

    since = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    last = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    count = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _(
            "Everyone can read this where the comments were, and in the moderation log."
        )


class BlockForm(TermForm):
    """A mail domain or a range of addresses. `here` is the address of who fills it in: nobody shuts themselves out."""

    kind = forms.ChoiceField(label=_("What to block"), choices=BlockKind.choices, widget=forms.RadioSelect)
    value = forms.CharField(
        label=_("Domain or address range"),
        max_length=253,
        help_text=_("For example example.org (including its subdomains), 198.51.100.0/24 or 2001:db8:1::/48."),
        widget=forms.TextInput(attrs={"autocapitalize": "off", "spellcheck": "false"}),
    )
    reason = WrittenField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        widget=_lines(),
        help_text=_("Only organisers and staff can read it."),
    )
    field_order = ["kind", "value", "term", "reason"]

    def __init__(self, data: Any, *, here: str) -> None:
        super().__init__(data)
        self.here = here

    def clean(self) -> None:
        kind, value = self.cleaned_data.get("kind"), self.cleaned_data.get("value")
        if not kind or not value:
            return
        try:
            normal = normal_domain(value) if kind == BlockKind.DOMAIN else normal_network(value)
        except ValueError:
            said = {
                BlockKind.DOMAIN: _("Please enter a domain such as example.org."),
                BlockKind.NETWORK: _("Please enter an address range no wider than /16 (IPv4) or /32 (IPv6)."),
            }
            self.add_error("value", said[BlockKind(kind)])
            return
        if kind == BlockKind.NETWORK and self.here and is_in(self.here, normal):
            self.add_error("value", _("Your own IP address is in this range. Please choose a smaller range."))
        self.cleaned_data["value"] = normal
