"""Reports of mail servers about emails of ours that they could not deliver."""

from __future__ import annotations

from email.message import Message

from forum.mail.addresses import SignedAddress


def handle_bounce(message: Message, address: SignedAddress) -> None:
    """Called for every email to an address for reports; `address` says whose mailbox it is about.

    That it came is recorded (IncomingState.REPORT). Nothing follows from it yet.
    """
