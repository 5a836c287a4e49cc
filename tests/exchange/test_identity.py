"""Which comment of a file is one that is here already: nothing is lost, nothing comes twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from django.utils import timezone

from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.exchange import identity
from forum.exchange.discussions import Report, import_discussion
from forum.exchange.words import digest, display_name
from forum.models import Comment
from forum.moderation.actions.redaction import redact_comment
from tests.conftest import Cast
from tests.exchange.test_discussions import everything
from tests.exchange.test_wxr import HEAD, POST, PUBLISHED, comment
from tests.factories import whole

pytestmark = pytest.mark.django_db


class Importer:
    """Imports files that a test writes."""

    def __init__(self, theme: Any, folder: Path) -> None:
        self.theme, self.path = theme, folder / "file"

    def blog(self, *comments: str, head: str = "", post: str = POST) -> Report:
        self.path.write_text(f"{HEAD}{head}<item>{post}{PUBLISHED}{''.join(comments)}</item></channel></rss>")
        return import_discussion(self.theme, self.path)

    def mails(self, *mails: str) -> Report:
        self.path.write_text("".join(f"From a Thu Nov  1 11:19:12 2001\n{each}\n\n" for each in mails))
        return import_discussion(self.theme, self.path)

    def undated_mails(self, *mails: str) -> Report:
        """The same, but no envelope says when a mail came."""
        self.path.write_text("".join(f"From \n{each}\n\n" for each in mails))
        return import_discussion(self.theme, self.path)

    @property
    def texts(self) -> list[str]:
        return list(Comment.objects.filter(theme=self.theme).order_by("pk").values_list("version__source", flat=True))


@pytest.fixture
def importer(theme: Any, tmp_path: Path) -> Importer:
    return Importer(theme, tmp_path)


def reasons(report: Report) -> list[str]:
    assert report.broken == []
    return [f"{notice.where}: {notice.reason}" for notice in report.notices]


def ours(text: str) -> list[str]:
    return [comment(1, text=f"{text} one"), comment(2, parent=1, text=f"{text} two")]


OTHER_POST = POST.replace("First line", "Another beginning").replace("2020-01-01", "2021-01-01")
LINKS = {
    "of the blog": ("<wp:base_blog_url>https://{}.example</wp:base_blog_url>", ""),
    "of the channel": ("<link>https://{}.example</link>", ""),
    "of the post": ("", "<guid>https://{}.example/?p=7</guid>"),
    "for readers of the post": ("", "<guid>7</guid><link>https://{}.example/7</link>"),
}


@pytest.mark.parametrize("link", [*LINKS, "nowhere"])
def test_a_second_blog_with_the_same_numbers_is_not_lost(importer: Importer, link: str) -> None:
    head, post = LINKS.get(link, ("", ""))
    first = importer.blog(*ours("a"), head=head.format("a"), post=POST + post.format("a"))
    assert (first.new, first.known, reasons(first)) == (3, 0, [])
    second = importer.blog(*ours("b"), head=head.format("b"), post=OTHER_POST + post.format("b"))
    assert (second.new, second.known) == (3, 0)
    assert bool(reasons(second)) == (link == "nowhere")
    assert importer.texts == [
        "First line  \nsecond line\n\nOther paragraph", "a one", "a two",
        "Another beginning  \nsecond line\n\nOther paragraph", "b one", "b two",
    ]  # fmt: skip
    assert Comment.objects.filter(parent__version__source="b one").get().version.source == "b two"
    once = everything()
    for text, post_of, name in (("a", POST, "a"), ("b", OTHER_POST, "b")):
        again = importer.blog(*ours(text), head=head.format(name), post=post_of + post.format(name))
        assert (again.new, again.known) == (0, 3)
    assert everything() == once


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"text": "b"}, "its text"),
        ({"comment_author": "Cy", "comment_author_email": "c@example.org"}, "its author"),
        ({"comment_date_gmt": "2020-01-02 10:00:01"}, "its date"),
    ],
)
def test_without_an_address_whatever_differs_is_another_comment_and_is_reported(
    importer: Importer, change: dict[str, str], told: str
) -> None:
    importer.blog(comment(1))
    report = importer.blog(comment(1, **change))
    assert (report.new, report.known) == (1, 1)
    assert reasons(report) == [
        f"comment 1 of item 1: another comment ({told}) already has this number here; imported as a separate comment"
    ]


def test_what_was_corrected_in_its_blog_stays_as_it_was_imported_and_is_reported(importer: Importer) -> None:
    head = LINKS["of the channel"][0].format("a")
    importer.blog(comment(1, text="A tpyo."), head=head)
    report = importer.blog(comment(1, text="A typo."), comment(2, parent=1), head=head)
    assert (report.new, report.known) == (1, 2)
    assert reasons(report) == ["comment 1 of item 1: its text differs in this file; the existing one was kept"]
    assert importer.texts[1:] == ["A tpyo.", "words"]


def test_two_blogs_at_one_address_are_told_apart(importer: Importer) -> None:
    head = "<wp:base_blog_url>http://localhost</wp:base_blog_url>"
    importer.blog(comment(1), head=head)
    report = importer.blog(comment(1, text="other words", comment_date_gmt="2021-01-02 10:00:00"), head=head)
    assert (report.new, report.known) == (1, 1)
    assert "another comment (its date, its text)" in reasons(report)[0]


@pytest.mark.parametrize("link", ["of the channel", "of the post", "nowhere"])
def test_what_parley_imported_before_it_looked_for_links_is_known(importer: Importer, link: str) -> None:
    head, post = (each.format("a") for each in LINKS.get(link, ("", "")))
    importer.blog(*ours("a"), head=head, post=POST + post)
    for row in Comment.objects.all():  # as it was: the number alone
        Comment.objects.filter(pk=row.pk).update(origin=str(row.origin).partition("@")[0])
    assert set(Comment.objects.values_list("origin", flat=True)) == {"post:7", "comment:1", "comment:2"}
    once = everything()
    again = importer.blog(*ours("a"), head=head, post=POST + post)
    assert (again.new, again.known, reasons(again)) == (0, 3, [])
    assert everything() == once
    other = importer.blog(*ours("b"), head=head.replace("a.", "b."), post=OTHER_POST + post.replace("a.", "b."))
    assert (other.new, other.known) == (3, 0)


def test_the_blogs_own_address_names_a_comment_as_it_always_did(importer: Importer) -> None:
    importer.blog(comment(1), head="<wp:base_blog_url>https://a.example</wp:base_blog_url>")
    suffix = digest(b"https://a.example")[:10]
    assert set(Comment.objects.values_list("origin", flat=True)) == {f"post:7@{suffix}", f"comment:1@{suffix}"}


def test_a_link_of_the_channels_picture_is_not_needed_and_one_of_a_post_is_none_of_the_blog(importer: Importer) -> None:
    importer.blog(comment(1), post=POST + "<link>https://a.example/one</link>")
    report = importer.blog(comment(1), post=POST + "<link>https://a.example/two</link>")
    assert (report.new, report.known) == (2, 0)


def test_what_was_taken_out_here_does_not_come_back(importer: Importer, cast: Cast) -> None:
    importer.blog(comment(1, text="A number: 555."))
    row = whole(Comment.objects.get(origin__startswith="comment:1").pk)
    redact_comment(row, by=cast.mo, passages=["555"], reason="Private.", now=timezone.now(), seen=SKIP_CHECK)
    assert importer.blog(comment(1, text="A number: 555.")).new == 0


def mail(text: str, **headers: str) -> str:
    values = {"From": "Ann <ann@example.org>", "Subject": "S", "Date": "Thu, 1 Nov 2001 10:00:00 +0000"} | headers
    return "".join(f"{k.replace('_', '-')}: {v}\n" for k, v in values.items()) + f"\n{text}"


@pytest.mark.parametrize("headers", [{}, {"Message_ID": "<>"}, {"Message_ID": "none"}, {"Message_ID": "<a@x>"}])
def test_mails_of_two_archives_with_one_message_id_or_none_are_both_kept(
    importer: Importer, headers: dict[str, str]
) -> None:
    importer.mails(mail("First words.", **headers))
    report = importer.mails(mail("Other words.", **headers))
    assert (report.new, report.known) == (1, 0)
    once = everything()
    for text in ("First words.", "Other words."):
        again = importer.mails(mail(text, **headers))
        assert (again.new, again.known) == (0, 1)
    assert everything() == once


@pytest.mark.parametrize("headers", [{}, {"Message_ID": "<a@x>"}])
def test_mails_without_a_date_are_known_whatever_stands_before_them(
    importer: Importer, headers: dict[str, str]
) -> None:
    """They have the date of the mail before, which is another in another archive."""
    undated = mail("Undated words.", Date="never", **headers)
    early, late = mail("Early."), mail("Late.", Date="Fri, 2 Nov 2001 10:00:00 +0000")
    importer.undated_mails(early, undated)
    report = importer.undated_mails(late, undated)
    assert (report.new, report.known) == (1, 1)
    assert importer.texts == ["Early.", "Undated words.", "Late."]


def test_one_of_two_mails_without_a_date_that_share_a_name_is_known_again(importer: Importer) -> None:
    undated = [mail(text, Date="never", Message_ID="<a@x>") for text in ("One.", "Two.")]
    importer.undated_mails(undated[0])
    assert importer.undated_mails(mail("Early."), undated[1]).new == 2
    again = importer.undated_mails(mail("Late.", Date="Fri, 2 Nov 2001 10:00:00 +0000"), undated[1])
    assert (again.new, again.known) == (1, 1)


def test_comments_without_a_date_are_known_though_their_posts_date_changed(importer: Importer) -> None:
    undated = comment(1, comment_date_gmt="", comment_date="")
    importer.blog(undated)
    report = importer.blog(undated, post=POST.replace("2020-01-01", "2020-02-01"))
    assert (report.new, report.known) == (1, 1), "the post is another one, and the comment the same"


def test_a_mail_whose_twin_stands_in_another_archive_is_known(importer: Importer) -> None:
    first, second = mail("First words.", Message_ID="<a@x>"), mail("Other words.", Message_ID="<a@x>")
    importer.mails(first, second)
    report = importer.mails(second)
    assert (report.new, report.known) == (0, 1)


@pytest.mark.parametrize(
    "name",
    [
        "Ann@Home",
        "@ada@social.example",
        "C@t",
        "m@x",
        "Meet me at St. Mary",
        "Ann (@ann)",
        "ann @home",
        "Ann, root@intranet",
        "Room 7 at 10.0.0.1",
    ],
)
def test_a_name_with_an_at_sign_keeps_all_of_itself(importer: Importer, name: str) -> None:
    importer.blog(comment(1, comment_author=name))
    assert Comment.objects.filter(author__name=name).exists()
    importer.mails(mail("Words.", From=f'"{name}" <x@example.org>'))
    assert Comment.objects.filter(author__name=name).count() == 2


@pytest.mark.parametrize("name", ["ann@example.org", "<ann@example.org>", "ann at example.org", "ann@mail.example.org"])
def test_an_address_is_no_name(name: str) -> None:
    assert display_name(name) == "ann"


@pytest.mark.parametrize(
    "name",
    [
        "ann@intranet",
        "ann@mail-7",
        "ann@localhost",
        "Ann@LOCALHOST",
        "ann@10.0.0.1",
        "<ann@10.0.0.1>",
        "ann@[10.0.0.1]",
        "ann@[fe80::1]",
        "ann at localhost",
    ],
)
def test_an_address_of_a_machine_without_a_domain_is_no_name(importer: Importer, name: str) -> None:
    shown = Comment.objects.filter(author__name__iexact="ann")
    importer.blog(
        comment(1, comment_author=escape(name)), post=POST.replace("<dc:creator>ada", f"<dc:creator>{escape(name)}")
    )
    assert shown.count() == 2
    importer.mails(mail("Words.", From=f'"{name}" <x@example.org>'), mail("Others.", From=f'"{name}"'))
    assert shown.count() == 4
    assert not Comment.objects.filter(author__name__contains="@").exists()


def test_texts_are_compared_by_their_letters() -> None:
    assert identity._letters("A *word*, http://a.b") == identity._letters("```\na word https://A.b\n```")
    assert identity._letters(":-)") != identity._letters(";-)")
