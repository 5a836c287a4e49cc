"""The history of a comment by HTTP: who reads which version, what a citation leads to, and what it costs."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment, withdraw_comment
from forum.dialogue.fragments import changes_html
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import EDIT_WINDOW, Status
from forum.models import Comment, CommentVersion
from forum.moderation.actions.moderation import hide_version, remove_comment, restore_comment, show_version
from tests.factories import new_key
from tests.xss_corpus import PAYLOADS

pytestmark = pytest.mark.django_db


def rewrite(comment: Comment, by, *texts: str) -> None:
    for text in texts:
        edit_comment(comment, by=by, source=text, note=f"Note on: {text}", now=timezone.now())


def hide(comment: Comment, number: int, by, reason: str = "Insults somebody.") -> None:
    hide_version(CommentVersion.objects.get(comment=comment, number=number), by=by, reason=reason, now=timezone.now())


def changes(page: str) -> list[str]:
    """The comparisons of a page, with [-removed-] and [+added+]."""
    found = re.findall(r'<div class="changes" dir="auto">(.*?)</div>', page, re.S)
    tidy = [re.sub(r"(<[^<>]*?)\s+>", r"\1>", html) for html in found]  # lines of the template end inside tags
    bare = [re.sub(r'<span class="said">.*?</span>', "", html) for html in tidy]
    signs = {"<del>": "[-", "</del>": "-]", "<ins>": "[+", "</ins>": "+]"}
    for tag, sign in signs.items():
        bare = [html.replace(tag, sign) for html in bare]
    return [unescape(html).strip() for html in bare]


class Tags(HTMLParser):
    """Every element and attribute that a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: set[tuple[str, str]] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {(tag, name) for name, _ in attrs} or {(tag, "")}


@pytest.fixture
def comment(thread, cast, say) -> Comment:
    """Ben's comment in three versions."""
    comment = say("ben", "I dout it.", to=thread.opening)
    rewrite(comment, cast.ben, "I doubt it.", "I doubt it very much.")
    return comment


def test_everybody_reads_every_version_with_its_note_and_what_changed(comment, cast):
    page = cast.client("eve").get(f"/comments/{comment.pk}/history/").content.decode()
    assert changes(page) == ["I doubt it[+ very much+].", "I [-dout-][+doubt+] it."]
    assert "<p>I dout it.</p>" in page, "the first version stands as a whole"
    assert re.findall(r'id="version-(\d)"', page) == ["3", "2", "1"]
    assert "Note on: I doubt it very much." in page
    assert page.count("<bdi>Ben</bdi>") == 3


def test_the_word_edited_leads_to_the_history_for_everybody_alike(thread, comment, cast):
    link = f'<a href="/comments/{comment.pk}/history/">edited</a>'
    for who in ("eve", "ben", "mo"):
        page = cast.client(who).get(f"/threads/{thread.pk}/").content.decode()
        assert page.count("/history/") == 1, who
        assert link in page, who


