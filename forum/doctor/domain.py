"""The DNS records by which other mail servers decide whether to take our emails, and where theirs to us go.

RFC 7208 (SPF), RFC 6376 (DKIM), RFC 7489 (DMARC). A record that is missing is a warning: a relay may sign with a domain
of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import dns.exception
import dns.resolver
from django.conf import settings

from forum.doctor.post import SMTP
from forum.mail.message import own_address

NAME = re.compile(r"(?:[\w-]+\.)+[^\W\d][\w-]+")
PATIENCE = 5.0  # seconds for all name servers together


def domain_warnings() -> list[str]:
    """What the domain of the sender lacks, as far as DNS says; nothing while emails are only printed or stored."""
    if settings.EMAIL_SENT_BY != SMTP:
        return []
    domain = own_address().rpartition("@")[2]
    if not NAME.fullmatch(domain):
        return []  # a network address, or a machine of this network
    try:
        return [*_sender(domain), *_incoming()]
    except dns.exception.DNSException as error:
        return [f"The DNS records of {domain} could not be looked up: {type(error).__name__}. Check the network."]


def _sender(domain: str) -> Iterator[str]:
    policies = [text for text in _texts(domain) if text.lower().startswith("v=spf1")]
    if not policies:
        yield (
            f"{domain} has no SPF record, so mail servers may refuse our emails. Add a TXT record such as "
            "“v=spf1 mx -all” that names the mail server."
        )
    elif len(policies) > 1:
        yield f"{domain} has {len(policies)} SPF records, which counts as an error. Keep one."
    if not any(text.lower().startswith("v=dmarc1") for text in _texts(f"_dmarc.{domain}")):
        yield (
            f"{domain} has no DMARC record. Add a TXT record at _dmarc.{domain} such as "
            "“v=DMARC1; p=none; rua=mailto:postmaster@" + domain + "”."
        )
    selector = settings.DKIM_SELECTOR
    if selector and not any("p=" in text for text in _texts(f"{selector}._domainkey.{domain}")):
        yield (
            f"There is no DKIM key at {selector}._domainkey.{domain}. Add the TXT record that the mail server's "
            "configuration shows, or correct DKIM_SELECTOR."
        )


def _incoming() -> Iterator[str]:
    domain = settings.INCOMING_EMAIL.rpartition("@")[2]
    if domain and not _found(domain, "MX") and not _found(domain, "A") and not _found(domain, "AAAA"):
        yield f"No mail server takes emails to {domain}, so replies are lost. Add an MX record (see INCOMING_EMAIL)."


def _texts(name: str) -> list[str]:
    return ["".join(part.decode("ascii", "replace") for part in record.strings) for record in _found(name, "TXT")]


def _found(name: str, kind: str) -> list[Any]:
    """The records of a kind; none if the name does not exist. Raises DNSException if nobody answers."""
    try:
        return list(dns.resolver.resolve(name, kind, lifetime=PATIENCE))
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
