"""The links in emails by which authors appeal a decision without logging in, also when suspended or banned."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing

from forum.kernel.choices import APPEALABLE
from forum.models import LogEntry

VALID = timedelta(days=90)  # time enough to read an email after a long absence; an old mailbox opens nothing for ever
SALT = "parley.answering"


def address(entry_id: int, person_id: int) -> str:
    """Where this person appeals this decision, for anyone who has the link."""
    return f"/answers/{signing.dumps([entry_id, person_id], salt=SALT)}/"


def decision(signed: str) -> LogEntry | None:
    """The decision that a link is for, with its comment and author; None if the link is none of ours, or too old.

    One query.
    """
    try:
        entry_id, person_id = signing.loads(signed, salt=SALT, max_age=VALID)
    except signing.BadSignature:  # an expired one, too
        return None
    related = ("appeal", "comment__author", "comment__thread__theme__event")
    theirs = LogEntry.objects.filter(comment__author=person_id, comment__author__is_active=True, act__in=APPEALABLE)
    return theirs.select_related(*related).filter(pk=entry_id).first()