def test_a_text_is_shown_as_it_was_typed_and_never_run(thread, cast, say):
    comment = say("ben", "One <b>bold</b> & <script>alert(1)</script>", to=thread.opening)
    rewrite(comment, cast.ben, "Two <i>it</i> & <script>alert(2)</script>")
    page = cast.client("eve").get(f"/comments/{comment.pk}/history/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_no_hostile_text_gets_an_element_into_a_comparison():
    allowed = {("ins", ""), ("del", ""), ("span", "class"), ("span", "aria-hidden")}
    for place, payload in enumerate(PAYLOADS):
        before, after = (
            {"id": 2 * place, "source": f"Words.\n{payload}"},
            {"id": 2 * place + 1, "source": payload[::-1]},
        )
        for pair in ((before, after), (after, before)):
            assert Tags(changes_html(*pair)).seen <= allowed, payload


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        ("eve", ["I [-dout-][+doubt+] it[+ very much+]."]),
        ("ada", ["I [-dout-][+doubt+] it[+ very much+]."]),
        ("ben", ["I doubt it[+ very much+].", "I [-dout-][+doubt+] it."]),
        ("mo", ["I doubt it[+ very much+].", "I [-dout-][+doubt+] it."]),
    ],
)
def test_a_hidden_version_leaves_its_place_and_the_reason(comment, cast, who, shown):
    hide(comment, 2, cast.mo)
    page = cast.client(who).get(f"/comments/{comment.pk}/history/").content.decode()
    assert changes(page) == shown
    assert "Hidden by a moderator: <bdi>Insults somebody.</bdi>" in page
    assert ("Note on: I doubt it.<" in page) == (who in {"ben", "mo"}), "the note goes with the text"
    assert ("/versions/2/show/" in page) == (who == "mo")
    assert re.findall(r"\?version=(\d)", page) == ["3", "1"], "what is hidden has no address of its own"


def test_without_its_first_version_the_history_begins_with_the_next(comment, cast):
    hide(comment, 1, cast.mo)
    page = cast.client("eve").get(f"/comments/{comment.pk}/history/").content.decode()
    assert changes(page) == ["I doubt it[+ very much+]."]
    assert "<p>I doubt it.</p>" in page
    assert "dout" not in page


def test_a_hidden_version_is_compared_with_nothing_wherever_a_page_ends(comment, cast):
    rewrite(comment, cast.ben, *(f"I doubt it {n} times." for n in range(4, 13)))
    hide(comment, 2, cast.mo)
    for before in (4, 3):
        page = cast.client("eve").get(f"/comments/{comment.pk}/history/?before={before}").content.decode()
        assert changes(page) == ["I [-dout-][+doubt+] it[+ very much+]."][: before - 3]
    newest = cast.client("eve").get(f"/comments/{comment.pk}/history/").content.decode()
    assert changes(newest)[-1] == "I [-dout-][+doubt+] it[+ very much+].", "its neighbour stands on the next page"
    assert len(changes(newest)) == 10


def test_what_changed_since_a_hidden_version_is_told_to_nobody_else(comment, cast):
    hide(comment, 2, cast.mo)
    path = f"/comments/{comment.pk}/history/?since=2"
    assert "From version 2" not in cast.client("eve").get(path).content.decode()
    assert "From version 2" in cast.client("mo").get(path).content.decode()


def test_a_hidden_version_is_cited_by_nobody(comment, cast):
    hide(comment, 2, cast.mo)
    for who in ("eve", "ben", "mo"):
        for door in ("cite/", "cite.bib", "cite.json"):
            assert cast.client(who).get(f"/comments/{comment.pk}/{door}?version=2").status_code == 404
            assert cast.client(who).get(f"/comments/{comment.pk}/{door}?version=1").status_code == 200


def test_the_place_of_a_gone_comment_does_not_tell_how_many_versions_it_had(comment, cast, say):
    say("ada", "An answer, so that its place stays.", to=comment)
    remove_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    pages = {cast.client("eve").get(f"/comments/{comment.pk}/?version={n}").content for n in (1, 3, 99)}
    login = {re.sub(rb"next=[^\"]*", b"", page) for page in pages}
    assert len(login) == 1


