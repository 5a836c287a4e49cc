"""Why a comment waits, in words for its author and for the moderators."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, ngettext

from forum.choices import FlagKind, HoldKind

KINDS = dict(FlagKind.choices)


def sentence(reason: dict[str, Any]) -> str:
    """A reason as it was stored when the comment was held."""
    number, limit, word = reason["number"], reason["limit"], reason["word"]
    match reason["kind"]:
        case HoldKind.EVERYBODY:
            return gettext("Every comment here is read by a moderator before it appears.")
        case HoldKind.NEWCOMERS:
            return gettext("The first %(limit)s comments of everybody are read by a moderator before they appear.") % {
                "limit": limit
            }
        case HoldKind.WORDS:
            return gettext("It contains what moderators look at first: %(word)s.") % {"word": word}
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
        case HoldKind.FLAGGED:
            return _flagged(number, word.split())
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
