"""A field for words that people read."""

from django import forms

from accounts.visible import few_marks, shows_nothing


class WrittenField(forms.CharField):
    """A text of one or several lines. One of which nobody would see anything counts as empty."""

    def to_python(self, value: object) -> str:
        text = super().to_python(value) or ""
        return "" if shows_nothing(text) else few_marks(text)
