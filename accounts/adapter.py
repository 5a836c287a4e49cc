"""What accounts add to django-allauth; moderation/web/account_adapter.py adds the forum's part."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from accounts.addresses import check_letters
from accounts.models import Person

ASKED_BY_ANYBODY = {
    f"account/email/{name}"
    for name in (
        "account_already_exists",
        "email_confirmation",
        "email_confirmation_signup",
        "password_reset_key",
        "unknown_account",
    )
}
WANTED = "wanted"  # session key: the page somebody wanted to see when they signed up


def address_of(request: HttpRequest) -> str:
    """The visitor's network address, "" if it is not known: the one place that reads it.

    allauth believes X-Forwarded-For only of the proxies that BEHIND_PROXY counts.
    """
    try:
        return get_adapter(request).get_client_ip(request)
    except (PermissionDenied, ImproperlyConfigured):  # the second: they came past one of the proxies
        return ""


def _network_and(request: HttpRequest, email: str) -> str:
    return f"{ratelimit.get_ip(request)} {email.lower()}"


def _at_site(url: str) -> str:
    """The same page under the public address."""
    return settings.SITE_URL + urlsplit(url)._replace(scheme="", netloc="").geturl()


def _site() -> SimpleNamespace:
    public = urlsplit(settings.SITE_URL).netloc
    return SimpleNamespace(name=public, domain=public)


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: Person, form: Any, commit: bool = True) -> Person:
        user.name = form.cleaned_data["name"]
        user.group = form.cleaned_data["group"]
        user.organisation = form.cleaned_data["organisation"]
        request.session[WANTED] = request.POST.get("next", "")
        return super().save_user(request, user, form, commit=commit)

    def clean_email(self, email: str) -> str:
        """Whatever form of allauth's an address came by. Raises ValidationError."""
        check_letters(email)
        return super().clean_email(email)

    def set_password(self, user: Person, password: str) -> None:
        """Saves the password and nothing else: what a moderator writes beside it, such as the epoch, must stay."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sends an email whose links lead to SITE_URL, whatever host the request named.

        What anybody can have sent to any mailbox goes a few times from one network, whether the address is known or
        not; the page says the same when it does not.
        """
        if template_prefix in ASKED_BY_ANYBODY and not self._may_have_sent(email):
            return
        links = {name: _at_site(url) for name, url in context.items() if name.endswith("_url")}
        super().send_mail(template_prefix, email, {**context, **links, "current_site": _site()})

    def _may_have_sent(self, email: str) -> bool:
        pair = _network_and(self.request, email)
        return bool(ratelimit.consume(self.request, app="allauth.account", action="send_email", key=pair))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords count for one account from one network: a stranger elsewhere locks nobody out."""
        return _network_and(request, credentials.get("email", ""))

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """Back to where somebody wanted to go when they signed up, by way of the login if that is still to do."""
        wanted = self.request.session.get(WANTED, "")
        if not url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
            return super().get_email_verification_redirect_url(email_address)
        if self.request.user.is_authenticated:
            return wanted
        return f"{reverse('account_login')}?{urlencode({'next': wanted})}"

    def populate_username(self, request: HttpRequest, user: Person) -> None:
        """People are known by their email address and shown by their name: there is no username to make."""