def test_every_door_keeps_hidden_versions_and_the_history_of_what_is_not_public(theme, thread, cast, say):
    """A marker word in everything that is not for others is searched in every answer to them."""
    hidden = say("ben", "Opening words.", to=thread.opening)
    rewrite(hidden, cast.ben, "Opening MARKERWORD words.", "Closing words.")
    hide(hidden, 2, cast.mo)
    tombstone, gone, withdrawn, held = (say("ben", f"MARKERWORD {n}", to=thread.opening) for n in range(4))
    say("ada", "An answer, so that its place stays.", to=tombstone)
    for comment in (tombstone, gone, withdrawn, held):
        rewrite(comment, cast.ben, "MARKERWORD again.")
    for comment in (tombstone, gone):
        remove_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    withdraw_comment(withdrawn, by=cast.ben, now=timezone.now())
    Comment.objects.filter(pk=held.pk).update(status=Status.HELD, in_public_tree=False)
    event = theme.event.slug
    paths = [f"/{event}/moderation/", f"/threads/{thread.pk}/"]
    for comment in Comment.objects.filter(theme=theme):
        own = f"/comments/{comment.pk}/"
        paths += [own, f"{own}history/", f"{own}history/?before=3", f"{own}history/?before=2", f"{own}cite/"]
        paths += [f"/{event}/{theme.code}-{comment.number}/"]
        for number in (1, 2, 3, 99):
            paths += [f"{own}{door}={number}" for door in ("?version", "history/?since", "cite/?version")]
            paths += [f"{own}{door}?version={number}" for door in ("cite.bib", "cite.json")]
            paths += [f"{own}versions/{number}/{act}/" for act in ("hide", "show")]
    for who in ("eve", "ada"):
        client = cast.client(who)
        for path in paths:
            response = client.get(path)
            assert b"MARKERWORD" not in response.content, (who, path)
            assert response.status_code in {200, 302, 403, 404}, (who, path)
        for comment in (tombstone, gone, withdrawn, held):
            for door in ("history/", "cite/", "cite.bib", "cite.json", "versions/1/hide/"):
                assert client.get(f"/comments/{comment.pk}/{door}").status_code == 404, (who, door)
    for who in ("ben", "mo"):
        assert b"MARKERWORD" in cast.client(who).get(f"/comments/{hidden.pk}/history/").content
        for comment in (tombstone, gone, withdrawn, held):
            page = cast.client(who).get(f"/comments/{comment.pk}/history/")
            assert b"MARKERWORD" in page.content, (who, comment.pk)


def test_the_title_of_a_hidden_opening_is_in_no_citation_or_history(thread, comment, cast):
    remove_comment(thread.opening, seen=SKIP_CHECK, by=cast.mo, reason="Rude title.", now=timezone.now())
    for door in ("history/", "cite/", "cite.bib", "cite.json", "?version=1"):
        page = cast.client("eve").get(f"/comments/{comment.pk}/{door}").content.decode()
        assert "Where does cooperation happen" not in page, door
        assert f"Thread {thread.theme.code}-1" in page, door


def test_a_restored_comment_has_its_history_back(comment, cast):
    remove_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    assert cast.client("eve").get(f"/comments/{comment.pk}/history/").status_code == 404
    restore_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now())
    assert cast.client("eve").get(f"/comments/{comment.pk}/history/").status_code == 200


def test_a_page_kept_by_a_reader_is_not_believed_after_a_version_was_hidden(comment, cast):
    client = cast.client("eve")
    version = CommentVersion.objects.get(comment=comment, number=2)
    for path in (f"/comments/{comment.pk}/history/", f"/comments/{comment.pk}/?version=2"):
        tag = client.get(path)["ETag"]
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
        hide(comment, 2, cast.mo)
        fresh = client.get(path, headers={"If-None-Match": tag})
        assert fresh.status_code == 200, path
        assert "Insults somebody." in fresh.content.decode()
        show_version(version, by=cast.mo, reason="", now=timezone.now())


def test_a_long_history_comes_in_pages_and_every_comparison_has_its_neighbour(comment, cast):
    rewrite(comment, cast.ben, *(f"I doubt it {n} times." for n in range(4, 26)))
    client, path, seen = cast.client("eve"), f"/comments/{comment.pk}/history/", []
    while path:
        page = client.get(path).content.decode()
        seen.append((re.findall(r'id="version-(\d+)"', page), len(changes(page))))
        link = re.search(r'href="([^"]*\?before=\d+)"', page)
        path = unescape(link[1]) if link else ""
    numbers = [str(n) for n in range(25, 0, -1)]
    assert seen == [(numbers[:10], 10), (numbers[10:20], 10), (numbers[20:], 4)]


