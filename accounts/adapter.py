"""The only seam to django-allauth: what a new person keeps from the sign-up form, and where mail comes from."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from accounts.models import Person

WANTED = "wanted"  # session key: the page somebody wanted to see when they signed up


def address_of(request: HttpRequest) -> str:
    """The visitor's network address, as the limits on login count it; "" if it is not known."""
    try:
        return get_adapter(request).get_client_ip(request)
    except PermissionDenied:
        return ""


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: Person, form: Any, commit: bool = True) -> Person:
        user.name = form.cleaned_data["name"]
        user.group = form.cleaned_data["group"]
        user.organisation = form.cleaned_data["organisation"]
        request.session[WANTED] = request.POST.get("next", "")
        return super().save_user(request, user, form, commit=commit)

    def set_password(self, user: Person, password: str) -> None:
        """Saves the password and nothing else: what a moderator writes beside it, such as the epoch, must stay."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """Back to where somebody wanted to go when they signed up, by way of the login if that is still to do."""
        wanted = self.request.session.get(WANTED, "")
        if not url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
            return super().get_email_verification_redirect_url(email_address)
        if self.request.user.is_authenticated:
            return wanted
        return f"{reverse('account_login')}?{urlencode({'next': wanted})}"

    def populate_username(self, request: HttpRequest, user: Person) -> None:
        """People are known by their e-mail address and shown by their name: there is no username to make."""
