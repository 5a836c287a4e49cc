"""Where a signature begins, and where mail-parser-reply sees the end of what somebody wrote themselves.

What stands behind such a place is folded, never cut: the library takes some prose for a signature or a header.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailparser_reply import EmailMessage
from mailparser_reply.constants import MAIL_LANGUAGES

from forum.mail.incoming.own_email import URL

LANGUAGES = [name for name in MAIL_LANGUAGES if len(name) == 2]
LONGEST_LINE, MOST_LINES = 200, 150  # that the library gets to see: its patterns take the square of a line's length
SIGNATURE_LINES, SIGNATURE_LENGTH = 10, 600  # what is longer is no signature
LONGEST_CLOSING = 40  # characters of the line that a signature begins with; longer ones are sentences
DASHES = re.compile(r"\\?(?:--|—|__)\s?")
RULE = re.compile(r"[\s_=*-]{20,}")
# What phones and programs add by themselves, where mail-parser-reply does not know the language.
ADDED = re.compile(
    r"\W*(?:(?:sent|gesendet|envoyé|enviado|inviato|verzonden|skickat|wysłano|odesláno|отправлено|надіслано) "
    r"(?:from|with|using|von|mit|de|depuis|avec|desde|con|da|met|från|z|с|из|через|з)\b.{1,60}"
    r"|von (?:meinem|unterwegs).{1,40}|get outlook for .{1,20}|télécharger outlook.{1,30}|obtener outlook.{1,30}"
    r"|.{1,30}(?:-dan|-den|-dən|dan|dən|ndan|ndən|'?[dn]an|'?dən) (?:göndərilib|göndərildi|gönderildi)"
    r"|发自(?:我的)?.{1,30}|從我的.{1,30}|从我的.{1,30}|寄自.{1,30}"
    r"|(?:أُ?رسلت?|تم الإرسال|مرسل) (?:من|بواسطة|عبر).{1,40})\.?\W*",
    re.IGNORECASE,
)

# How letters end, in the languages that the library does not know; alone in their line.
CLOSING = re.compile(
    r"(?:с (?:наилучшими пожеланиями|уважением)|всего доброго|з повагою"
    r"|(?:dərin )?hörmətlə|ən xoş arzularla|saygılarımla|saygılarımızla|iyi çalışmalar"
    r"|此致|敬礼|顺祝.{1,6}|祝好|مع (?:أطيب |خالص )?التحيات|مع التحية|تحياتي|وتفضلوا بقبول فائق الاحترام"
    r"|(?:bien |très )?cordialement|bien à vous|salutations distinguées|amicalement"
    r"|saludos(?: cordiales)?|un (?:cordial )?saludo|atentamente|atenciosamente|cumprimentos|abraços"
    r"|(?:mit )?freundliche[nr]? grü(?:ße|ss)e?n?|(?:viele|beste|liebe|herzliche) grü(?:ße|sse)|gruß"
    r"|(?:best|kind|warm) regards|regards|best wishes|cheers)(?: .{1,30})?[\s,،，.!]*",
    re.IGNORECASE,
)


def signature_start(lines: Sequence[str]) -> int:
    """The line in which a signature begins; the number of lines if there is none."""
    last = len(lines)
    dashes = [at for at, line in enumerate(lines) if DASHES.fullmatch(line)]
    found = dashes if len(dashes) == 1 else []
    found += [at for at, line in enumerate(lines) if _is_added(line)]
    return min((at for at in found if _is_short(lines[at:])), default=last)


def end_by_library(lines: Sequence[str]) -> int:
    """The line in which mail-parser-reply sees a signature or the header of another email begin."""
    left_out = max(0, len(lines) - MOST_LINES)
    seen = [_seen(line) for line in lines[left_out:]]
    first_filled = next((at for at, line in enumerate(seen) if line), 0)
    begun = left_out + first_filled
    text = "\n".join(seen[first_filled:])
    replies = EmailMessage(text=text, languages=[*LANGUAGES], keep_hyphen_lists=True).read().replies
    first = replies[0]
    end = begun + first.content.count("\n") + 1 if len(replies) > 1 and first.content else len(lines)
    signature = first.signatures or ""
    at = first.content.rfind(signature) if signature else -1
    if at > 0:
        start = begun + first.content[:at].count("\n")
        begins = next((URL.sub("", line).strip() for line in lines[start:end] if line.strip()), "")
        if len(begins) <= LONGEST_CLOSING and not DASHES.fullmatch(begins) and _is_short(lines[start:end]):
            return start
    return end


def _seen(line: str) -> str:
    """A line as the library gets it: without a rule, which it would take out."""
    line = line.strip()[:LONGEST_LINE]
    return "" if RULE.fullmatch(line) else line


def _is_added(line: str) -> bool:
    line = URL.sub("", line[: LONGEST_LINE + 1]).strip().removesuffix("\\")
    return len(line) <= LONGEST_LINE and any(pattern.fullmatch(line) for pattern in (ADDED, CLOSING))


def _is_short(lines: Sequence[str]) -> bool:
    filled = [line for line in lines if line.strip()]
    return len(filled) <= SIGNATURE_LINES and sum(map(len, filled)) <= SIGNATURE_LENGTH
