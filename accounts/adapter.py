"""What accounts add to django-allauth; moderation/web/account_adapter.py adds the forum's part."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.models import EmailConfirmationHMAC
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.core.ratelimit import respond_429
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _

from accounts.addresses import check_letters
from accounts.models import Person

# A page that asks for a code says that it was sent; where it was not, that has to be said.
MUST_ARRIVE = {
    f"account/email/{name}" for name in ("account_already_exists", "email_confirmation", "email_confirmation_signup")
}
ASKED_BY_ANYBODY = MUST_ARRIVE | {f"account/email/{name}" for name in ("password_reset_key", "unknown_account")}
WANTED = "wanted"  # session key: the page somebody wanted to see when they signed up


def address_of(request: HttpRequest) -> str:
    """The visitor's network address, "" if it is not known: the one place that reads it.

    allauth believes X-Forwarded-For only of the proxies that BEHIND_PROXY counts.
    """
    try:
        return get_adapter(request).get_client_ip(request)
    except (PermissionDenied, ImproperlyConfigured):  # the second: they came past one of the proxies
        return ""


def wanted_page(request: HttpRequest) -> str:
    """The page of this site that somebody wanted to see when they signed up, "" for none."""
    wanted: str = request.session.get(WANTED, "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""


def _network_and(request: HttpRequest, email: str) -> str:
    return f"{ratelimit.get_ip(request)} {email.lower()}"


def _at_site(url: str) -> str:
    """The same page under the public address."""
    return settings.SITE_URL + urlsplit(url)._replace(scheme="", netloc="").geturl()


def _site() -> SimpleNamespace:
    public = urlsplit(settings.SITE_URL).netloc
    return SimpleNamespace(name=public, domain=public)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": _("This is not the code from the newest email. Please check it."),
        "too_many_emails": _("We sent several emails to this address. Please look for them, or wait five minutes."),
    }

    def save_user(self, request: HttpRequest, user: Person, form: Any, commit: bool = True) -> Person:
        user.name = form.cleaned_data["name"]
        user.group = form.cleaned_data["group"]
        user.organisation = form.cleaned_data["organisation"]
        user.time_zone = form.cleaned_data["time_zone"]
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
        if template_prefix in ASKED_BY_ANYBODY and not self.count_email_to(email):
            if template_prefix in MUST_ARRIVE:
                raise ImmediateHttpResponse(respond_429(self.request))
            return
        links = {name: _at_site(url) for name, url in context.items() if name.endswith("_url")}
        super().send_mail(template_prefix, email, {**context, **links, "current_site": _site()})

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        """Sends the code and, for an address that is kept already, the link."""
        address = emailconfirmation.email_address
        context = {"user": address.user, "code": emailconfirmation.key}
        if address.pk:
            confirmation = EmailConfirmationHMAC(address)
            context["activate_url"] = self.get_email_confirmation_url(request, confirmation)
        name = "email_confirmation_signup" if signup else "email_confirmation"
        self.send_mail(f"account/email/{name}", address.email, context)

    def may_send_to(self, email: str) -> bool:
        """Whether one more email may go to this address from this network."""
        return self.count_email_to(email, dry_run=True)

    def count_email_to(self, email: str, *, dry_run: bool = False) -> bool:
        """Counts an email to this address from this network; False, and not counted, if there were enough."""
        pair, app = _network_and(self.request, email), "allauth.account"
        return bool(ratelimit.consume(self.request, app=app, action="send_email", key=pair, dry_run=dry_run))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords count for one account from one network: a stranger elsewhere locks nobody out."""
        return _network_and(request, credentials.get("email", ""))

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """Where somebody goes on who confirmed an address and is not logged in by it: among their addresses if they
        were logged in before, else by way of the login to the page they wanted."""
        if self.request.user.is_authenticated:
            return reverse("account_email")
        wanted = wanted_page(self.request)
        return f"{reverse('account_login')}?{urlencode({'next': wanted})}" if wanted else reverse("account_login")

    def populate_username(self, request: HttpRequest, user: Person) -> None:
        """People are known by their email address and shown by their name: there is no username to make."""