@pytest.mark.parametrize(("size", "history"), [(2, 2), (30, 3)])
def test_reading_versions_costs_the_same_however_many_there_are(thread, cast, say, size, history):
    comment = say("ben", "Version 1.", to=thread.opening)
    rewrite(comment, cast.ben, *(f"Version {n}." for n in range(2, size + 1)))
    counts = []
    for path in ("history/", "?version=1", "cite/", "cite.bib"):
        cache.clear()
        with CaptureQueriesContext(connection) as seen:
            assert cast.client("eve").get(f"/comments/{comment.pk}/{path}").status_code == 200
        counts.append(len(seen))
    assert counts == [history, 5, 2, 1]


@pytest.mark.parametrize("asked", ["0", "4", "99", "999999999", "1e3", "-1", "x", "1' or 1=1", "9" * 40])
def test_a_version_that_does_not_exist_is_not_found(comment, cast, asked):
    for door in ("", "history/?since", "cite/", "cite.bib", "cite.json"):
        path = f"/comments/{comment.pk}/{door}".split("?")[0]
        name = "since" if "since" in door else "version"
        assert cast.client("eve").get(path, {name: asked}).status_code == 404, door
    assert cast.client("eve").get(f"/comments/{comment.pk}/history/", {"before": "x"}).status_code == 404


def test_a_citation_leads_to_the_text_it_cites_and_says_that_it_changed(comment, cast):
    page = cast.client("eve").get(f"/comments/{comment.pk}/?version=1").content.decode()
    assert "I dout it." in page
    assert "very much" not in page
    assert "The comment has changed since." in page
    link = unescape(re.search(r'href="([^"]*since=\d+)"', page)[1])
    since = cast.client("eve").get(link).content.decode()
    assert changes(since)[0] == "I [-dout-][+doubt+] it[+ very much+]."


def test_a_citation_of_the_current_text_says_that_nothing_changed(comment, cast):
    page = cast.client("eve").get(f"/comments/{comment.pk}/?version=3").content.decode()
    assert "very much" in page
    assert "The text has not changed since" in page
    assert "The comment has changed since." not in page


def test_a_citation_of_a_hidden_version_says_so_and_shows_the_current_text(comment, cast):
    hide(comment, 1, cast.mo)
    page = cast.client("eve").get(f"/comments/{comment.pk}/?version=1").content.decode()
    assert "hidden by a moderator: <bdi>Insults somebody.</bdi>" in page
    assert "very much" in page
    assert "dout" not in page


@pytest.mark.parametrize(
    ("act", "who", "number", "status"),
    [
        ("hide", "eve", 1, 403), ("hide", "ada", 1, 403), ("hide", "ben", 1, 403), ("hide", "mo", 1, 302),
        ("hide", "olga", 1, 302), ("hide", "mo", 2, 409), ("hide", "mo", 3, 409), ("hide", "mo", 9, 404),
        ("show", "eve", 2, 403), ("show", "ada", 2, 403), ("show", "ben", 2, 403), ("show", "mo", 2, 302),
        ("show", "mo", 1, 409),
    ],
)  # fmt: skip
def test_who_may_hide_or_show_which_version(comment, cast, act, who, number, status):
    hide(comment, 2, cast.olga)
    before = list(CommentVersion.objects.order_by("pk").values_list("is_hidden", flat=True))
    path = f"/comments/{comment.pk}/versions/{number}/{act}/"
    client = cast.client(who)
    assert client.get(path).status_code == (200 if status == 302 else status)
    assert list(CommentVersion.objects.order_by("pk").values_list("is_hidden", flat=True)) == before
    response = client.post(path, {"reason": "My careful words."})
    assert response.status_code == status
    after = list(CommentVersion.objects.order_by("pk").values_list("is_hidden", flat=True))
    assert (before != after) == (status == 302)


