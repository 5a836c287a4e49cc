"""Who comes in: what the forum adds to accounts, which know nothing of it (ACCOUNT_ADAPTER names this door)."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.adapter import AccountAdapter
from forum.choices import BlockKind
from forum.queries import sanctions
from forum.reasons import Reason
from forum.rules.blocks import block_on_address, block_on_email, is_newcomer

SIGN_UP, OTHER_ADDRESS = "account_signup", "account_email"


class Entrance(AccountAdapter):
    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Asked after the right password, before anybody is logged in: who is suspended reads why and until when."""
        if (no := super().pre_login(request, user, **kwargs)) is not None:
            return no
        told = sanctions.shutting_out(user, now=timezone.now())
        if told is None:
            return None
        return render(request, "account/shut_out.html", {"halt": told}, status=403)

    def clean_email(self, email: str) -> str:
        """Refuses addresses of a blocked provider to who signs up or takes another one, and sign-ups from a blocked
        network. Raises ValidationError."""
        email = super().clean_email(email)
        door = self.request.resolver_match.url_name if self.request and self.request.resolver_match else ""
        now = timezone.now()
        found = block_on_email(email, now=now) if door in {SIGN_UP, OTHER_ADDRESS} else None
        if found is None and door == SIGN_UP and (address := address_of(self.request)):
            found = block_on_address(address, now=now)
        if found is not None:
            raise ValidationError(_refusal(found))
        return email


def address_of(request: HttpRequest) -> str:
    """The network address of who asks, "" where there is none: the one place that reads it.

    allauth's own way, which believes X-Forwarded-For only of the proxies that BEHIND_PROXY counts.
    """
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:
        return ""


def why_not_from_here(request: HttpRequest) -> Reason | None:
    """Whether a new account may send what it wrote from its network. One query for new accounts, else none."""
    now = timezone.now()
    if not is_newcomer(request.user, now=now) or not (address := address_of(request)):
        return None
    return Reason.NETWORK_BLOCKED if block_on_address(address, now=now) else None


def _refusal(found: Any) -> str:
    said = {
        BlockKind.DOMAIN: _("Sign-up from this mail provider is not possible just now."),
        BlockKind.NETWORK: _("Sign-up from this network is not possible just now."),
    }[BlockKind(found.kind)]
    if not found.event.contact:
        return said
    return f"{said} {_('Please write to %(contact)s.') % {'contact': found.event.contact}}"
