"""allauth's forms that take an email address (ACCOUNT_FORMS); the one for signing up is in `signup`."""

from allauth.account import forms

from accounts.addresses import ChecksAddresses


class LoginForm(ChecksAddresses, forms.LoginForm):
    """Logging in."""


class AddEmailForm(ChecksAddresses, forms.AddEmailForm):
    """Taking another address."""


class ResetPasswordForm(ChecksAddresses, forms.ResetPasswordForm):
    """Asking for a new password."""
