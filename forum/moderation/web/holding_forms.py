"""The rules by which comments wait, as organisers set them for an event and for one of its themes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from forum.dialogue.rules.holding import NUMBERS, HoldRule, rules_of
from forum.dialogue.rules.word_filter import normalise
from forum.kernel.choices import HOLD_RULES, WATCHED_LENGTH, WATCHED_WORDS, HoldKind
from forum.moderation.rules.flags import ENOUGH

NUMBER_LABELS = {
    HoldKind.NEWCOMERS: _("Number of approved comments before this stops"),
    HoldKind.LINKS: _("More than this many links"),
    HoldKind.PACE: _("More than this many in ten minutes"),
}
NOW_ON: dict[HoldKind, Any] = {
    HoldKind.NEWCOMERS: ngettext_lazy(
        "now: on, until %(n)s comment is approved", "now: on, until %(n)s comments are approved", "n"
    ),
    HoldKind.WORDS: ngettext_lazy("now: on, with %(n)s word", "now: on, with %(n)s words", "n"),
    HoldKind.LINKS: ngettext_lazy("now: on, for more than %(n)s link", "now: on, for more than %(n)s links", "n"),
    HoldKind.PACE: ngettext_lazy(
        "now: on, for more than %(n)s comment in ten minutes",
        "now: on, for more than %(n)s comments in ten minutes",
        "n",
    ),
}
AS_EVENT, ON, OFF = "", "on", "off"


class RulesForm(forms.Form):
    """Each rule with a switch, and with its number or its words."""

    def __init__(self, data: Any, *, known: dict[str, Any]) -> None:
        """`known` is what the numbers and words are at first, by rule, as it is stored."""
        super().__init__(data)
        for kind in HOLD_RULES:
            self.fields[kind.value] = self.switch(kind)
            if kind in NUMBERS:
                number = known.get(kind, {}).get("number", NUMBERS[kind])
                self.fields[f"{kind.value}_number"] = forms.IntegerField(
                    label=NUMBER_LABELS[kind], min_value=1, max_value=1000, initial=number
                )
        self.fields["words_list"] = forms.CharField(
            label=_("Words and phrases, one per line"),
            required=False,
            initial="\n".join(known.get(HoldKind.WORDS, {}).get("words", [])),
            widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        )

    def switch(self, kind: HoldKind) -> forms.Field:
        raise NotImplementedError

    def is_on(self, kind: HoldKind) -> bool:
        """Whether a valid form switches a rule on."""
        raise NotImplementedError

    def clean_words_list(self) -> list[str]:
        words = [line.strip() for line in self.cleaned_data["words_list"].splitlines() if line.strip()]
        if len(words) > WATCHED_WORDS:
            raise forms.ValidationError(
                _("You can list at most %(most)s words. Please remove some."), params={"most": WATCHED_WORDS}
            )
        for word in words:
            if len(word) > WATCHED_LENGTH or not normalise(word):
                raise forms.ValidationError(
                    _("The filter cannot search for this: %(word)s"), params={"word": word[:60]}
                )
        return words

    def clean(self) -> None:
        if self.is_on(HoldKind.WORDS) and not self.cleaned_data.get("words_list", True):
            self.add_error("words_list", _("Please enter at least one word, or turn this rule off."))

    def stored_as(self, kind: HoldKind) -> dict[str, Any]:
        """A rule that a valid form switches on or off, as it is stored."""
        facts: dict[str, Any] = {"is_on": self.is_on(kind)}
        if kind in NUMBERS:
            facts["number"] = self.cleaned_data[f"{kind.value}_number"]
        if kind is HoldKind.WORDS:
            facts["words"] = self.cleaned_data["words_list"]
        return facts


class EventRulesForm(RulesForm):
    """The rules of an event: on or off. `tells_waiting`: whether the event tells readers what waits."""

    def __init__(self, data: Any, *, stored: dict[str, Any], tells_waiting: bool) -> None:
        self.stored = stored
        super().__init__(data, known=stored)
        self.fields["told"] = forms.BooleanField(
            label=_("Show readers how many replies are awaiting review"),
            required=False,
            initial=tells_waiting,
        )
        self.fields["flagged_number"] = forms.FloatField(
            label=_("Hold a comment for review when flags reach this weight"),
            min_value=0,
            max_value=100,
            initial=stored.get(HoldKind.FLAGGED, {}).get("number", ENOUGH),
            help_text=_(
                "A person's first flag has weight 1. Later flags weigh up to 2 if moderators accepted the "
                "earlier ones, or as little as 0.2 if they dismissed them. With 0, flags never hide a "
                "comment; moderators still see them."
            ),
            widget=forms.NumberInput(attrs={"step": "0.1"}),
        )

    def switch(self, kind: HoldKind) -> forms.Field:
        is_on = self.stored.get(kind, {}).get("is_on", False)
        return forms.BooleanField(label=kind.label, required=False, initial=is_on)

    def is_on(self, kind: HoldKind) -> bool:
        return bool(self.cleaned_data.get(kind.value))

    @property
    def rules(self) -> dict[str, Any]:
        """What a valid form says, as it is stored."""
        made = {kind.value: self.stored_as(kind) for kind in HOLD_RULES}
        return made | {HoldKind.FLAGGED.value: {"number": self.cleaned_data["flagged_number"]}}


class ThemeRulesForm(RulesForm):
    """The rules of a theme: as the event has them, or on or off whatever the event has."""

    def __init__(self, data: Any, *, stored: dict[str, Any], of_event: dict[str, Any]) -> None:
        self.stored, self.of_event = stored, of_event
        self.on_in_event = {rule.kind: rule for rule in rules_of(of_event)}
        super().__init__(data, known=of_event | stored)

    def switch(self, kind: HoldKind) -> forms.Field:
        as_event = _("Same as for the whole event (%(now)s)") % {"now": in_words(self.on_in_event.get(kind))}
        choices = [(AS_EVENT, as_event), (ON, _("On in this theme")), (OFF, _("Off in this theme"))]
        here = {None: AS_EVENT, True: ON, False: OFF}[self.stored.get(kind, {}).get("is_on")]
        return forms.ChoiceField(
            label=kind.label, required=False, choices=choices, initial=here, widget=forms.RadioSelect
        )

    def is_on(self, kind: HoldKind) -> bool:
        return bool(self.cleaned_data.get(kind.value) == ON)

    @property
    def rules(self) -> dict[str, Any]:
        """What differs from the event; of words that are not looked for now, the list alone."""
        made = {kind.value: self.stored_as(kind) for kind in HOLD_RULES if self.cleaned_data[kind.value] != AS_EVENT}
        words = self.cleaned_data["words_list"]
        if HoldKind.WORDS.value not in made and words != self.of_event.get(HoldKind.WORDS, {}).get("words", []):
            made[HoldKind.WORDS.value] = {"words": words}
        return made


def in_words(rule: HoldRule | None) -> str:
    """How a rule of the event stands, in a few words; None is one that is off."""
    if rule is None:
        return gettext("now: off")
    if rule.kind not in NOW_ON:
        return gettext("now: on")
    return str(NOW_ON[rule.kind] % {"n": len(rule.words) if rule.kind is HoldKind.WORDS else rule.number})
