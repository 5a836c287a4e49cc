"""What can be seen of a text: signs that show nothing, and marks that would paint over other lines.

The one place that says so, for texts, titles, names, organisations, notes and reports, typed or imported.
"""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Unicode's property Default_Ignorable_Code_Point (DerivedCoreProperties.txt), which Python does not know: what a font
# shows nothing for. The Hangul fillers among them are letters by their category.
IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# Drawn as an empty space though they are signs: the empty Braille pattern, fillers of Khitan and of music.
BLANK = "\u2800\U00016fe4\U0001d159"
SHOWS_NOTHING = re.compile(f"[{IGNORABLE}{BLANK}]")

# A joiner has its place behind a letter of Arabic, Syriac, the Indic scripts and their neighbours, and in an emoji;
# a selector of a variant behind the sign that has variants. Anywhere else they only make one name look like another.
_JOINER = "\u200c\u200d"
_JOINED = (
    "\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\u1a20-\u1aaf\ua840-\ua87f\U00011000-\U000114ff"
    "\U0001e900-\U0001e95f"
)
_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_EMOJI = "\u00a9\u00ae\u203c\u2049\u2122-\u3299\ufe0f\U0001f000-\U0001faff"
_IN_PLACE = re.compile(
    f"(?<=[{_JOINED}{_EMOJI}])[{_JOINER}]|(?<=[{_HAN}])[\ufe00-\ufe02\U000e0100-\U000e01ef]"
    f"|(?<=[\u1820-\u18aa])[\u180b-\u180d\u180f]|(?<=[{_EMOJI}0-9#*])[\ufe0e\ufe0f]"
)
# Controls, lone surrogates, private and unassigned signs, and what reorders or hides the text around it.
_REFUSED_CATEGORIES = {"Cc", "Cf", "Cn", "Co", "Cs"}
_ARABIC_SIGNS = re.compile("[\u0600-\u0605\u06dd\u08e2]")  # of category Cf, but drawn

# How many marks one letter may carry. Latin, Greek and Cyrillic letters, phonetics and decomposed Vietnamese need two
# to four, Thai and Lao three; Hebrew with accents, the Arabic of the Quran, Burmese and Tibetan stacks up to eight.
FEW, MANY = 4, 8
_SPARE = (
    "\u0300-\u036f\u0483-\u0489\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ufe20-\ufe2f"
)
_FEW = re.compile(f"[{_SPARE}]")
_HEAP = re.compile(rf"[^\w\x00-\u02ff]{{{FEW + 1}}}")  # nothing shorter can be too many


def shows_nothing(text: str) -> bool:
    """Whether a reader would see nothing of a text: blanks, ignorable signs, controls, and marks without a letter."""
    return not any(_is_seen(sign) for sign in text)


def _is_seen(sign: str) -> bool:
    if sign.isspace() or SHOWS_NOTHING.match(sign):
        return False
    return unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Mn", "Me"} or bool(_ARABIC_SIGNS.match(sign))


def without_hidden(text: str) -> str:
    """The text of one line that came from elsewhere without what a name or a title of ours may not hold."""
    kept = [_IN_PLACE, _ARABIC_SIGNS]
    places = {found.start() for pattern in kept for found in pattern.finditer(text)}
    return "".join(sign for place, sign in enumerate(text) if place in places or not _is_hidden(sign))


def _is_hidden(sign: str) -> bool:
    return bool(SHOWS_NOTHING.match(sign)) or unicodedata.category(sign) in _REFUSED_CATEGORIES


def few_marks(text: str) -> str:
    """The same text with at most so many marks on a letter that they stay near its line. The rest is left out."""
    if not _HEAP.search(text):
        return text
    made: list[str] = []
    few = many = 0
    for sign in text:
        if unicodedata.category(sign) in {"Mn", "Me"} and not SHOWS_NOTHING.match(sign):
            many += 1
            few += bool(_FEW.match(sign))
            if many > MANY or few > FEW:
                continue
        elif not SHOWS_NOTHING.match(sign):
            few = many = 0
        made.append(sign)
    return "".join(made)


def check_visible(text: str) -> None:
    """Refuses hidden and reordering characters, heaps of marks and names without a letter. Raises ValidationError."""
    if without_hidden(text) != text:
        raise ValidationError(_("Please use visible characters only."))
    if few_marks(text) != text:
        raise ValidationError(_("Please use fewer accents on one letter."))
    if text and not any(sign.isalnum() for sign in text):
        raise ValidationError(_("Please use at least one letter."))
