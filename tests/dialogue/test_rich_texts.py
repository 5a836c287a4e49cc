"""Texts that would be too dear to show: refused where they are written, and never lost where they were said already."""

from __future__ import annotations

import mailbox
import warnings
from email.message import EmailMessage
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from forum.dialogue.actions.repair import rerender
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import SOURCE_LENGTH, Status
from forum.markup.render import render, render_stored
from forum.models import Comment, CommentVersion, Notification
from forum.moderation.actions.redaction import MARK, redact_comment
from tests.exchange.test_wxr import HEAD, POST, PUBLISHED, comment
from tests.factories import make_theme, new_key, whole

pytestmark = pytest.mark.django_db

TABLE = ("|a\n|-\n" + "a\n" * SOURCE_LENGTH)[:SOURCE_LENGTH].strip()
ITEMS = "- a\n" * 3000
ADDRESSES = "somebody@example.org " * 600
DEEP = ">" * 30 + "a\n" + "a\n" * 1900


@pytest.mark.parametrize("text", [TABLE, ITEMS, ADDRESSES, DEEP], ids=["table", "items", "addresses", "lazy lines"])
def test_it_is_refused_with_a_sentence_and_comes_back(thread, theme, cast, text):
    ben, source = cast.client("ben"), {"source": text}
    answer = ben.post(f"/comments/{thread.opening_id}/reply/", source | {"key": new_key()})
    assert answer.status_code == 422
    assert text[:1000] in answer.context["box"].composer.form["source"].value().replace("\r\n", "\n")
    assert "Please" in answer.content.decode() or "please" in answer.content.decode()
    answer = ben.post("/preview/", source)
    assert (answer.status_code, list(answer.json())) == (422, ["sentence"])
    answer = ben.post(f"/baku/{theme.slug}/open/", source | {"title": "A title", "key": new_key()})
    assert answer.status_code == 422
    assert Comment.objects.count() == 1


def old_text(comment: Comment, source: str) -> Comment:
    """As if it had been written before there was a limit."""
    CommentVersion.objects.filter(pk=comment.version_id).update(source=source)
    return whole(comment.pk)


def test_what_was_written_before_the_limit_can_be_published_and_redacted(cast, held):
    old = old_text(held(), ITEMS + "- zebrafinch\n")
    seen = {f"c{old.pk}-decision": "approve", f"c{old.pk}-seen": f"{old.version_id}.{old.status}"}
    assert cast.client("mo").post(f"/comments/{old.pk}/decide/", seen).status_code == 302
    assert whole(old.pk).status == Status.PUBLISHED
    redact_comment(
        whole(old.pk), seen=SKIP_CHECK, by=cast.mo, passages=["zebrafinch"], reason="Private.", now=timezone.now()
    )
    assert "zebrafinch" not in whole(old.pk).version.html
    assert whole(old.pk).version.html.startswith("<pre>")


def test_whom_a_published_text_mentions_is_read_from_what_was_rendered(cast, held):
    comment = held("The casino, @Ada.")
    seen = {f"c{comment.pk}-decision": "approve", f"c{comment.pk}-seen": f"{comment.version_id}.{comment.status}"}
    assert cast.client("mo").post(f"/comments/{comment.pk}/decide/", seen).status_code == 302
    assert Notification.objects.filter(person=cast.ada, comment=comment).exists()


@pytest.mark.parametrize(
    ("source", "mentions"),
    [
        ("[@Ada](/people/5/) and [@Ben](/people/7/), [@Ada](/people/5/)", (5, 7)),
        ("[Ada](/people/5/) is a link only", ()),
        ('[a](http://b.c/ "class=\\"mention\\" href=\\"/people/9/\\">") [@x](/people/3/ "a > b")', (3,)),
        ('`<a class="mention" href="/people/9/">`', ()),
    ],
)
def test_only_links_under_a_name_are_mentions(source, mentions):
    assert render(source).mentions == mentions


