"""Whether somebody may write from the network they come from."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from accounts.adapter import address_of
from forum.dialogue.rules.blocks import block_on_address, is_newcomer
from forum.kernel.reasons import Reason


def why_not_from_here(request: HttpRequest) -> Reason | None:
    """Whether a new account may send what it wrote from its network. One query for new accounts, else none."""
    now = timezone.now()
    if not is_newcomer(request.user, now=now) or not (address := address_of(request)):
        return None
    return Reason.NETWORK_BLOCKED if block_on_address(address, now=now) else None
