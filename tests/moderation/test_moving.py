"""Moderators give conversations another place, with forms."""

from __future__ import annotations

import pytest
from django.test import Client

from forum.models import Comment, Thread
from tests.factories import make_theme, open_thread

pytestmark = pytest.mark.django_db


def test_a_branch_becomes_a_thread_by_two_clicks(thread, cast, say):
    branch = say("ben", "Quite another question.", to=thread.opening)
    client = cast.client("mo")
    assert f"/comments/{branch.pk}/split/" in client.get(f"/comments/{branch.pk}/").content.decode()
    assert "Quite another question." in client.get(f"/comments/{branch.pk}/split/").content.decode()
    response = client.post(f"/comments/{branch.pk}/split/", {"title": "Quite another", "reason": ""}, follow=True)
    assert response.redirect_chain[-1][0] == f"/threads/{Thread.objects.latest('pk').pk}/"
    assert "is now a thread of its own" in response.content.decode()
    assert "<h1" in response.content.decode()
    assert "Quite another" in response.content.decode()


def test_the_title_is_asked_for_and_the_reason_typed_comes_back(thread, cast, say):
    branch = say("ben", "Quite another question.", to=thread.opening)
    response = cast.client("mo").post(f"/comments/{branch.pk}/split/", {"title": " ", "reason": "Because of this."})
    assert response.status_code == 422
    assert "Because of this." in response.content.decode()


@pytest.mark.parametrize("name", ["/threads/{}/", "http://testserver/threads/{}/?at=3#comment-3", "label", "comment"])
def test_the_other_thread_is_named_as_people_name_it(theme, thread, cast, name):
    younger = open_thread(theme, cast.ben, "The same again")
    names = {"label": f"{theme.code.lower()}-{thread.opening.number}", "comment": f"/comments/{thread.opening_id}/"}
    asked = {"into": names.get(name, name).format(thread.pk), "reason": "The same question."}
    response = cast.client("mo").post(f"/threads/{younger.thread_id}/merge/", asked, follow=True)
    assert response.redirect_chain[-1][0] == f"/threads/{thread.pk}/#comment-{younger.pk}"
    assert Comment.objects.get(pk=younger.pk).thread_id == thread.pk


@pytest.mark.parametrize(
    ("into", "sentence"),
    [("nonsense", "no such thread"), ("/threads/999999/", "no such thread"), ("Z-999", "no such thread"),
     ("{younger}", "is newer"), ("{itself}", "into itself")],
)  # fmt: skip
def test_what_cannot_be_merged_is_said_beside_the_field(theme, thread, cast, into, sentence):
    younger = open_thread(theme, cast.ben, "The same again").thread
    asked = into.format(younger=f"/threads/{younger.pk}/", itself=f"/threads/{thread.pk}/")
    response = cast.client("mo").post(f"/threads/{thread.pk}/merge/", {"into": asked, "reason": "Kept."})
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert "Kept." in response.content.decode()


def test_a_thread_moves_to_a_theme_of_the_list(event, theme, thread, cast):
    there = make_theme(event, title="Elsewhere")
    client = cast.client("mo")
    assert "Elsewhere" in client.get(f"/threads/{thread.pk}/move/").content.decode()
    assert client.post(f"/threads/{thread.pk}/move/", {"to": str(theme.pk)}).status_code == 409
    assert client.post(f"/threads/{thread.pk}/move/", {"to": str(there.pk)}).url == f"/threads/{thread.pk}/"
    assert "Elsewhere" in Client().get(f"/threads/{thread.pk}/").content.decode()


def test_a_thread_is_renamed_and_says_so_everywhere(theme, thread, cast):
    client = cast.client("mo")
    assert f'value="{thread.title}"' in client.get(f"/threads/{thread.pk}/rename/").content.decode()
    assert client.post(f"/threads/{thread.pk}/rename/", {"title": thread.title}).status_code == 409
    client.post(f"/threads/{thread.pk}/rename/", {"title": "A clearer title"})
    assert "A <mark>clearer</mark> title" in Client().get("/baku/search/?q=clearer").content.decode()
    for path in (f"/threads/{thread.pk}/", f"/baku/{theme.slug}/"):
        assert "A clearer title" in Client().get(path).content.decode()


@pytest.mark.parametrize("who", ["eve", "ada", "ben"])
@pytest.mark.parametrize("act", ["rename", "move", "merge"])
def test_only_moderators_are_offered_and_allowed_it(thread, cast, who, act):
    client = cast.client(who)
    assert f"/threads/{thread.pk}/{act}/" not in client.get(f"/threads/{thread.pk}/").content.decode()
    assert client.get(f"/threads/{thread.pk}/{act}/").status_code == 403
    assert client.post(f"/threads/{thread.pk}/{act}/", {"title": "x", "into": "x", "to": "1"}).status_code == 403
