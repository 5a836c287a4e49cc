"""What the database and the folder hold: whether it agrees with itself, and what waits for somebody."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from forum.dialogue.queries import counts, trees
from forum.events.queries import events
from forum.jobs import upkeep
from forum.mail import confirmations
from forum.mail.sending import MOST_TRIES

LATE = timedelta(minutes=15)  # longer than anything that is due waits while a server runs
YOUNG = timedelta(hours=1)  # a file that arrives lies there before its row does


def tree_problems() -> list[str]:
    """Comments whose place in the tree does not match their parents."""
    found = list(trees.flaws())
    if not found:
        return []
    first = f"thread {found[0].thread_id}: {found[0].sentence}"
    return [
        f"{len(found)} comments are in the wrong place in their tree ({first}). Run manage.py check_trees --repair."
    ]


def count_problems() -> list[str]:
    """Counts that are wrong."""
    if not (themes := counts.wrongly_counted_themes()):
        return []
    return [f"Counts are wrong in {len(themes)} themes (theme {themes[0]}). Run manage.py recount."]


def search_problems() -> list[str]:
    """Comments whose search index is out of date."""
    if not (wrong := counts.wrongly_indexed()):
        return []
    return [f"{wrong} comments are indexed wrongly for search. Run manage.py reindex."]


def missing_file_problems() -> list[str]:
    """Attached files that are missing."""
    if not (missing := upkeep.missing_files()):
        return []
    lost = f"{len(missing)} attached files are missing ({missing[0]})"
    return [f"{lost}. Check FILES_FOLDER, or restore them from a backup."]


def stray_file_warnings() -> list[str]:
    """Files that belong to no comment."""
    if not (stray := upkeep.stray_files(before=timezone.now() - YOUNG)):
        return []
    return [f"{len(stray)} files belong to no comment ({stray[0]}). You can delete them to free disk space."]


def name_warnings() -> list[str]:
    """Events and themes that cannot be reached, because their URL is one of Parley's own."""
    return [
        f"{address} is an address that Parley uses itself. Rename it in the admin site, and tell people who link to it."
        for address in events.taken()
    ]


def due_problems() -> list[str]:
    """Emails that are overdue."""
    late = 0
    if confirmations.unconfirmed() is None:
        late = upkeep.overdue_mail(since=timezone.now() - LATE, most_tries=MOST_TRIES)
    if not late:
        return []
    return [
        f"{late} emails are overdue, because nothing sends them. Run manage.py serve, or manage.py do_due from a timer."
    ]


def given_up_warnings() -> list[str]:
    """Emails that the mail server refused again and again."""
    if not (count := upkeep.given_up_mail(most_tries=MOST_TRIES)):
        return []
    return [
        f"{count} emails were refused {MOST_TRIES} times and will not be retried. See the server log for the reason."
    ]


def uncertain_warnings() -> list[str]:
    """Emails that may not have been sent, because the server stopped while sending them."""
    if not (count := upkeep.uncertain_mail(now=timezone.now())):
        return []
    return [f"{count} emails may not have been sent. See those marked Uncertain in the admin site."]


def restored_warnings() -> list[str]:
    """Whether this is a restored copy that still withholds its email."""
    if (copy := confirmations.unconfirmed()) is None:
        return []
    return [
        f"This is a copy, restored from the backup of {copy.archived_at:%Y-%m-%d %H:%M} UTC. It sends no email. "
        "If it is now the live site, run manage.py confirm_restore."
    ]