def test_hiding_needs_a_reason_and_the_log_shows_it_without_the_text(comment, cast):
    client = cast.client("mo")
    path = f"/comments/{comment.pk}/versions/1/hide/"
    assert client.post(path, {"reason": " "}).status_code == 422
    assert (
        client.post(path, {"reason": "Insults somebody."})["Location"] == f"/comments/{comment.pk}/history/#version-1"
    )
    log = cast.client("eve").get(f"/{comment.thread.theme.event.slug}/moderation/").content.decode()
    assert "Earlier version hidden" in log
    assert f"{comment.thread.theme.code}-2, version 1" in log
    assert f'href="/comments/{comment.pk}/history/#version-1"' in log
    assert "dout" not in log
    remove_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    log = cast.client("eve").get(f"/{comment.thread.theme.event.slug}/moderation/").content.decode()
    assert "/history/" not in log, "no link to what this reader cannot follow"


def _make_late(comment: Comment) -> None:
    Comment.objects.filter(pk=comment.pk).update(created_at=timezone.now() - EDIT_WINDOW - timedelta(minutes=1))


def test_the_form_asks_for_a_note_only_when_it_is_needed(comment, cast):
    client, path = cast.client("ben"), f"/comments/{comment.pk}/edit/"
    assert b'name="note"' not in client.get(path).content
    _make_late(comment)
    assert b'name="note"' in client.get(path).content


@pytest.mark.parametrize(
    ("note", "status", "words"),
    [
        ("", 422, "required"),
        ("   ", 422, "required"),
        ("x" * 201, 422, "at most 200"),
        ("hid\u202eden", 422, "visible characters"),
        ("Spelling.", 302, ""),
    ],
)
def test_a_late_edit_by_http_needs_its_note_and_loses_nothing(comment, cast, note, status, words):
    _make_late(comment)
    fields = {"source": "My careful new text.", "key": new_key(), "note": note}
    response = cast.client("ben").post(f"/comments/{comment.pk}/edit/", fields)
    assert response.status_code == status
    assert (CommentVersion.objects.filter(comment=comment).count() == 4) == (status == 302)
    if status == 422:
        assert words in response.content.decode()
        assert "My careful new text." in response.content.decode()
        assert note.strip() in response.content.decode()


def test_the_acts_offer_what_this_person_can_do(thread, comment, cast):
    pages = {who: cast.client(who).get(f"/comments/{comment.pk}/").content.decode() for who in ("eve", "ben")}
    for page in pages.values():
        assert f'href="/comments/{comment.pk}/cite/"' in page
        assert f'href="/comments/{comment.pk}/history/">History' in page
    assert "/edit/" in pages["ben"]
    _make_late(comment)
    assert f"/comments/{comment.pk}/edit/" in cast.client("ben").get(f"/comments/{comment.pk}/").content.decode()
    type(thread.theme.event).objects.update(closes_at=timezone.now())
    late = cast.client("ben").get(f"/comments/{comment.pk}/").content.decode()
    assert "/edit/" not in late
    assert '<li class="why">The dialogue is closed.' in late
    opening = cast.client("eve").get(f"/comments/{thread.opening_id}/").content.decode()
    assert f"/comments/{thread.opening_id}/history/" not in opening, "what was never edited has none to speak of"


def test_an_edit_refused_at_the_last_moment_gives_text_and_note_back(thread, comment, cast):
    _make_late(comment)
    type(thread).objects.filter(pk=thread.pk).update(is_locked=True)
    fields = {"source": "My careful new text.", "key": new_key(), "note": "My careful note."}
    response = cast.client("ben").post(f"/comments/{comment.pk}/edit/", fields)
    assert response.status_code == 409
    assert "My careful new text.\n\nMy careful note." in response.content.decode()
