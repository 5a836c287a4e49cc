"""The only seam to django-allauth: what a new person keeps from the sign-up form, and where mail comes from."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.models import Person


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: Person, form: Any, commit: bool = True) -> Person:
        user.name = form.cleaned_data["name"]
        user.group = form.cleaned_data["group"]
        user.organisation = form.cleaned_data["organisation"]
        return super().save_user(request, user, form, commit=commit)

    def populate_username(self, request: HttpRequest, user: Person) -> None:
        """People are known by their e-mail address and shown by their name: there is no username to make."""
