"""allauth's forms that take an email address (ACCOUNT_FORMS); the one for signing up is in `signup`."""

from typing import Any

from allauth.account import forms
from django.utils.translation import gettext_lazy as _

from accounts.addresses import ChecksAddresses


class LoginForm(ChecksAddresses, forms.LoginForm):
    """Logging in."""


class AddEmailForm(ChecksAddresses, forms.AddEmailForm):
    """Taking another address."""


class ResetPasswordForm(ChecksAddresses, forms.ResetPasswordForm):
    """Asking for a new password."""


class CodeForm(forms.ConfirmEmailVerificationCodeForm):
    """Typing the code from the email."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.max_length = 40
        field.error_messages["required"] = _("Please enter the code from the email.")
        field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
