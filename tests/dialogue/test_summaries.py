"""The living summary of a thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.dialogue.actions.summaries import write_summary
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Act
from forum.kernel.errors import Refused
from forum.kernel.reasons import Reason
from forum.models import LogEntry, Notification, Summary, Theme
from forum.moderation.actions.moderation import remove_comment, restore_comment
from forum.moderation.actions.moving import move_thread
from tests.factories import changes_since, make_event, make_theme, open_thread

pytestmark = pytest.mark.django_db


def summarise(thread, by, *comments, base: int = 0, text: str = "Funding must be predictable.", **more: Any) -> Any:
    points = {"agreed": [{"text": text, "comments": [comment.pk for comment in comments]}]}
    return write_summary(thread, points=points, base=base, by=by, now=timezone.now(), **more)


def typed(**lists: str) -> dict[str, str]:
    return {"base": "0", "agreed": "", "disputed": "", "open": ""} | lists


def test_a_rapporteur_writes_it_and_everybody_reads_it_beside_the_thread(theme, thread, cast, say, rita):
    first, second = (say("ben", f"Point {n}.", to=thread.opening) for n in range(2))
    page, client, eve = f"/threads/{thread.pk}/", cast.client("rita"), cast.client("eve")
    assert f"{page}summary/edit/" in client.get(page).content.decode()
    labels = [f"{theme.code}-{comment.number}" for comment in (first, second)]
    asked = typed(agreed=f"Funding must be predictable. [{labels[0]}, {labels[1].lower()}]\n\n",
                  open=f"Who pays? [{labels[1]}].")  # fmt: skip
    assert client.post(f"{page}summary/edit/", asked).url == f"{page}summary/"
    for path in (page, f"{page}summary/", f"/{theme.event.slug}/{theme.slug}/print/", f"{page}branches/"):
        shown = eve.get(path)
        text = (b"".join(shown.streaming_content) if shown.streaming else shown.content).decode()
        assert "Points of agreement" in text, path
        assert "Points of disagreement" not in text, path
        assert f'Funding must be predictable.</bdi> <a class="number" href="/comments/{first.pk}/">{labels[0]}' in text
    assert "<details" in eve.get(page).content.decode()
    assert '<details class="summary" open' in eve.get(f"/{theme.event.slug}/{theme.slug}/print/").content.decode()
    assert f"Funding must be predictable. [{labels[0]}, {labels[1]}]" in client.get(
        f"{page}summary/edit/").content.decode()  # fmt: skip
    assert LogEntry.objects.get().act == Act.SUMMARISE
    assert not Notification.objects.filter(person=cast.ada, entry__isnull=False).exists(), "no decision about her words"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("No comment named.", "Line 2 has no comment number"),
        ("Empty brackets. [ , ]", "Line 2 has no comment number"),
        ("[{label}]", "Line 2 has no text"),
        ("x" * 301 + " [{label}]", "Line 2 is too long"),
        ("Wrong. [47]", "“47” is not a comment number"),
        ("Wrong. [{label}; {label}]", "is not a comment number"),
        ("Unknown. [Z-9]", "Z-9 is not a public comment"),
        ("Removed. [{removed}]", "{removed} is not a public comment"),
        ("Elsewhere. [{elsewhere}]", "{elsewhere} is not a public comment"),
        ("Many. [{many}]", "lists too many comments"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_and_the_text_comes_back(theme, thread, cast, say, rita, line, sentence):
    removed = say("ben", "Rude.", to=thread.opening)
    remove_comment(removed, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    far = make_theme(make_event(slug="elsewhere"), code="E", slug="e")
    elsewhere = open_thread(far, cast.ada, "Far away")
    names = {
        "label": f"{theme.code}-1",
        "removed": f"{theme.code}-{removed.number}",
        "elsewhere": f"E-{elsewhere.number}" if theme.code != "E" else "Z-1",
        "many": ", ".join(f"{theme.code}-{n}" for n in range(1, 12)),
    }
    text = f"Good. [{names['label']}]\n{line.format(**names)}"
    answer = cast.client("rita").post(f"/threads/{thread.pk}/summary/edit/", typed(disputed=text))
    assert answer.status_code == 422
    body = answer.content.decode()
    assert sentence.format(**names) in body
    assert "Line 1" not in body
    assert line.format(**names)[:40].replace("'", "&#x27;") in body
    assert not Summary.objects.exists()


def test_a_list_has_at_most_twenty_points(theme, thread, cast, rita):
    text = "\n".join(f"Point {n}. [{theme.code}-1]" for n in range(21))
    answer = cast.client("rita").post(f"/threads/{thread.pk}/summary/edit/", typed(open=text))
    assert answer.status_code == 422
    assert "at most 20 points" in answer.content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("eve", 403), ("ada", 403), ("ben", 403), ("rita", 200), ("mo", 200), ("olga", 200)]
)
def test_who_may_write_it(thread, cast, rita, who, status):
    client, address = cast.client(who), f"/threads/{thread.pk}/summary/edit/"
    assert client.get(address).status_code == status
    letter = thread.theme.code
    answer = client.post(address, typed(agreed=f"We agree. [{letter}-1]"))
    assert answer.status_code == (302 if status == 200 else 403)
    assert ("Edit the summary" in client.get(f"/threads/{thread.pk}/").content.decode()) is (status == 200)
    assert Summary.objects.exists() is (status == 200)


def test_a_rapporteur_writes_in_their_theme_only(event, cast, rita):
    elsewhere = open_thread(make_theme(event), cast.ada, "Elsewhere").thread
    assert cast.client("rita").get(f"/threads/{elsewhere.pk}/summary/edit/").status_code == 403


def test_two_who_write_at_once_both_keep_their_words(theme, thread, cast, rita):
    letter = theme.code
    rita_client, mo, address = cast.client("rita"), cast.client("mo"), f"/threads/{thread.pk}/summary/edit/"
    assert rita_client.post(address, typed(agreed=f"Rita's point. [{letter}-1]")).status_code == 302
    mine = typed(agreed=f"Mo's point. [{letter}-1]")
    answer = mo.post(address, mine)
    assert answer.status_code == 409
    body = answer.content.decode()
    assert f"Rita&#x27;s point. [{letter}-1]" in body
    assert f"Mo&#x27;s point. [{letter}-1]" in body
    assert 'name="base" value="1"' in body
    assert mo.post(address, mine | {"base": "1"}).status_code == 302
    history = cast.client("eve").get(f"/threads/{thread.pk}/summary/history/").content.decode()
    assert history.index("Mo&#x27;s point.") < history.index("Rita&#x27;s point.")
    assert [history.count(f'id="version-{n}"') for n in (1, 2, 3)] == [1, 1, 0]


@pytest.mark.django_db(transaction=True)
def test_of_eight_writers_at_once_one_is_first(thread, cast):
    def write(n: int) -> str:
        try:
            return str(summarise(thread, cast.mo, thread.opening, text=f"As {n} sees it.").number)
        except Refused as refusal:
            return refusal.reason.value
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        outcome = sorted(pool.map(write, range(8)))
    assert outcome == ["1", *[Reason.SUMMARY_CHANGED.value] * 7]
    assert Summary.objects.count() == 1


def test_the_same_points_make_no_version(thread, cast):
    summarise(thread, cast.mo, thread.opening)
    summarise(thread, cast.mo, thread.opening, base=1)
    assert Summary.objects.count() == 1


def test_a_comment_that_is_no_longer_public_loses_its_link_and_gets_it_back(theme, thread, cast, say):
    comment = say("ben", "Point.", to=thread.opening)
    summarise(thread, cast.mo, comment)
    eve, page = cast.client("eve"), f"/threads/{thread.pk}/"
    link = f'class="number" href="/comments/{comment.pk}/"'

    def head() -> str:
        return eve.get(page).content.decode().split('class="points"')[1].split("</div>")[0]

    assert link in head()
    before = Theme.objects.get(pk=theme.pk).revision
    remove_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    assert link not in head()
    assert "Funding must be predictable." in head()
    found = changes_since(theme.pk, before)
    assert found is not None
    assert found.threads[0]["summary"]["lists"][0]["points"] == [{"text": "Funding must be predictable.", "links": []}]
    restore_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now())
    assert link in head()


@pytest.mark.parametrize("again", ["", "Twice. [{public}, {removed}]\n"], ids=["unchanged", "with one more point"])
def test_what_names_a_removed_comment_is_saved_with_it_and_the_link_comes_back(theme, thread, cast, say, again):
    first, second = (say("ben", f"zebrafinch {n}", to=thread.opening) for n in range(2))
    summarise(thread, cast.mo, first, second)
    remove_comment(first, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    mo, edit, page = cast.client("mo"), f"/threads/{thread.pk}/summary/edit/", f"/threads/{thread.pk}/summary/"
    form = mo.get(edit).content.decode()
    removed, public = (f"{theme.code}-{comment.number}" for comment in (first, second))
    line = f"Funding must be predictable. [{removed}, {public}]"
    assert line in form
    assert "zebrafinch" not in form
    text = again.format(public=public, removed=removed.lower()) + line
    assert mo.post(edit, typed(base="1", agreed=text)).status_code == 302
    eve = cast.client("eve")
    assert f"/comments/{first.pk}/" not in eve.get(page).content.decode()
    assert f"/comments/{second.pk}/" in eve.get(page).content.decode()
    restore_comment(first, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now())
    assert f'href="/comments/{first.pk}/">{removed}</a>' in eve.get(page).content.decode()


def test_a_comment_that_is_not_public_can_stay_in_a_summary_but_not_enter_it(theme, thread, cast, say):
    before, after = (say("ben", f"Point {n}.", to=thread.opening) for n in range(2))
    summarise(thread, cast.mo, before)
    for comment in (before, after):
        remove_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    edit = f"/threads/{thread.pk}/summary/edit/"
    entering = cast.client("mo").post(edit, typed(base="1", agreed=f"New. [{theme.code}-{after.number}]"))
    assert entering.status_code == 422
    assert f"{theme.code}-{after.number} is not a public comment" in entering.content.decode()
    with pytest.raises(Refused) as refusal:
        summarise(thread, cast.mo, before, after, base=1)
    assert refusal.value.reason is Reason.POINT_NOT_PUBLIC
    summarise(thread, cast.mo, thread.opening, base=1)
    once = typed(base="2", agreed=f"Back. [{theme.code}-{before.number}]")
    assert cast.client("mo").post(edit, once).status_code == 422, "what was taken out does not come back by itself"


def test_a_link_follows_its_comment_to_another_theme(event, theme, thread, cast, say):
    comment = say("ben", "Point.", to=thread.opening)
    summarise(thread, cast.mo, comment)
    there = make_theme(event)
    move_thread(thread, to=there, by=cast.mo, reason="", now=timezone.now())
    assert f">{there.code}-{comment.number}</a>" in cast.client("eve").get(f"/threads/{thread.pk}/").content.decode()
    old = f"As it was. [{theme.code}-{comment.number}]"
    answer = cast.client("mo").post(f"/threads/{thread.pk}/summary/edit/", typed(agreed=old, base="1"))
    assert answer.status_code == 302, "its former number still names it"


def test_a_page_in_the_cache_of_a_reader_is_not_kept_beyond_a_change(event, thread, cast, say):
    elsewhere = open_thread(make_theme(event), cast.ben, "Elsewhere")
    summarise(thread, cast.mo, elsewhere)
    eve, page = cast.client("eve"), f"/threads/{thread.pk}/"
    tag = eve.get(page)["ETag"]
    assert eve.get(page, headers={"If-None-Match": tag}).status_code == 304
    remove_comment(elsewhere, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    assert eve.get(page, headers={"If-None-Match": tag}).status_code == 200


def queries(client, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_a_summary_costs_a_reader_one_query_and_its_writers_two(thread, cast, say, rita):
    clients, page = [cast.client(who) for who in ("eve", "ada", "rita")], f"/threads/{thread.pk}/"

    def costs() -> list[int]:
        for client in clients:
            client.get(page)
        return [queries(client, page) for client in clients]

    before = costs()
    for n in range(5):
        comment = say("ben", f"Point {n}.", to=thread.opening)
        summarise(thread, cast.mo, comment, thread.opening, base=n, text=f"Point {n}.")
        for client in clients[1:]:
            client.post(f"/threads/{thread.pk}/read/")
    cache.clear()
    # ada has been told of replies meanwhile, and her page counts them.
    assert [after - known for after, known in zip(costs(), before, strict=True)] == [1, 2, 2]


def test_the_summary_says_nothing_as_html(thread, cast):
    summarise(thread, cast.mo, thread.opening, text="<script>alert(1)</script>")
    for path in ("", "summary/", "summary/history/", "summary/edit/"):
        assert "<script>alert" not in cast.client("mo").get(f"/threads/{thread.pk}/{path}").content.decode()
