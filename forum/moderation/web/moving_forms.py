"""What moderators fill in when they give a conversation another place."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as now_in_words
from django.utils.translation import gettext_lazy as _

from accounts.visible import check_visible
from forum.dialogue.queries import comments, themes, threads
from forum.events.web.reason_forms import OptionalReasonForm
from forum.kernel.choices import TITLE_LENGTH
from forum.kernel.names import CODE
from forum.kernel.reasons import Reason
from forum.moderation.rules.moving import why_not_merge

ADDRESS = re.compile(r"/(?P<kind>threads|comments)/(?P<key>[0-9]{1,15})/")
LABEL = re.compile(rf"^(?P<code>{CODE})-(?P<number>[0-9]{{1,9}})$", re.IGNORECASE | re.ASCII)


class SplitForm(OptionalReasonForm):
    title = forms.CharField(
        label=_("Title of the new thread"),
        max_length=TITLE_LENGTH,
        validators=[check_visible],
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    field_order = ["title"]


class MoveForm(OptionalReasonForm):
    to = forms.ChoiceField(label=_("Target theme"))
    field_order = ["to"]

    def __init__(self, *args: object, case: Any, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        others = themes.others_of(case.theme)
        self.themes = {str(theme.pk): theme for theme in others}
        if self.data.get("to") == str(case.theme.pk):  # the same form once more: the act knows whether it did this
            self.themes[self.data["to"]] = case.theme
        self.fields["to"].choices = [(key, str(theme)) for key, theme in self.themes.items()]  # type: ignore[attr-defined]

    def clean_to(self) -> Any:
        return self.themes[self.cleaned_data["to"]]


class MergeForm(OptionalReasonForm):
    """The other thread is named as people name it: by its address, or by the number of any of its comments."""

    into = forms.CharField(
        label=_("Target thread"),
        help_text=_("Its link, or the number of any comment in it, such as P-47."),
        widget=forms.TextInput(attrs={"autocapitalize": "off", "spellcheck": "false"}),
    )
    field_order = ["into"]

    def clean_into(self) -> Any:
        thread = self._named(self.cleaned_data["into"].strip())
        if thread is None:
            sentence = now_in_words("There is no such thread here. Paste its link, or a comment number such as P-47.")
            raise forms.ValidationError(sentence)
        if (no := why_not_merge(self.person, self.case.thing, thread)) is not None and no is not Reason.NOT_MODERATOR:
            raise forms.ValidationError(str(no.label))
        return thread

    def _named(self, text: str) -> Any:
        event = self.case.theme.event
        if (label := LABEL.match(text)) is not None:
            return threads.with_label(self.person, event.slug, label["code"].upper(), int(label["number"]))
        if (address := ADDRESS.search(text)) is None:
            return None
        key = int(address["key"])
        return threads.known(self.person, key if address["kind"] == "threads" else comments.thread_of(key))
