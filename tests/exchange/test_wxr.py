"""WordPress exports, real ones and made to break the reader."""

from collections import Counter
from io import BytesIO
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from forum.exchange import wxr
from forum.exchange.entry import Broken, Entry, Notice, Unreadable
from forum.exchange.words import CUT, EMPTY
from tests.exchange.data import assert_sound, entries, needs_data, notices, stream, threads

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><rss xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/"><channel>'
    "<wp:author><wp:author_login>ada</wp:author_login><wp:author_email>ada@example.org</wp:author_email>"
    "<wp:author_display_name>Ada L.</wp:author_display_name></wp:author>"
)
POST = (
    "<title>Bridges &amp;amp; roads</title><dc:creator>ada</dc:creator><wp:post_id>7</wp:post_id>"
    "<wp:post_date_gmt>2020-01-01 10:00:00</wp:post_date_gmt>"
    "<content:encoded><![CDATA[First line\nsecond line\n\nOther paragraph]]></content:encoded>"
)
PUBLISHED = "<wp:status>publish</wp:status>"


def comment(number: int | str, parent: int = 0, text: str = "words", **fields: str) -> str:
    values = {
        "comment_id": str(number),
        "comment_author": "Bob",
        "comment_author_email": "bob@example.org",
        "comment_date_gmt": "2020-01-02 10:00:00",
        "comment_content": f"<![CDATA[{text}]]>",
        "comment_approved": "1",
        "comment_type": "",
        "comment_parent": str(parent),
    } | fields
    return "<wp:comment>" + "".join(f"<wp:{k}>{v}</wp:{k}>" for k, v in values.items()) + "</wp:comment>"


def export(*comments: str, post: str = POST + PUBLISHED) -> list[Entry | Broken | Notice]:
    xml = f"{HEAD}<item>{post}{''.join(comments)}</item></channel></rss>"
    pieces = list(wxr.read(BytesIO(xml.encode())))
    assert_sound(pieces)
    return pieces


@needs_data
@pytest.mark.parametrize(
    ("name", "comments", "posts", "hidden"),
    [
        ("wxr-theme-unit-test.xml", 33, 7, 5),
        ("wxr-a11y-unit-test.xml", 29, 4, 5),
        ("wxr-small-export.xml", 1, 1, 0),
        ("wxr-blog-136-comments.xml", 136, 38, 0),
        ("talk-pl-made.wxr.xml", 174, 0, 0),
    ],
)
def test_every_comment_of_a_real_export_becomes_an_entry(name: str, comments: int, posts: int, hidden: int) -> None:
    pieces = list(wxr.read(stream(name)))
    assert_sound(pieces)
    kinds = Counter(entry.origin.partition(":")[0] for entry in entries(pieces))
    assert kinds == Counter(comment=comments, post=posts)
    assert sum(not entry.is_public for entry in entries(pieces)) == hidden
    assert not any(isinstance(piece, Broken) for piece in pieces)


@needs_data
def test_the_polish_talk_keeps_its_threads_parents_authors_and_words() -> None:
    by_origin = {entry.origin: entry for entry in entries(list(wxr.read(stream("talk-pl-made.wxr.xml"))))}
    number = 0
    for thread in threads("talk-pl-threads.json"):
        origins: dict[str, str] = {}
        for each in thread["comments"]:
            number += 1
            entry = by_origin[f"comment:{number}"]
            origins[each["id"]] = entry.origin
            opening = next(iter(origins.values()))
            expected = origins[each["parent"]] if each["parent"] else opening
            assert entry.parent == (expected if expected != entry.origin else None)
            assert entry.thread == opening
            assert entry.title == (thread["title"] if entry.origin == opening else "")
            assert entry.author == " ".join(each["author"].split())
            assert entry.written_at.isoformat() == each["date"].replace(".000Z", "+00:00")
            assert_same_words(entry.source, each["html"])
    assert number == len(by_origin)


def assert_same_words(source: str, html: str) -> None:
    shown = BeautifulSoup(MarkdownIt("js-default").render(source), "html.parser").get_text()
    # A link without words shows its address, which the original keeps in an attribute: more may be shown.
    words = BeautifulSoup(html, "html.parser").get_text().split()
    missing = Counter(letters(words)) - Counter(letters(shown.split()))
    assert not missing


def letters(words: list[str]) -> str:
    return unquote("".join(words))


@needs_data
def test_a_second_reading_gives_the_same() -> None:
    first = list(wxr.read(stream("wxr-theme-unit-test.xml")))
    assert first == list(wxr.read(stream("wxr-theme-unit-test.xml")))


def test_a_post_with_comments_is_a_thread() -> None:
    opening, reply = entries(export(comment(1)))
    assert (opening.origin, opening.title, opening.author) == ("post:7", "Bridges & roads", "Ada L.")
    assert opening.source == "First line  \nsecond line\n\nOther paragraph"
    assert (reply.origin, reply.parent, reply.author) == ("comment:1", "post:7", "Bob")
    assert opening.author_key != reply.author_key


