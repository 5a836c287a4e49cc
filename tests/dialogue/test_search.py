"""Searching by HTTP: what is found, what stays unseen, and that nothing typed is an error."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Group, Person
from forum.dialogue.actions.comments import edit_comment, withdraw_comment
from forum.dialogue.actions.people import change_profile
from forum.dialogue.actions.repair import reindex_thread
from forum.dialogue.queries.search import search
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Status
from forum.models import Comment
from forum.moderation.actions.moderation import remove_comment, restore_comment
from tests.bulk import plant_below
from tests.factories import make_event, make_theme, open_thread
from tests.support.imported import import_opening, import_reply, imported_comment

pytestmark = pytest.mark.django_db
NOW = timezone.now
AT = datetime(2020, 5, 1, 23, 59, tzinfo=UTC)


def page(client: Client, words: str = "", **filters: str) -> str:
    response = client.get("/baku/search/", {"q": words} | filters)
    assert response.status_code == 200
    return response.content.decode()


def found(client: Client, words: str = "", **filters: str) -> list[int]:
    """The comments found, in order."""
    link = r'href="/threads/\d+/(?:\?at=\d+)?#comment-(\d+)"'
    return [int(pk) for pk in re.findall(link, page(client, words, **filters))]


def test_words_titles_and_names_are_found_and_lead_to_the_comment_in_its_thread(client, thread, cast, say):
    reply = say("ben", "The **lakes** of Geneva.", to=thread.opening)
    assert found(client, "lake") == [reply.pk]
    assert found(client, "cooperation happens") == [thread.opening_id]
    assert found(client, "ben geneva") == [reply.pk], "a name and a word together"
    assert found(client, "ada geneva") == []
    html = page(client, "lake")
    assert "The <mark>lakes</mark> of Geneva." in html
    assert "1 comment<" in html


def test_without_words_the_last_written_come_first_whatever_was_imported_since(client, theme, thread, cast, say):
    """An archive that is imported later has higher keys and older times."""
    live = say("ben", "Written today.", to=thread.opening)
    plant_below(thread.opening, [0] * 420, by=[cast.ada])
    assert found(client, theme=theme.slug)[:2] == [live.pk, thread.opening_id]


def test_a_title_weighs_more_than_a_text_and_the_newer_of_two_equals_comes_first(client, theme, thread, cast, say):
    in_text = [say("ben", "Everything about registries.", to=thread.opening).pk for _ in range(2)]
    in_title = open_thread(theme, cast.ben, "Registries", "A short opening with more words than that.").pk
    assert found(client, "registries") == [in_title, *reversed(in_text)]


def test_who_says_it_more_often_comes_first_and_in_a_longer_text_it_counts_less(client, thread, say):
    often = say("ben", "A lake beside a lake, and more lakes.", to=thread.opening).pk
    once = say("ben", "A lake beside a wood and more hills.", to=thread.opening).pk
    endless = say("ben", "A lake " + "and many other things. " * 250, to=thread.opening).pk
    order = found(client, "lake")
    assert sorted(order) == [often, once, endless]
    assert order.index(often) < order.index(once)
    if connection.vendor == "sqlite":  # PostgreSQL does not look at the length
        assert order == [often, once, endless]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Une création de l’été", "CREATION"),
        ("Les créations de l’été", "ETE"),
        ("حوكمة الإِنترنت والتعاون", "الانترنت"),
        ("互联网治理论坛", "治理"),
        ("インターネットガバナンス", "ガバナンス"),
        ("인터넷 거버넌스를", "거버넌스"),
        ("อินเทอร์เน็ต", "เทอร์"),
        ("ёлка, российский лес", "елка РОССИЙСКИЙ"),
        ("हिन्दी में", "हिन्दी"),
        ("Große Straße", "grosse strasse"),
        ("the years 2010-2012", "2010-2012"),
        ("multi-stakeholder (e.g. ICANN)", "multi-stakeholder e.g."),
    ],
)
def test_every_script_is_found(client, thread, say, text, words):
    reply = say("ben", text, to=thread.opening)
    assert found(client, words) == [reply.pk]
    assert found(client, f'"{words}"') == [reply.pk], "in a row, too"


def test_postgresql_knows_the_forms_of_words_in_the_language_of_the_text(client, thread, say):
    if connection.vendor != "postgresql":
        pytest.skip("FTS5 knows English only")
    french = say("ben", "Nous avons coopéré avec les universités dans le cadre de ces réunions.", to=thread.opening)
    russian = say("ben", "Мы говорили о российских сетях и об их развитии в мире.", to=thread.opening)
    assert found(client, "université coopérer") == [french.pk]
    assert found(client, "сеть российская") == [russian.pk]


def test_quotes_ask_for_words_in_a_row_and_a_minus_leaves_out(client, thread, say):
    first = say("ben", "The lake of Geneva", to=thread.opening).pk
    second = say("ben", "Geneva has a lake", to=thread.opening).pk
    assert sorted(found(client, "lake geneva")) == [first, second]
    assert found(client, '"lake of geneva"') == [first]
    assert found(client, "geneva -has") == [first]
    assert found(client, 'geneva -"lake of"') == [second]


ODD = [
    '"', "'", '""', "\\", "\\'", "'; DROP TABLE forum_search; --", "\x00", "a\x00b", "*", "a*", "^a", "a:b", "name:a",
    "NEAR(a b)", "AND", "a AND", "OR OR", "NOT", "-", "--", "-a", "(", ")", "((((", "{a b}", "a & b | !c", "<->", "a:*",
    "%", "_", "%s", "%(x)s", "🙂", "\u202e", "\ufeff", "\u0301", "\u0378", "ﷺ", "İ", "&lt;", "حوكمة", "互联网",
    "<script>alert(1)</script>", "a" * 10_000, "a " * 5_000, '"' * 10_000, "-" * 10_000, "互" * 3_000, "\r\n\t",
    "9" * 400, "1e309", "0x00", "2010-13-45", "0001-01-01", "9999-12-31",
]  # fmt: skip


@pytest.mark.parametrize("words", ODD)
def test_nothing_typed_is_an_error(client, thread, cast, words):
    assert "<script>alert" not in page(client, words)
    for name in ("author", "theme", "group", "since", "until", "page"):
        page(client, "where", **{name: words})
    search(cast.eve, thread.theme.event, words, author=words)


def test_bytes_that_are_no_text_are_no_error(client, thread):
    for raw in ("%ff%fe", "%ed%a0%80", "%00", "q=1&q=2"):
        assert client.get(f"/baku/search/?q={raw}").status_code == 200
    assert client.post("/baku/search/").status_code == 405
    assert client.get("/nowhere/search/").status_code == 404


def test_a_text_full_of_html_stays_text(client, theme, cast):
    open_thread(
        theme, cast.ben, "<img src=x onerror=alert(1)> title", "`<script>alert(2)</script>` & <mark>me</mark> words"
    )
    html = page(client, "title script words")
    assert "<img" not in html
    assert "<script>alert" not in html
    assert "&lt;img src=x onerror=alert(1)&gt; <mark>title</mark>" in html
    assert "&lt;<mark>script</mark>&gt;alert(2)&lt;/<mark>script</mark>&gt;" in html
    assert html.count("<mark>") == html.count("</mark>")
    echoed = page(client, '"><script>alert(3)</script>')
    assert "<script>alert" not in echoed


def test_filters_narrow_what_is_found_and_list_without_words(client, event, theme, thread, cast, say):
    other = make_theme(event, code="O", slug="other", position=2)
    elsewhere = open_thread(other, cast.ben, "Elsewhere", "It happens here, too.")
    Person.objects.filter(pk=cast.ben.pk).update(group=Group.BUSINESS)
    reply = say("ben", "It happens now.", to=thread.opening)
    Comment.objects.filter(pk=reply.pk).update(created_at=AT, published_at=AT)
    everything = {thread.opening_id, elsewhere.pk, reply.pk}
    assert set(found(client, "happens")) == everything
    assert found(client, "happens", theme="other") == [elsewhere.pk]
    assert set(found(client, "happens", author="ben")) == {elsewhere.pk, reply.pk}
    assert found(client, author="Bén", theme="other") == [elsewhere.pk]
    assert found(client, "happens", group="civil") == [thread.opening_id]
    assert found(client, "happens", until="2020-05-01") == [reply.pk]
    assert set(found(client, "happens", since="2020-05-02")) == everything - {reply.pk}
    assert found(client, since="2020-05-01", until="2020-05-01") == [reply.pk]
    assert found(client, group="business") == [elsewhere.pk, reply.pk], "the newest first"
    assert found(client) == []
    for name, value in (("theme", "nowhere"), ("group", "nobody"), ("since", "yesterday")):
        assert found(client, "happens", **{name: value}) == []
        assert "error-text" in page(client, "happens", **{name: value})


def test_another_event_is_another_dialogue(client, theme, thread, cast):
    elsewhere = make_theme(make_event(slug="berlin"))
    open_thread(elsewhere, cast.ben, "Cooperation in Berlin")
    assert found(client, "cooperation") == [thread.opening_id]


def test_pages_hold_twenty_and_two_hundred_are_the_most(client, theme, cast):
    written = [(f"s:{n}", f"Point {n} of many", NOW() - timedelta(hours=n)) for n in range(206)]
    seeds = [
        imported_comment(theme, origin, author=cast.ben, source=source, written_at=when, is_public=True)
        for origin, source, when in written
    ]
    opening = import_opening(theme, "Points", seeds[0])
    for seed in seeds[1:]:
        import_reply(opening, seed)
    pages = [found(client, "many", page=str(number)) for number in range(1, 11)]
    assert [len(keys) for keys in pages] == [20] * 10
    assert len({key for keys in pages for key in keys}) == 200
    assert "The first 200 comments" in page(client, "many")
    assert "Page 2 of 10" in page(client, "many", page="2")
    for odd in ("0", "11", "-1", "x", "9" * 50, "²"):
        assert len(found(client, "many", page=odd)) == 20
    assert 'rel="next" href="?q=many+-foo&amp;author=ben&amp;page=2"' in page(client, "many -foo", author="ben")


@pytest.mark.parametrize("size", [1, 45])
def test_a_search_costs_few_queries_however_much_it_finds(client, theme, thread, cast, say, size):
    for n in range(size):
        say("ben", f"Point {n} of many", to=thread.opening)
    asked = 5 if connection.vendor == "postgresql" else 4
    for words, filters, cost in (
        ("many", {}, asked), ("many -none", {"author": "ben"}, asked), ("", {"group": "civil"}, 4),
    ):  # fmt: skip
        cache.clear()
        with CaptureQueriesContext(connection) as seen:
            page(client, words, **filters)
        # The event, its themes to choose from, the newest that fit, on PostgreSQL in which order, the rows of one page.
        assert len(seen) == cost
    with CaptureQueriesContext(connection) as seen:
        page(client)
    assert len(seen) == 2, "without a question nothing is looked for"


def test_an_unchanged_answer_is_not_sent_again(client, thread, say):
    tag = client.get("/baku/search/?q=where")["ETag"]
    assert client.get("/baku/search/?q=where", headers={"If-None-Match": tag}).status_code == 304
    say("ben", "where else", to=thread.opening)
    assert client.get("/baku/search/?q=where", headers={"If-None-Match": tag}).status_code == 200


def every_search(words: str, theme_slug: str) -> list[str]:
    asked = [f"q={quote(words)}", f"q=%22{words}%22", f"q=-{words}", f"q={words}&theme={theme_slug}"]
    asked += [f"q={words}&author=ben", f"q={words}&group=civil", f"author={words}", "author=ben", "group=civil"]
    return [f"/baku/search/?{rest}" for rest in (*asked, f"theme={theme_slug}", "since=2000-01-01", "q=answer")]


def test_what_is_not_public_is_found_by_nobody_and_shows_in_no_number(theme, thread, cast, say):
    """A marker word in every text that is gone, and in nothing else: no search knows it, whoever asks."""
    removed = say("ben", "MARKERWORD removed", to=thread.opening)
    say("ada", "An answer, so that its place stays.", to=removed)
    old = say("ben", "MARKERWORD before the edit", to=thread.opening)
    withdrawn = say("ben", "MARKERWORD withdrawn", to=thread.opening)
    held = say("ben", "MARKERWORD held", to=thread.opening)
    hidden_title = open_thread(theme, cast.ben, "MARKERWORD of a title", "An opening.")
    say("ada", "An answer below it.", to=hidden_title)
    seed = imported_comment(
        theme, "x:1", author=cast.ben, source="MARKERWORD imported", written_at=NOW(), is_public=False
    )
    import_reply(thread.opening, seed)
    assert search(cast.eve, theme.event, "MARKERWORD").count == 5
    remove_comment(removed, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=NOW())
    remove_comment(hidden_title, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=NOW())
    edit_comment(old, by=cast.ben, source="after the edit", now=NOW())
    withdraw_comment(withdrawn, by=cast.ben, now=NOW())
    Comment.objects.filter(pk=held.pk).update(status=Status.HELD, in_public_tree=False)  # past every act of ours
    for who in ("eve", "ada", "ben", "mo", "olga"):
        client = cast.client(who)
        for path in every_search("markerword", theme.slug):
            html = unescape(client.get(path).content.decode())
            # The question itself is repeated, but as it was typed: in small letters.
            assert "MARKERWORD" not in html, (who, path)
        assert found(client, "markerword") == []
        assert "No results" in page(client, "markerword")
        assert found(client, "-markerword") == found(client, since="2000-01-01"), "nor does leaving it out"
        assert found(client, author="ben") == [old.pk]
        assert f"Thread {theme.code}-" in page(client, "below")
    assert found(cast.client("eve"), "before") == [], "an older version is not searched"
    assert found(cast.client("eve"), "edit") == [old.pk]


def test_what_is_gone_is_not_in_the_index_and_what_comes_back_is(client, thread, cast, say):
    reply = say("ben", "A lake.", to=thread.opening)
    before = rows_in_index()
    remove_comment(reply, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=NOW())
    assert rows_in_index() == before - 1, "not even as a number that ranks other comments"
    assert found(client, "lake") == []
    restore_comment(reply, seen=SKIP_CHECK, by=cast.mo, reason="", now=NOW())
    assert found(client, "lake") == [reply.pk]


def test_a_row_of_an_older_version_finds_nothing(client, thread, cast, say):
    """Whoever changes a comment past our acts makes it unfindable at worst, never readable."""
    reply = say("ben", "A lake.", to=thread.opening)
    newer = reply.versions.get()
    newer.pk, newer.number, newer.text = None, 2, "A river."
    newer.save()
    Comment.objects.filter(pk=reply.pk).update(version=newer)
    assert found(client, "lake") == []
    assert found(client, "river") == []
    reindex_thread(thread.pk)
    assert found(client, "river") == [reply.pk]


def test_a_new_name_is_found_at_once_and_the_old_one_no_longer(client, thread, cast, say):
    reply = say("ben", "A lake.", to=thread.opening)
    change_profile(cast.ben, name="Benedikta Nowak", group="technical", organisation="")
    assert found(client, "nowak lake") == [reply.pk]
    assert found(client, author="nowak") == [reply.pk]
    assert found(client, "ben") == found(client, author="ben") == []
    assert found(client, "lake", group="civil") == []


def test_a_name_changed_by_staff_is_found_at_once(client, thread, cast, say):
    reply = say("ben", "A lake.", to=thread.opening)
    Person.objects.filter(pk=cast.olga.pk).update(is_staff=True, is_superuser=True)
    fields = {"name": "Somebody Else", "email": cast.ben.email, "group": "civil", "organisation": "", "is_active": "on"}
    assert cast.client("olga").post(f"/admin/accounts/person/{cast.ben.pk}/change/", fields).status_code == 302
    assert found(client, author="somebody") == [reply.pk]
    assert found(client, "ben") == []


def test_a_change_that_does_not_commit_is_not_found(client, thread, cast, monkeypatch, say):
    reply = say("ben", "A lake.", to=thread.opening)
    monkeypatch.setattr("forum.dialogue.actions.comments.bump_revision", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        edit_comment(reply, by=cast.ben, source="A river.", now=NOW())
    assert found(client, "river") == []
    assert found(client, "lake") == [reply.pk]


def test_the_box_stands_on_event_and_theme_pages(client, theme, thread):
    for path, hidden in (("/baku/", ""), (f"/baku/{theme.slug}/", f'name="theme" value="{theme.slug}"')):
        html = client.get(path).content.decode()
        assert 'method="get" action="/baku/search/" role="search"' in html
        assert hidden in html


def rows_in_index() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM forum_search")
        return cursor.fetchone()[0]