@pytest.fixture
def mails(tmp_path: Path):
    """A mailbox of these texts, each an answer to the one before; a text that begins with < is HTML."""

    def write(*texts: str) -> Path:
        box = mailbox.mbox(tmp_path / "mails")
        for n, text in enumerate(texts):
            mail = EmailMessage()
            mail["From"], mail["Subject"], mail["Message-ID"] = "Ann <ann@example.org>", "A subject", f"<{n}@a.b>"
            mail["Date"] = f"Mon, {n + 1:02} Feb 2010 12:00:00 +0000"
            if n:
                mail["In-Reply-To"] = f"<{n - 1}@a.b>"
            mail.set_content(text, subtype="html" if text.startswith("<") else "plain")
            box.add(mail)
        box.close()
        return tmp_path / "mails"

    return write


def imported(path: Path, theme) -> str:
    out = StringIO()
    call_command("import_discussion", path, theme=f"{theme.event.slug}/{theme.slug}", stdout=out)
    return out.getvalue()


def test_an_imported_text_that_is_too_dear_is_shown_as_plain_text_with_its_answers(event, mails):
    theme = make_theme(event)
    items = "<ul>" + "<li>zebrafinch</li>" * 1_200 + "</ul>"
    said = imported(mails("An opening.", items, "An answer to it."), theme)
    assert said.startswith("3 comments imported")
    assert "imported as plain text" in said
    assert "Skipped" not in said
    html = Comment.objects.get(theme=theme, version__text__contains="zebrafinch").version.html
    assert html.startswith("<pre>")
    assert html.count("zebrafinch") == 1_200


@pytest.mark.parametrize("short_of", [0, 1, 8, 9])
def test_an_imported_text_at_the_limit_comes_in_whole_with_its_answers(event, mails, short_of):
    text = (ADDRESSES * 2)[: SOURCE_LENGTH - short_of - 1] + "z"
    theme = make_theme(event)
    said = imported(mails("An opening.", text, "An answer to it."), theme)
    assert said.startswith("3 comments imported")
    assert "mail 2: some of its formatting is not supported; imported as plain text" in said
    version = CommentVersion.objects.get(comment__theme=theme, text__contains="somebody@example.org")
    assert version.source.strip("`\n") == text
    assert rerender(version.pk)
    version.refresh_from_db()
    assert version.html.count("somebody@example.org") == text.count("somebody@example.org")


def test_a_stored_text_that_shows_nothing_with_its_marks_is_shown_letter_by_letter():
    source, rendered = render_stored("[a]: http://b.example")
    assert (source, rendered.text) == ("```\n[a]: http://b.example\n```", "[a]: http://b.example")


def test_a_text_at_the_limit_can_be_redacted_though_marks_are_longer_than_what_they_hide(cast, thread, say):
    source = "7 " + "a" * (SOURCE_LENGTH - 2)
    long = say("ben", source, to=thread.opening)
    redact_comment(whole(long.pk), seen=SKIP_CHECK, by=cast.mo, passages=["7"], reason="Private.", now=timezone.now())
    assert whole(long.pk).version.source == source.replace("7", MARK)


XHTML = '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><p>Words.</p></html>'
WHAT_PARSERS_WARN_OF = [XHTML, "<!-- -->http://b.example/file.html", "<!-- -->/etc/passwd", "<p>&#0;&#x80;</p>"]


def test_whoever_imports_reads_no_warnings_of_libraries(event, mails, tmp_path):
    comments = "".join(comment(n, text=text) for n, text in enumerate(WHAT_PARSERS_WARN_OF, 1))
    item = f"<title>&lt;?xml version='1.0'?&gt;&lt;b&gt;</title>{POST.partition('</title>')[2]}{PUBLISHED}{comments}"
    blog = tmp_path / "blog"
    blog.write_text(f"{HEAD}<item>{item}</item></channel></rss>")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        assert imported(mails("An opening.", *WHAT_PARSERS_WARN_OF), make_theme(event)).startswith("5 comments")
        assert imported(blog, make_theme(event, code="H", slug="h")).startswith("5 comments")
    assert [str(each.message) for each in said] == []