def test_items_without_comments_are_passed_over() -> None:
    assert export() == []


def test_parents_come_first_whatever_the_order_in_the_file() -> None:
    later = {"comment_date_gmt": "2020-01-03 10:00:00"}
    pieces = export(comment(3, 2), comment(9, **later), comment(2, 1), comment(1), comment(4))
    assert [entry.origin[8:] for entry in entries(pieces)[1:]] == ["1", "2", "3", "4", "9"]
    assert not notices(pieces)


def test_orphans_and_circles_are_put_under_the_opening_and_noticed() -> None:
    pieces = export(comment(1, 99), comment(2, 3), comment(3, 2), comment(4, 4))
    parents = {entry.origin: entry.parent for entry in entries(pieces)}
    assert parents["comment:1"] == parents["comment:4"] == "post:7"
    assert [parents["comment:2"], parents["comment:3"]] == ["comment:3", "post:7"]
    assert [notice.partition(":")[0] for notice in notices(pieces)] == [
        "comment 1 of item 1",
        "comment 3 of item 1",
        "comment 4 of item 1",
    ]


def test_a_number_given_twice_is_two_comments() -> None:
    assert len({entry.origin for entry in entries(export(comment(1), comment(1, text="other"), comment("")))}) == 4


def test_numbers_may_begin_anew_in_every_item() -> None:
    item = f"<item>{POST}{PUBLISHED}{comment(1)}{comment(2, 1)}</item>"
    pieces = list(wxr.read(BytesIO(f"{HEAD}{item}{item}</channel></rss>".encode())))
    assert_sound(pieces)
    assert len(entries(pieces)) == 6
    assert not notices(pieces)


@pytest.mark.parametrize("approved", ["0", "spam", "trash", ""])
def test_what_was_not_approved_is_not_public(approved: str) -> None:
    opening, reply = entries(export(comment(1, comment_approved=approved)))
    assert opening.is_public
    assert not reply.is_public


@pytest.mark.parametrize(
    "post",
    [
        POST + "<wp:status>private</wp:status>",
        POST,
        POST + PUBLISHED + "<wp:post_password>x</wp:post_password>",
    ],
)
def test_nothing_of_a_hidden_post_is_public(post: str) -> None:
    assert not any(entry.is_public for entry in entries(export(comment(1), post=post)))


def test_pingbacks_are_entries_but_open_no_thread() -> None:
    bare = "<title>T</title>" + PUBLISHED
    first, second = entries(export(comment(1, comment_type="pingback"), comment(2), post=bare))
    assert (first.origin, first.title, second.parent) == ("comment:2", "T", "comment:2")


def test_a_post_with_a_date_stays_the_opening_even_without_words() -> None:
    post = "<title>T</title><wp:post_id>7</wp:post_id><wp:post_date_gmt>2020-01-01 10:00:00</wp:post_date_gmt>"
    opening, _ = entries(export(comment(1), post=post + PUBLISHED))
    assert (opening.origin, opening.source, opening.author) == ("post:7", EMPTY, "Anonymous")


def test_bad_dates_empty_and_long_bodies_are_kept_with_a_notice() -> None:
    pieces = export(
        comment(1, comment_date_gmt="0000-00-00 00:00:00"),
        comment(2, text=" <p> </p> "),
        comment(3, text="word " * 9_000),
        comment(4, text="<pre>" + "x\n" * 20_000 + "</pre>"),
    )
    by_origin = {entry.origin: entry for entry in entries(pieces)}
    assert by_origin["comment:1"].written_at == by_origin["post:7"].written_at
    assert by_origin["comment:2"].source == EMPTY
    assert by_origin["comment:3"].source.endswith(CUT)
    assert "<em>(shortened" in MarkdownIt("js-default").render(by_origin["comment:4"].source)
    assert len(notices(pieces)) == 3


def test_addresses_are_no_names() -> None:
    _, first, second = entries(
        export(
            comment(1, comment_author="carl@example.org"),
            comment(2, comment_author=" ", comment_author_email=""),
        )
    )
    assert [first.author, second.author] == ["carl", "Anonymous"]


def test_control_characters_of_old_blogs_do_not_stop_the_reader() -> None:
    assert entries(export(comment(1, text="be\x08fore\x00")))[1].source == "before"


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        ('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rss>&b;</rss>', "entities"),
        ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>', "entities"),
        ('<!DOCTYPE x [<!ENTITY % a SYSTEM "http://192.0.2.1/"> %a;]><rss/>', "entities"),
        (HEAD + "<item>" + POST, "not well-formed"),
        ("", "not well-formed"),
        ('<?xml version="1.0" encoding="martian"?><rss/>', "not well-formed"),
        ("<rss><channel><item><title>News</title></item></channel></rss>", "not a WordPress export"),
    ],
)
def test_what_is_no_export_is_refused_with_a_reason(xml: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        list(wxr.read(BytesIO(xml.encode())))


def test_a_tower_of_tags_keeps_its_words() -> None:
    assert entries(export(comment(1, text="<div>" * 5_000 + "deep")))[1].source == "deep"
