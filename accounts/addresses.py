"""Email addresses that mail can reach.

Django's check compares without case, and four letters that are not ASCII fold into ASCII ones (İ, ı, ſ and the Kelvin
sign): it takes "İlham@x.az". Written in small letters, that is an address to which no mail can be sent, or somebody
else's (RFC 2047, section 5; RFC 6531 asks for servers that Django's mailer does not speak to).
"""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

_FOLDED = {"İ": "i", "ı": "i", "ſ": "s", "\u212a": "k"}
_PLAIN = str.maketrans(_FOLDED | {"\u0307": ""})
_UNSURE = set(_FOLDED) - {"ı"}  # never in a domain, which may have other letters than ASCII, ı among them


def check_letters(address: str) -> None:
    """Refuses letters before the @ that are not ASCII, and those that fold into it. Raises ValidationError."""
    name, _at, domain = address.rpartition("@")
    if name.isascii() and not _UNSURE & set(domain):
        return
    meant = unicodedata.normalize("NFKC", address.translate(_PLAIN)).translate(_PLAIN).lower()
    try:
        validate_email(meant if meant.isascii() else "")
    except ValidationError:
        sentence = _("This email address has a letter that mail cannot use. Please check it.")
        raise ValidationError(sentence, code="letters") from None
    sentence = _("This email address has a letter that mail cannot use. Did you mean %(address)s?")
    raise ValidationError(sentence, code="letters", params={"address": meant})


def check_address(address: str) -> None:
    """Django's check, behind ours. Raises ValidationError."""
    check_letters(address)
    validate_email(address)


class AddressField(forms.EmailField):
    """An email address that mail can reach."""

    default_validators = [check_address]


class ChecksAddresses(forms.Form):
    """For allauth's forms, whose fields are its own: checks every address before it is put into lower case."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.EmailField):
                field.validators = [check_address if each is validate_email else each for each in field.validators]
