"""Calling somebody by name: who is meant, who is told, and whose name a link may bear."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Person
from forum.dialogue.actions.comments import edit_comment, post_reply
from forum.dialogue.actions.mentions import Names, to_edit
from forum.dialogue.actions.people import placeholder
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.markup.render import render
from forum.models import Comment, CommentVersion, Notification
from forum.moderation.actions.moderation import remove_comment
from forum.moderation.actions.redaction import redact_comment
from tests.factories import make_person, new_key, open_thread, whole

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<a href="/people/([0-9]+)/" class="mention">(.*?)</a>')


def rename(person: Person, name: str) -> None:
    person.name = name
    person.save(update_fields=["name"])


def mentioned(html: str) -> list[str]:
    """The names that are links."""
    return [name for _key, name in LINK.findall(html)]


def shown(thread, source: str) -> str:
    return render(source, directory=Names(theme_id=thread.theme_id, thread_id=thread.pk)).html


@pytest.fixture
def long_name(cast, thread, say):
    rename(cast.mo, "Ada Lovelace")
    say("mo", "I speak here, too.", to=thread.opening)
    Notification.objects.all().delete()
    return cast.mo


def test_a_bare_name_of_somebody_in_the_thread_becomes_a_link_the_longest_first(thread, cast, long_name, say):
    source = "Dear @ada lovelace, and @Ada: mail@ada.example, @Adam, `@Ada`, @Ada\nLovelace."
    comment = say("ben", source, to=thread.opening)
    assert comment.version.source == source
    assert mentioned(comment.version.html) == ["@Ada Lovelace", "@Ada", "@Ada Lovelace"]
    assert comment.version.mentions == [long_name.pk, cast.ada.pk]


UNTOUCHED = [
    "~~~\n@Ada\n~~~", "```\n@Ada\n```", "    @Ada", "`@Ada`", "`` ` @Ada ``", "\\@Ada", "&#64;Ada",
    "https://x.example/?who=@Ada", "<https://x.example/@Ada>", "[w](https://x.example/?who=@Ada)",
    "[see @Ada](https://x.example/)", "[w][r]\n\n[r]: https://x.example/@Ada", "![@Ada](https://x.example/a.png)",
    "me@Ada", "post@Ada.example", "/@Ada", "_x_@Ada@social.example", "@Adam", "@Ada\u0301", "@Ada_x", "@Ada@x.example",
    "@\u200b", "@", "@ Ada", "> `@Ada`",
]  # fmt: skip


@pytest.mark.parametrize("source", UNTOUCHED)
def test_what_is_no_mention_stays_as_it_was_typed(source, thread, say):
    comment = say("ben", source + "\n\nand more", to=thread.opening)
    assert mentioned(comment.version.html) == []
    assert comment.version.html.replace(' rel="nofollow ugc noopener"', "") == render(
        comment.version.source
    ).html.replace(' rel="nofollow ugc noopener"', "")
    assert not Notification.objects.filter(kind="mention").exists()


def test_an_address_with_a_name_in_it_stays_whole(thread, say):
    html = say("ben", "https://x.example/?who=@Ada [w](https://x.example/?who=@Ada)", to=thread.opening).version.html
    assert re.findall(r'href="([^"]*)"', html) == ["https://x.example/?who=@Ada"] * 2


NAMES = [
    "Ada",
    "王明",
    "山田 太郎",
    "홍길동",
    "สมชาย ใจดี",
    "İlham Əliyev",
    "Nguyễn Văn Bảo",
    "أحمد علي",
    "דוד לוי",
    "O'Brien",
    "A. B. (Chair)",
    "O_o_",
    "*star* `x` [y](z) <b>",
    "C++ & Co",
    "#1 ~~x~~",
    "www.x.example",
    "a@b.example",
    "Jo:)",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "around", ["{}", "我和{}说", "(“{}”)", "**{}**", "- {}!", "ไปกับ{} แล้ว", "| {} |\n| - |", "# {}", "*see* {},"]
)
def test_a_name_of_any_kind_is_found_as_the_list_writes_it(name, around, thread, cast):
    rename(cast.ada, name)
    names = Names(theme_id=thread.theme_id, thread_id=thread.pk)
    source = around.format(names.typed(cast.ada.pk, name))
    made = render(source, directory=names)
    assert made.mentions == (cast.ada.pk,), made.html
    plain = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert mentioned(made.html.replace("&#39;", "'").replace("&quot;", '"')) == [f"@{plain}"]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("İlham", "@ilham"), ("İlham", "@ILHAM"), ("Kılıç", "@kiliç"), ("O'Brien", "@O’Brien"), ("Ada", "＠Ada"),
        ("José", "@Jose\u0301"), ("Jose\u0301", "@José"), ("می\u200cنا", "@مینا"), ("Ada  B", "@Ada B"),
        ("Ada", "@ＡＤＡ"),
    ],
)  # fmt: skip
def test_spellings_of_one_name_are_one_name(name, typed, thread, cast):
    rename(cast.ada, name)
    assert [key for key, _ in LINK.findall(shown(thread, f"Dear {typed}, hello"))] == [str(cast.ada.pk)]


def test_somebody_who_spoke_elsewhere_in_the_event_is_found_after_those_in_the_thread(thread, cast, say, theme):
    from_elsewhere = make_person("far")
    rename(from_elsewhere, "Far Away")
    assert mentioned(shown(thread, "@Far Away")) == []
    open_thread(theme, from_elsewhere, "Another thread")
    assert mentioned(shown(thread, "@Far Away")) == ["@Far Away"]
    rename(from_elsewhere, "Ada")
    assert LINK.findall(shown(thread, "@Ada"))[0][0] == str(cast.ada.pk)


def test_of_two_with_one_name_nobody_is_called_without_a_link(thread, cast, long_name, say):
    say("ben", "I am here, too.", to=thread.opening)
    rename(cast.ben, "Ada Lovelace")
    names = Names(theme_id=thread.theme_id, thread_id=thread.pk)
    assert mentioned(shown(thread, "@Ada Lovelace and @Ada")) == ["@Ada"]
    assert names.typed(cast.ben.pk, "Ada Lovelace") == f"[@Ada Lovelace](/people/{cast.ben.pk}/)"
    assert render(names.typed(cast.ben.pk, "Ada Lovelace"), directory=names).mentions == (cast.ben.pk,)
    assert names.typed(cast.ada.pk, "Ada") == "@Ada"
    rename(cast.ben, "ada lovelace")
    assert [key for key, _ in LINK.findall(shown(thread, "@Ada Lovelace, @ada lovelace"))] == [
        str(long_name.pk), str(cast.ben.pk),
    ]  # fmt: skip


def test_somebody_with_an_account_comes_before_an_imported_author_of_the_same_name(thread, cast, say):
    imported = placeholder("import:2", name="Ada")
    first = say("ben", "Imported words.", to=thread.opening)
    Comment.objects.filter(pk=first.pk).update(author=imported)
    assert LINK.findall(shown(thread, "@Ada"))[0][0] == str(cast.ada.pk)


def test_a_link_bears_its_persons_own_name(cast, thread, say):
    given = f"[@The Moderators](/people/{cast.ben.pk}/) and [@Nobody](/people/999999/)"
    comment = say("mo", given, to=thread.opening)
    assert comment.version.html == f'<p><a href="/people/{cast.ben.pk}/" class="mention">@Ben</a> and @Nobody</p>\n'


def test_a_name_of_any_kind_stays_one_link(thread, cast, say):
    odd = make_person("odd")
    rename(odd, "](https://evil.example) *x*")
    comment = say("ben", f"[@x](/people/{odd.pk}/)", to=thread.opening)
    assert f'href="/people/{odd.pk}/" class="mention"' in comment.version.html
    assert 'href="https://evil' not in comment.version.html


@pytest.mark.parametrize(
    "quote", ["> @Ada said", "> - @Ada", "> > @Ada", "> [@Ada](/people/{ada}/)", "> a^[@Ada]", "x[^1]\n\n> [^1]: @Ada"]
)
def test_a_quotation_calls_nobody_again(quote, thread, cast, say):
    Notification.objects.all().delete()
    first = say("mo", "Words.", to=thread.opening)
    Notification.objects.all().delete()
    comment = say("ben", quote.format(ada=cast.ada.pk), to=first)
    assert mentioned(comment.version.html) == ["@Ada"]
    assert comment.version.mentions == []
    assert not Notification.objects.filter(person=cast.ada).exists()
    edit_comment(comment, by=cast.ben, source=f"{comment.version.source}\n\n@Ada!", now=timezone.now())
    assert Notification.objects.filter(person=cast.ada, kind="mention").count() == 1


def test_whoever_is_mentioned_is_told_and_nobody_twice(thread, cast, say):
    say("mo", "I speak here.", to=thread.opening)
    say("ada", "Me, too.", to=thread.opening)
    nobody = placeholder("import:1", name="Imported")
    Notification.objects.all().delete()
    comment = say("ben", f"@Mo and @Ada and @Mo, @Ben, [@I](/people/{nobody.pk}/).", to=thread.opening)
    told = Notification.objects.order_by("person__name").values_list("person__name", "kind", "comment_id")
    assert list(told) == [("Ada", "mention", comment.pk), ("Mo", "mention", comment.pk)]


def test_an_edit_tells_only_whom_it_adds(thread, cast, say):
    say("mo", "I speak here.", to=thread.opening)
    comment = say("ben", "Hello @Ada.", to=thread.opening)
    Notification.objects.all().delete()
    for source in ("Hello @Ada.", "Hello @Ada and @Mo.", "Hello @Mo."):
        edit_comment(comment, by=cast.ben, source=source, now=timezone.now())
    told = Notification.objects.values_list("person__name", "kind")
    assert sorted(told) == [("Ada", "mention"), ("Mo", "mention")]


def test_the_same_form_sent_twice_stays_one_comment_though_names_became_links(thread, cast, say):
    key, words = new_key(), {"by": cast.ben, "source": "Hello @Mo.", "now": timezone.now()}
    first = post_reply(thread.opening, key=key, **words)
    say("mo", "Now I have spoken here, too.", to=thread.opening)
    assert post_reply(thread.opening, key=key, **words).pk == first.pk


@pytest.mark.parametrize(
    ("source", "queries"),
    [("No name here.", 0), ("`@Ada` \\@Ada a@b.example", 0), ("@Ada @Ada", 3), ("[@Ada](/people/1/)", 1),
     ("> Ada, P-1:", 1), ("> Ada, P-1:\n\n@Ada [@Ada](/people/1/)\n\n> Mo, P-2:", 5)],
)  # fmt: skip
def test_only_what_a_text_holds_is_asked_for(source, queries, thread):
    with CaptureQueriesContext(connection) as seen:
        shown(thread, source)
    assert len(seen) == queries


def test_a_name_goes_on_meaning_whom_it_meant(thread, cast, say):
    comment = say("ben", "Hello @Ada.", to=thread.opening)
    rename(cast.ada, "Ada Byron")
    rename(cast.mo, "Ada")
    say("mo", "I am called Ada, too.", to=thread.opening)
    edit_comment(comment, by=cast.ben, source="Hello @Ada, again.", now=timezone.now())
    assert whole(comment.pk).version.mentions == [cast.ada.pk]
    assert Notification.objects.filter(kind="mention").count() == 1
    CommentVersion.objects.update(renderer=1)
    before = whole(comment.pk).version.html
    call_command("rerender")
    assert whole(comment.pk).version.html == before
    redact_comment(
        whole(comment.pk), seen=SKIP_CHECK, by=cast.olga, passages=["again"], reason="No.", now=timezone.now()
    )
    assert mentioned(whole(comment.pk).version.html) == ["@Ada"]


@pytest.fixture
def stored(thread, cast, say):
    """A text from when names were stored as links."""
    comment = say(
        "ben", f"Hello [@Ada](/people/{cast.ada.pk}/), `[@Ada](/people/1/)`[^1]\n\n[^1]: n", to=thread.opening
    )
    return whole(comment.pk)


def test_a_text_that_was_stored_with_links_reads_as_it_would_be_typed(stored, thread, cast):
    typed = to_edit(stored)
    assert typed == "Hello @Ada, `[@Ada](/people/1/)`[^1]\n\n[^1]: n"
    page = cast.client("ben").get(f"/comments/{stored.pk}/edit/")
    assert typed in page.context["composer"].form["source"].value()
    edit_comment(stored, by=cast.ben, source=typed, now=timezone.now())
    assert CommentVersion.objects.filter(comment=stored).count() == 1
    edit_comment(stored, by=cast.ben, source=f"[@Mo](/people/{cast.mo.pk}/)" + typed[10:], now=timezone.now())
    assert CommentVersion.objects.filter(comment=stored).count() == 2
    rename(cast.ada, "Somebody Else")
    assert to_edit(stored) == typed


def test_a_link_stays_where_a_name_alone_would_mean_somebody_else(thread, cast, say):
    source = f"[@Mo](/people/{cast.mo.pk}/) and [@x](/people/{cast.ada.pk}/)"
    comment = say("ben", source, to=thread.opening)
    html = comment.version.html.replace(">@Ada<", ">@Mo<")
    CommentVersion.objects.filter(pk=comment.version_id).update(html=html)
    assert to_edit(whole(comment.pk)) == source


def test_the_preview_shows_the_links_that_sending_makes(thread, cast, say, theme):
    comment = say("ben", "Words.", to=thread.opening)
    ben, told = cast.client("ben"), {"source": "Dear @Ada"}
    places = [f"reply-{comment.pk}", f"edit-{comment.pk}", f"thread-{theme.pk}"]
    for place in places:
        assert mentioned(ben.post(f"/preview/?at={place}", told).json()["html"]) == ["@Ada"], place
    assert mentioned(ben.post("/preview/", told).json()["html"]) == []
    for nowhere in ("reply-999999", f"edit-{thread.opening_id}", "thread-0", "other-1"):
        assert ben.post(f"/preview/?at={nowhere}", told).status_code == 404, nowhere
    for odd in ("reply", "reply-x", "reply-99999999999999999999", "reply-²"):
        assert ben.post(f"/preview/?at={odd}", told).status_code == 200, odd
    page = ben.post(f"/comments/{comment.pk}/reply/", told | {"act": "preview", "key": new_key()})
    assert mentioned(page.content.decode()) == ["@Ada"]


@pytest.mark.parametrize(
    ("words", "names"),
    [("a", ["Ada", "Émile Ångström"]), ("émi", ["Émile Ångström"]), ("emile a", ["Émile Ångström"]),
     ("ang", ["Émile Ångström"]), ("da", []), ("ben", [])],
)  # fmt: skip
def test_completion_finds_any_word_of_a_name_and_those_of_the_thread_first(thread, cast, say, words, names):
    cast.mo.name = "Émile Ångström"
    cast.mo.save(update_fields=["name"])
    say("mo", "Bonjour.", to=thread.opening)
    say("ada", "Hello.", to=thread.opening)
    answer = cast.client("ben").get(f"/threads/{thread.pk}/people/", {"q": words})
    assert [person["name"] for person in answer.json()["people"]] == names


def test_completion_is_for_people_with_an_account_and_offers_nobody_hidden(thread, cast, say):
    comment = say("mo", "Rude.", to=thread.opening)
    remove_comment(comment, seen=SKIP_CHECK, by=cast.olga, reason="Rude.", now=timezone.now())
    path = f"/threads/{thread.pk}/people/?q=mo"
    assert cast.client("eve").get(path).status_code == 403
    assert cast.client("ben").get(path).json() == {"people": []}
    offered = cast.client("ben").get(f"/themes/{thread.theme_id}/people/?q=ad").json()["people"][0]
    assert (offered["name"], offered["typed"]) == ("Ada", "@Ada")


@pytest.mark.parametrize("many", [2, 60])
def test_completion_costs_the_same_in_every_thread(thread, cast, say, many):
    for n in range(many):
        say("ada", f"Words {n}", to=thread.opening)
    client = cast.client("ben")
    with CaptureQueriesContext(connection) as seen:
        client.get(f"/threads/{thread.pk}/people/?q=ad")
    assert len(seen) == 6
    assert Comment.objects.count() == many + 1


QUOTE = "> {name}, {label}:\n>\n> Words.\n\nIndeed."


def head(thread, *, name: str, label: str) -> list[str]:
    return re.findall(r'<a href="(/comments/[0-9]+/)">(.*?)</a>', shown(thread, QUOTE.format(name=name, label=label)))


def test_a_quotation_leads_to_the_comment_that_it_names(thread, cast, say):
    comment = say("ada", "Words.", to=thread.opening)
    label = f"{thread.theme.code}-{comment.number}"
    page = cast.client("ben").get(f"/comments/{comment.pk}/reply/?quote")
    source = page.context["box"].composer.form["source"].value()
    assert source == f"> Ada, {label}:\n>\n> Words.\n\n"
    answer = say("ben", f"{source}Indeed.", to=comment)
    assert answer.version.html.startswith(
        f'<blockquote>\n<p><a href="/comments/{comment.pk}/">Ada, {label}</a>:</p>\n<p>Words'
    )
    link = (f"/comments/{comment.pk}/", f"Ada, {label}")
    assert head(thread, name="Ada", label=label) == [link]
    assert head(thread, name="ada", label=label) == [link]
    for name, other in (("Mo", label), ("Ada", f"{label}9"), ("Ada", f"ZZ-{comment.number}"), ("Ada", label.lower())):
        assert head(thread, name=name, label=other) == []
    assert "/comments/" not in shown(thread, f"Ada, {label}:\n\nno quotation")
    assert "/comments/" not in shown(thread, f"> Words.\n>\n> Ada, {label}:")
    remove_comment(comment, seen=SKIP_CHECK, by=cast.olga, reason="Rude.", now=timezone.now())
    assert head(thread, name="Ada", label=label) == []
    edit_comment(answer, by=cast.ben, source=f"{source}Indeed not.", now=timezone.now())
    assert f'<a href="/comments/{comment.pk}/">Ada, {label}</a>' in whole(answer.pk).version.html


@pytest.mark.parametrize("name", ["O_o _x_", "*Ada* [b](c)", "Ada, P-1", "王明", "A & B <i>"])
def test_a_quotation_of_anybody_leads_to_them(name, thread, cast, say):
    rename(cast.ada, name)
    comment = say("ada", "Words.", to=thread.opening)
    page = cast.client("ben").get(f"/comments/{comment.pk}/reply/?quote")
    html = say("ben", page.context["box"].composer.form["source"].value() + "Yes.", to=comment).version.html
    assert f'<a href="/comments/{comment.pk}/">' in html
    assert html.count("<a ") == 1
