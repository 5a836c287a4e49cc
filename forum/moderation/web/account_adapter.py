"""Who comes in: what the forum adds to accounts, which know nothing of it (ACCOUNT_ADAPTER names this door)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.adapter import AccountAdapter, address_of
from forum.dialogue.queries import sanctions
from forum.dialogue.rules.blocks import block_on_address, block_on_email
from forum.kernel.choices import BlockKind

SIGN_UP, OTHER_ADDRESS = "account_signup", "account_email"


class ForumAccountAdapter(AccountAdapter):
    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Asked after the right password, before anybody is logged in: who is suspended reads why and until when."""
        if (no := super().pre_login(request, user, **kwargs)) is not None:
            return no
        told = sanctions.shutting_out(user, now=timezone.now())
        if told is None:
            return None
        return render(request, "account/shut_out.html", {"sanction": told}, status=403)

    def clean_email(self, email: str) -> str:
        """Refuses addresses of a blocked provider to who signs up or takes another one, and sign-ups from a blocked
        network. Raises ValidationError.

        allauth asks again about a new address while it keeps it, which a known one is spared: we look once a request.
        """
        email = super().clean_email(email)
        let_in: set[str] = self.request.__dict__.setdefault("_let_in", set()) if self.request else set()
        if email in let_in:
            return email
        door = self.request.resolver_match.url_name if self.request and self.request.resolver_match else ""
        now = timezone.now()
        found = block_on_email(email, now=now) if door in {SIGN_UP, OTHER_ADDRESS} else None
        if found is None and door == SIGN_UP and (address := address_of(self.request)):
            found = block_on_address(address, now=now)
        if found is not None:
            raise ValidationError(_refusal(found))
        let_in.add(email)
        return email


def _refusal(found: Any) -> str:
    said = {
        BlockKind.DOMAIN: _("Signing up with this email provider is not possible at the moment."),
        BlockKind.NETWORK: _("Signing up from this network is not possible at the moment."),
    }[BlockKind(found.kind)]
    if not found.event.contact:
        return said
    return f"{said} {_('Please write to %(contact)s.') % {'contact': found.event.contact}}"
