"""What people fill in about the summary of a thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.dialogue.actions.summaries import Points
from forum.dialogue.queries import summaries
from forum.dialogue.rules.points import LABEL, NoPoint, Point, points_in
from forum.http.written import WrittenField
from forum.kernel.choices import (
    POINT_COMMENTS,
    POINT_LENGTH,
    POINTS,
    REASON_LENGTH,
    REQUEST_LENGTH,
    PointKind,
    RequestOutcome,
)


class SummaryForm(forms.Form):
    """The three lists as they are typed, the version their writer had before them, and the requests they answer."""

    base = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, thread: Any, requests: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.thread = thread
        self.points: Points = {}
        for kind in PointKind:
            self.fields[kind.value] = forms.CharField(
                label=kind.label,
                required=False,
                strip=False,
                widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
            )
        if requests:
            self.fields["takes_up"] = forms.TypedMultipleChoiceField(
                label=gettext_lazy("Suggestions included"),
                help_text=gettext_lazy(
                    "The people who made them are notified, and the suggestions are shown next to the summary."
                ),
                required=False,
                coerce=int,
                choices=[(row["id"], f"{row['name']}: {row['text']}") for row in requests],
                widget=forms.CheckboxSelectMultiple,
            )

    def clean(self) -> None:
        lists = {kind: points_in(self.cleaned_data.get(kind, "")) for kind in PointKind.values}
        known = summaries.called(
            self.thread.theme.event.slug,
            {label for points, _flaws in lists.values() for point in points for label in point.labels},
            # What was named before stays named while it is not public: its link comes back with it.
            besides=summaries.named_in(self.thread, self.cleaned_data.get("base", 0)),
        )
        for kind, (points, flaws) in lists.items():
            for sentence in _flaws_of(points, flaws, known):
                self.add_error(kind, sentence)
            if len(points) > POINTS:
                self.add_error(
                    kind, _("A list can have at most %(most)s points. Please remove some.") % {"most": POINTS}
                )
            self.points[kind] = [
                # Two labels of one comment, an old one and a new one, are one comment.
                {"text": point.text, "comments": list(dict.fromkeys(known[x] for x in point.labels if x in known))}
                for point in points
            ]


def _flaws_of(points: list[Point], flaws: list[NoPoint], known: dict[tuple[str, int], int]) -> list[str]:
    """What is wrong with the lines of a list, in their order."""
    missing = [
        NoPoint(point.line, "unknown", f"{label[0]}-{label[1]}")
        for point in points
        for label in point.labels
        if label not in known
    ]
    return [_sentence(flaw) for flaw in sorted([*flaws, *missing], key=lambda flaw: flaw.line)]


def _sentence(flaw: NoPoint) -> str:
    words = {
        "labels": _("Line %(line)s has no comment number. Put it at the end, in brackets: [P-12]."),
        "text": _("Line %(line)s has no text before the brackets. Please add a sentence."),
        "long": _("Line %(line)s is too long. A point can have at most %(length)s characters."),
        "label": _("Line %(line)s: “%(label)s” is not a comment number. They look like P-12."),
        "many": _("Line %(line)s lists too many comments. Please list at most ten."),
        "unknown": _("Line %(line)s: %(label)s is not a public comment in this event."),
    }[flaw.flaw]
    return words % {"line": flaw.line, "label": flaw.label, "length": POINT_LENGTH, "most": POINT_COMMENTS}


class MissingForm(forms.Form):
    """A point that a reader misses, and where they made it."""

    source = WrittenField(
        label=gettext_lazy("The missing point"),
        max_length=REQUEST_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    comment = forms.CharField(
        label=gettext_lazy("Comment that makes this point"),
        help_text=gettext_lazy("Its number, such as P-47."),
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, thread: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.thread = thread

    def clean_comment(self) -> int | None:
        if not self.cleaned_data["comment"]:
            return None
        label = LABEL.match(self.cleaned_data["comment"])
        asked = (label["code"].upper(), int(label["number"])) if label else ("", 0)
        found = summaries.called(self.thread.theme.event.slug, [asked] if label else []).get(asked)
        if found is None:
            raise forms.ValidationError(
                _("There is no public comment with this number here. Comment numbers look like P-47.")
            )
        return found


class RequestAnswerForm(forms.Form):
    """Which answer it is, and why. `outcomes` are those that this person may give."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        help_text=gettext_lazy("If you hide it, only its author and the moderators can read it."),
        widget=forms.RadioSelect,
    )
    reason = WrittenField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy(
            "Everyone can read this, and it is sent to the person who made the suggestion. Do not repeat what you hide."
        ),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )

    def __init__(self, *args: Any, outcomes: Sequence[RequestOutcome], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(outcomes) == 1:
            self.initial["outcome"] = outcomes[0].value
        self.fields["outcome"].choices = [(each.value, each.label) for each in outcomes]  # type: ignore[attr-defined]
