"""Why a comment waits, in words for its author and for the moderators."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext, ngettext

from forum.kernel.choices import FlagKind, HoldKind
from forum.kernel.holds import HoldReason

KINDS = dict(FlagKind.choices)


def warning(reasons: Sequence[HoldReason]) -> str:
    """What a writer is told before a text is sent that would wait for its words, or because it was sent before."""
    words = [word for reason in reasons for word in reason["words"]]
    is_repeated = any(reason["kind"] == HoldKind.REPETITION for reason in reasons)
    if words and is_repeated:
        said = gettext("This would be held for review, because it contains %(word)s and was sent before.")
    elif words:
        said = gettext("This would be held for review, because it contains %(word)s.")
    else:
        said = gettext("This would be held for review, because you sent the same text before.")
    return " ".join([said % {"word": ", ".join(words)}, gettext("You can edit it, or send it for review.")])


def to_author(reason: HoldReason) -> str:
    """A reason as it was stored when the comment was held, for whoever wrote it."""
    match reason["kind"]:
        case HoldKind.NEWCOMERS:
            said = gettext("Your first %(limit)s comments are checked by a moderator before they appear.")
            return said % {"limit": reason["limit"]}
        case HoldKind.REPETITION:
            return gettext("You sent the same text before.")
        case HoldKind.REVISED:
            return gettext("You changed it as a moderator asked, and it is awaiting review again.")
        case HoldKind.EDITED:
            return gettext("You removed what caused the review, but a moderator will still check it.")
        case HoldKind.REFUSED:
            return ngettext(
                "A comment of yours was rejected or removed in the last two weeks.",
                "%(number)s comments of yours were rejected or removed in the last two weeks.",
                reason["number"],
            ) % {"number": reason["number"]}
    return sentence(reason)


def sentence(reason: HoldReason) -> str:
    """The same for moderators."""
    number, limit, words = reason["number"], reason["limit"], reason["words"]
    match reason["kind"]:
        case HoldKind.EVERYBODY:
            return gettext("Every comment here is checked by a moderator before it appears.")
        case HoldKind.NEWCOMERS:
            return gettext("It is one of its author's first %(limit)s comments.") % {"limit": limit}
        case HoldKind.WORDS:
            return gettext("It contains a watched word: %(word)s.") % {"word": ", ".join(words)}
        case HoldKind.LINKS:
            return gettext("It has %(number)s links. Comments with more than %(limit)s are held for review.") % {
                "number": number,
                "limit": limit,
            }
        case HoldKind.PACE:
            return gettext(
                "It is comment number %(number)s within ten minutes. After %(limit)s, comments are held."
            ) % {
                "number": number,
                "limit": limit,
            }
        case HoldKind.REPETITION:
            return gettext("The same text was sent before.")
        case HoldKind.REVISED:
            return gettext("Its author changed it after a moderator asked for changes.")
        case HoldKind.EDITED:
            return gettext("Its author removed what caused the review.")
        case HoldKind.MACHINE:
            return gettext("It looks as if it was sent automatically. A moderator will check that a person wrote it.")
        case HoldKind.CHECKER if number:
            return gettext("The spam check marked it as suspicious.")
        case HoldKind.CHECKER:
            return gettext("The spam check could not be reached, so a moderator checks it first.")
        case HoldKind.FLAGGED:
            return _flagged(number, words)
    return ngettext(
        "A comment by the same author was rejected or removed in the last two weeks.",
        "%(number)s comments by the same author were rejected or removed in the last two weeks.",
        number,
    ) % {"number": number}


def _flagged(people: int, kinds: list[str]) -> str:
    """How many people flagged a comment and for what, never who."""
    words = {"number": people, "what": "; ".join(str(KINDS.get(kind, kind)) for kind in kinds)}
    said = ngettext(
        "%(number)s person flagged it (%(what)s). It is hidden until a moderator has reviewed it.",
        "%(number)s people flagged it (%(what)s). It is hidden until a moderator has reviewed it.",
        people,
    )
    return said % words
