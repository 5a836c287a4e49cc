"""From where nobody signs up at present, and who may say so.

Both sides of every comparison are brought into one form first: domains in small ASCII letters (IDNA), addresses of
IPv4 that came as IPv6 as what they are.
"""

from __future__ import annotations

from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from accounts.models import Viewer
from forum.events.rules.roles import may_organise
from forum.kernel.choices import NEWCOMER, BlockKind
from forum.kernel.reasons import Reason
from forum.models import Block

WIDEST = {4: 16, 6: 32}  # bits of a network; a shorter prefix takes in whole countries


def why_not_block(person: Viewer, event_id: int) -> Reason | None:
    """Whether somebody sets and lifts blocks: organisers of any event, and the staff of the site."""
    if person.is_authenticated and person.is_staff:
        return None
    return None if may_organise(person, event_id) else Reason.NOT_ORGANISER


def why_not_lift_block(person: Viewer, block: Block) -> Reason | None:
    """Only where it was set: what another event's organisers decided is theirs to take back."""
    if (no := why_not_block(person, block.event_id)) is not None:
        return no
    return Reason.ENDED_ALREADY if block.lifted_at else None


def normal_domain(typed: str) -> str:
    """The one form of a domain, of "@Example.org" as of "*.example.org". Raises ValueError for what is none."""
    name = typed.strip().removeprefix("*").lstrip("@.").rstrip(".")
    domain = name.encode("idna").decode().lower()  # UnicodeError is a ValueError
    labels = domain.split(".")
    if len(labels) < 2 or len(domain) > 253 or not all(_is_label(label) for label in labels):
        raise ValueError(typed)
    return domain


def normal_network(typed: str) -> str:
    """The one form of an address or a range. Raises ValueError for what is none, or wider than we refuse at once."""
    network = ip_network(typed.strip(), strict=False)
    address, length = network.network_address, network.prefixlen
    if isinstance(address, IPv6Address) and address.ipv4_mapped and length >= 96:
        network = ip_network((address.ipv4_mapped, length - 96))
    if network.prefixlen < WIDEST[network.version]:
        raise ValueError(typed)
    return str(network)


def is_in(address: str, network: str) -> bool:
    """Whether an address lies in a range; neither of another kind nor nonsense does."""
    try:
        return _plain(address) in ip_network(network)
    except ValueError:
        return False


def block_on_email(email: str, *, now: datetime) -> Block | None:
    """What keeps an email address from signing up: its domain or one above it. One query."""
    try:
        labels = normal_domain(email.rpartition("@")[2]).split(".")
    except ValueError:
        return None
    domains = [".".join(labels[place:]) for place in range(len(labels) - 1)]
    found = Block.objects.effective(now).filter(kind=BlockKind.DOMAIN, value__in=domains)
    return found.select_related("event").order_by("-pk").first()


def block_on_address(address: str, *, now: datetime) -> Block | None:
    """What keeps sign-ups from a network address out. One query."""
    networks = Block.objects.effective(now).filter(kind=BlockKind.NETWORK).select_related("event")
    return next((block for block in networks.order_by("-pk") if is_in(address, block.value)), None)


def is_newcomer(person: Viewer, *, now: datetime) -> bool:
    """Whether a block of networks concerns this account."""
    return bool(person.is_authenticated and person.date_joined > now - NEWCOMER)


def _plain(address: str) -> IPv4Address | IPv6Address:
    found = ip_address(address)
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def _is_label(label: str) -> bool:
    inside = label.replace("-", "")
    return 0 < len(label) <= 63 and inside.isascii() and inside.isalnum() and label[0] != "-" != label[-1]
