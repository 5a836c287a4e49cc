"""Why a comment waits, in words for its author and for the moderators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext, ngettext

from forum.choices import FlagKind, HoldKind

KINDS = dict(FlagKind.choices)


def nudge(reasons: Sequence[dict[str, Any]]) -> str:
    """What a writer is told before a text is sent that would wait for its words, or because it was sent before."""
    words = [word for reason in reasons for word in reason["words"]]
    is_repeated = any(reason["kind"] == HoldKind.REPETITION for reason in reasons)
    if words and is_repeated:
        said = gettext("A moderator would read this first, because it contains %(word)s and was sent before.")
    elif words:
        said = gettext("A moderator would read this first, because it contains %(word)s.")
    else:
        said = gettext("A moderator would read this first, because you sent the same text before.")
    return " ".join([said % {"word": ", ".join(words)}, gettext("Edit it, or send it for review.")])


def to_author(reason: dict[str, Any]) -> str:
    """A reason as it was stored when the comment was held, for whoever wrote it."""
    match reason["kind"]:
        case HoldKind.REPETITION:
            return gettext("You sent the same text before.")
        case HoldKind.REVISED:
            return gettext("You revised it, as a moderator had asked you to, and a moderator reads it again.")
        case HoldKind.EDITED:
            return gettext("You took out what made it wait; a moderator looks at it all the same.")
        case HoldKind.REFUSED:
            return ngettext(
                "A comment of yours was not published, or was removed, in the last two weeks.",
                "%(number)s comments of yours were not published, or were removed, in the last two weeks.",
                reason["number"],
            ) % {"number": reason["number"]}
    return sentence(reason)


def sentence(reason: dict[str, Any]) -> str:
    """The same for moderators."""
    number, limit, words = reason["number"], reason["limit"], reason["words"]
    match reason["kind"]:
        case HoldKind.EVERYBODY:
            return gettext("Every comment here is read by a moderator before it appears.")
        case HoldKind.NEWCOMERS:
            return gettext("The first %(limit)s comments of everybody are read by a moderator before they appear.") % {
                "limit": limit
            }
        case HoldKind.WORDS:
            return gettext("It contains what moderators look at first: %(word)s.") % {"word": ", ".join(words)}
        case HoldKind.LINKS:
            return gettext("It has %(number)s links; above %(limit)s a moderator looks first.") % {
                "number": number,
                "limit": limit,
            }
        case HoldKind.PACE:
            return gettext("It is the comment number %(number)s within ten minutes; above %(limit)s they wait.") % {
                "number": number,
                "limit": limit,
            }
        case HoldKind.REPETITION:
            return gettext("The same text was sent before.")
        case HoldKind.REVISED:
            return gettext("Its author revised it after a moderator had asked for that.")
        case HoldKind.EDITED:
            return gettext("Its author took out what made it wait.")
        case HoldKind.MACHINE:
            return gettext("It was sent in a way that programs use; a moderator makes sure that a person wrote it.")
        case HoldKind.CHECKER if number:
            return gettext("A spam check found it suspicious.")
        case HoldKind.CHECKER:
            return gettext("The spam check could not be reached, so a moderator reads it first.")
        case HoldKind.FLAGGED:
            return _flagged(number, words)
    return ngettext(
        "A comment by the same author was not published, or was removed, in the last two weeks.",
        "%(number)s comments by the same author were not published, or were removed, in the last two weeks.",
        number,
    ) % {"number": number}


def _flagged(people: int, kinds: list[str]) -> str:
    """How many people flagged a comment and for what, never who."""
    words = {"number": people, "what": "; ".join(str(KINDS.get(kind, kind)) for kind in kinds)}
    said = ngettext(
        "%(number)s person flagged it (%(what)s). A moderator looks at it before others see it again.",
        "%(number)s people flagged it (%(what)s). A moderator looks at it before others see it again.",
        people,
    )
    return said % words
