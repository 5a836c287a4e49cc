"""Made-up archives with everything that makes importing hard, and a bit of life between two of them."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

BEGUN = datetime(2011, 5, 2, 8, 0, tzinfo=UTC)
TEXTS = [
    "Plain words, [brackets], *stars* and a < sign.",
    "> quoted twice\n> > and deeper\n\nAn answer below it.",
    "A list:\n\n- one\n- two\n  - three\n\nhttps://example.org/?a=1&b=2",
    "Ünïcödé, عربي, 中文, русский.\n\n-- \nA signature",
    "    code that is indented\n\nThe minutes of the last meeting.",
    "",
]
HTML = "<p>Rich <b>words</b> and <a href='https://example.org/'>a link</a>.</p><table><tr><td>1</td></tr></table>"


def write_mails(file: Path, numbers: range, *, seed: int, skipped: int = 0) -> None:
    """Mails of one list, the same ones under the same numbers: threads of every shape, and mails of every kind.

    Of those `skipped` one in so many is not in this file, though others answer it.
    """
    mails = [_mail(number, random.Random(f"{seed}/{number}")) for number in numbers]
    kept = [mail for n, mail in enumerate(mails) if not skipped or n % skipped != skipped - 1]
    kept += kept[3:5]  # copies of two of them
    file.write_text("".join(kept), encoding="utf-8")


def _mail(number: int, chance: random.Random) -> str:
    at, person = BEGUN + timedelta(minutes=11 * number), chance.randrange(12)
    first = number - number % 60  # of its thread
    chain = number % 120 < 60  # every second thread is one deep chain
    answered = None if number == first else number - 1 if chain else chance.randrange(first, number)
    kind = chance.choice(["plain"] * 6 + ["undated", "nameless", "html", "attached", "unanswered", "unnamed"])
    lines = [f"From p{person}@example.org {at:%a %b %d %H:%M:%S %Y}" if kind != "undated" else "From "]
    lines += [
        f"From: {'' if kind == 'nameless' else f'Person {person} ' * (20 if number == 7 else 1)}<p{person}@example.org>"
    ]
    lines += [f"Date: {format_datetime(at)}"] if kind != "undated" else []
    lines += [
        f"Subject: {'Re: ' if answered is not None else ''}[list] Point {first} {'of many words ' * (first == 60) * 12}"
    ]
    lines += [f"Message-ID: <{number}@example.org>"] if kind != "unnamed" else []
    if answered is not None and kind != "unanswered":
        lines.append(f"In-Reply-To: <{answered}@example.org>")
    text = chance.choice(TEXTS)
    if kind == "html":
        lines += ["Content-Type: text/html; charset=utf-8", "", HTML]
    elif kind == "attached":
        lines += ['Content-Type: multipart/mixed; boundary="b"', "", "--b", "Content-Type: text/plain", "", text, "--b"]
        lines += ["Content-Type: image/png", "Content-Disposition: attachment; filename=a.png", "", "AAAA", "--b--"]
    else:
        lines += ["Content-Type: text/plain; charset=utf-8", "", text]
    if number % 50 == 9:
        lines.append("[" * 700)  # too dear to show with its marks
    return "\n".join([*lines, "", ""])


def write_blog(file: Path, posts: int, *, seed: int) -> None:
    """Posts and comments of which some are not public, answered by others that are, in any order."""
    chance = random.Random(seed)
    items = [_post(number, chance) for number in range(posts)]
    head = '<?xml version="1.0"?><rss xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="{}" xmlns:dc="{}">'
    head = head.format("http://purl.org/rss/1.0/modules/content/", "http://purl.org/dc/elements/1.1/")
    site = "<wp:base_blog_url>https://blog.example.org</wp:base_blog_url>"
    file.write_text(f"{head}<channel>{site}{''.join(items)}</channel></rss>", encoding="utf-8")


def _post(number: int, chance: random.Random) -> str:
    comments = [_blog_comment(number * 100 + place, number * 100, chance) for place in range(1, 25)]
    chance.shuffle(comments)
    status = chance.choice(["publish", "publish", "draft"])
    return (
        f"<item><title>Post {number}</title><dc:creator>ann</dc:creator><wp:post_id>{number + 1}</wp:post_id>"
        f"<wp:post_date_gmt>2012-0{1 + number % 9}-01 10:00:00</wp:post_date_gmt><wp:status>{status}</wp:status>"
        f"<content:encoded>{escape(f'Post {number}. {HTML}')}</content:encoded>{''.join(comments)}</item>"
    )


def _blog_comment(number: int, first: int, chance: random.Random) -> str:
    parent = chance.choice([0, 0, chance.randrange(first, number + 1), 999_999])
    person = chance.randrange(9)
    return (
        f"<wp:comment><wp:comment_id>{number}</wp:comment_id><wp:comment_author>Person {person}</wp:comment_author>"
        f"<wp:comment_author_email>p{person}@example.org</wp:comment_author_email>"
        f"<wp:comment_date_gmt>2012-10-{1 + number % 28:02} 12:00:00</wp:comment_date_gmt>"
        f"<wp:comment_content>{escape(chance.choice([*TEXTS, HTML]))}</wp:comment_content>"
        f"<wp:comment_approved>{chance.choice(['1', '1', '0'])}</wp:comment_approved>"
        f"<wp:comment_parent>{parent}</wp:comment_parent></wp:comment>"
    )
