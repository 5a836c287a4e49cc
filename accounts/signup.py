"""The sign-up form as allauth uses it; apart from `forms`, from which allauth makes its own."""

from copy import copy
from datetime import timedelta
from typing import Any
from uuid import uuid4

from allauth.account.adapter import get_adapter
from allauth.account.forms import SignupForm
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.addresses import ChecksAddresses
from accounts.programs import HONEYPOT_FIELD, OPENED, sign_opening_time, time_taken

TOO_QUICK = timedelta(seconds=2)  # from opening the sign-up page to sending it; typing a password takes longer
FILLED_IN = _(
    "A hidden field was filled in, which automated programs often do. We have cleared it. Please "
    "check your details, enter your password and send the form again."
)
QUICK = _(
    "This form was sent unusually fast. Please check your password and send the form again, so that we know a person "
    "is signing up."
)


class EqualSignupForm(ChecksAddresses, SignupForm):
    """Does the same work whether the address is known or not, so that the time of the answer tells nothing.

    A submission that looks automated is shown again, if nothing else is wrong with it: with an empty honeypot field,
    and with a time that is long enough, so that nobody who types fast is stopped twice.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        password = self.fields["password1"]
        password.help_text = _("At least 8 characters. Please do not use a common password or your address.")
        password.widget.attrs["minlength"] = 8  # as AUTH_PASSWORD_VALIDATORS has it

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        email = facts.get("email")
        if email and not get_adapter().may_send_to(email):
            self.add_error("email", get_adapter().error_messages["too_many_emails"])
        if self.errors:
            return facts
        taken = time_taken(facts.get(OPENED, ""), now=timezone.now())
        if self.data.get(HONEYPOT_FIELD):
            self.add_error(None, FILLED_IN)
        elif taken is None or taken < TOO_QUICK:
            self.add_error(None, QUICK)
        else:
            return facts
        self.data = {**dict(self.data.items()), OPENED: sign_opening_time(timezone.now() - TOO_QUICK)}
        return facts

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
