"""The sign-up form as allauth uses it; apart from `forms`, from which allauth makes its own."""

from copy import copy
from typing import Any
from uuid import uuid4

from allauth.account.forms import SignupForm
from django.db import transaction
from django.http import HttpRequest

from accounts.addresses import ChecksAddresses


class EqualSignupForm(ChecksAddresses, SignupForm):
    """Does the same work whether the address is known or not, so that the time of the answer tells nothing."""

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists:
            self._save_for_nothing(request)
            request.session.save()  # one commit, as for a new person
            return super().try_save(request)
        with transaction.atomic():
            return super().try_save(request)

    def _save_for_nothing(self, request: HttpRequest) -> None:
        """Saves a person with an address that nobody has, password hashed, and takes it back."""
        form = copy(self)
        form.account_already_exists = False
        form.cleaned_data = {**self.cleaned_data, "email": f"{uuid4().hex}@parley.invalid"}
        with transaction.atomic():
            form.save(request)
            transaction.set_rollback(True)
