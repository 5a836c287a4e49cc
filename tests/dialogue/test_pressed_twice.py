"""The same form again: after an answer that was lost, or a button pressed twice at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from forum.kernel.choices import Act
from forum.models import Comment, Thread
from tests.factories import logged_acts, new_key, seen_field, whole

DB = pytest.mark.django_db


@pytest.fixture
def comment(say, thread):
    return say("ben", "Call zebrafinch at 555.", to=thread.opening)


DECISIONS = {
    Act.REMOVE: ("remove", {}),
    Act.OFF_TOPIC: ("off-topic", {}),
    Act.PIN: ("pin", {}),
    Act.REDACT: ("redact", {"passages": "zebrafinch"}),
}


@DB
@pytest.mark.parametrize("act", DECISIONS)
def test_a_decision_sent_again_is_told_as_ones_own_success_and_made_once(cast, comment, act):
    path, more = DECISIONS[act]
    fields = {"reason": "Against the rules."} | more | seen_field(comment)
    mo = cast.client("mo")
    for _ in range(2):
        assert mo.post(f"/comments/{comment.pk}/{path}/", fields).status_code == 302
    assert logged_acts(comment=comment) == [act]
    assert mo.post(f"/comments/{comment.pk}/{path}/", fields | {"reason": "Another."}).status_code == 409


@DB
def test_other_passages_with_the_same_reason_are_another_redaction(cast, comment):
    """The page is as old as before: what it asks for now has not been taken out."""
    fields = {"reason": "Against the rules."} | seen_field(comment)
    mo, path = cast.client("mo"), f"/comments/{comment.pk}/redact/"
    assert mo.post(path, fields | {"passages": "zebrafinch"}).status_code == 302
    for passages in ("555", "zebrafinch\n555", "call"):
        assert mo.post(path, fields | {"passages": passages}).status_code == 409
    assert logged_acts(comment=comment) == [Act.REDACT]


@DB
@pytest.mark.parametrize(("first", "back"), [("remove", "restore"), ("pin", "unpin"), ("off-topic", "on-topic")])
def test_taking_it_back_twice_is_taking_it_back_once(cast, comment, first, back):
    mo = cast.client("mo")
    mo.post(f"/comments/{comment.pk}/{first}/", {"reason": "So."} | seen_field(comment))
    fields = {"reason": ""} | seen_field(whole(comment.pk))
    answers = [mo.post(f"/comments/{comment.pk}/{back}/", fields).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert len(logged_acts(comment=comment)) == 2


@DB
def test_the_same_decision_of_somebody_else_is_told_as_theirs(cast, comment):
    fields = {"reason": "Against the rules."} | seen_field(comment)
    assert cast.client("mo").post(f"/comments/{comment.pk}/remove/", fields).status_code == 302
    assert cast.client("olga").post(f"/comments/{comment.pk}/remove/", fields).status_code == 409
    assert cast.client("ada").post(f"/comments/{comment.pk}/remove/", fields).status_code in {403, 404}


@DB
def test_a_decision_that_a_colleague_took_back_since_is_not_told_as_made(cast, comment):
    fields = {"reason": "Against the rules."} | seen_field(comment)
    mo = cast.client("mo")
    mo.post(f"/comments/{comment.pk}/remove/", fields)
    removed = seen_field(whole(comment.pk))
    cast.client("olga").post(f"/comments/{comment.pk}/restore/", {"reason": "No."} | removed)
    cast.client("olga").post(f"/comments/{comment.pk}/pin/", {"reason": "Good."} | seen_field(whole(comment.pk)))
    again = mo.post(f"/comments/{comment.pk}/restore/", {"reason": "No."} | removed)
    assert again.status_code == 409
    assert mo.post(f"/comments/{comment.pk}/remove/", fields).status_code == 302, "it is as it was seen, and goes again"
    assert logged_acts(comment=comment) == [Act.REMOVE, Act.RESTORE, Act.PIN, Act.REMOVE]


@DB
def test_withdrawing_twice_is_withdrawing_once(cast, comment):
    ben = cast.client("ben")
    assert [ben.post(f"/comments/{comment.pk}/withdraw/").status_code for _ in range(2)] == [302, 302]
    assert cast.client("ada").post(f"/comments/{comment.pk}/withdraw/").status_code != 302


@pytest.mark.django_db(transaction=True)
def test_removing_twice_at_the_same_moment_is_told_twice_as_success(cast, comment):
    fields = {"reason": "Against the rules."} | seen_field(comment)

    def press(client) -> int:
        try:
            return client.post(f"/comments/{comment.pk}/remove/", fields).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(press, [cast.client("mo") for _ in range(4)]))
    assert answers == [302] * 4
    assert logged_acts(comment=comment) == [Act.REMOVE]


@DB
@pytest.mark.parametrize("changed", [{"title": "Another title"}, {"source": "Another text."}])
def test_a_form_for_a_thread_sent_again_with_other_words_is_refused_and_gives_them_back(cast, theme, changed):
    fields = {"title": "A title", "source": "A text.", "key": new_key()}
    ada, path = cast.client("ada"), f"/{theme.event.slug}/{theme.slug}/open/"
    assert [ada.post(path, fields).status_code for _ in range(2)] == [302, 302]
    told = ada.post(path, fields | changed)
    assert told.status_code == 409
    assert "This form was already sent" in told.content.decode()
    (words,) = changed.values()
    assert words in told.content.decode()
    assert Thread.objects.count() == 1


@DB
def test_a_form_for_a_reply_sent_to_another_comment_is_refused_and_gives_the_text_back(cast, thread, say, comment):
    other = say("ada", "Another comment.", to=thread.opening)
    fields = {"source": "My answer.", "key": new_key()}
    ben = cast.client("ben")
    assert [ben.post(f"/comments/{comment.pk}/reply/", fields).status_code for _ in range(2)] == [302, 302]
    for elsewhere in (other.pk, thread.opening_id):
        told = ben.post(f"/comments/{elsewhere}/reply/", fields)
        assert told.status_code == 409
        assert "My answer." in told.content.decode()
    at_opening = fields | {"key": new_key()}
    ben.post(f"/comments/{thread.opening_id}/reply/", at_opening)
    assert ben.post(f"/comments/{thread.opening_id}/reply/", at_opening).status_code == 302
    assert ben.post(f"/comments/{other.pk}/reply/", at_opening).status_code == 409
    as_thread = fields | {"title": "My answer"}
    assert ben.post(f"/{thread.theme.event.slug}/{thread.theme.slug}/open/", as_thread).status_code == 409
    assert Comment.objects.filter(version__source="My answer.").count() == 2


@DB
def test_what_moderators_did_in_between_does_not_make_it_another_form(cast, theme, thread, comment):
    mo, ben = cast.client("mo"), cast.client("ben")
    opening = {"title": "A title", "source": "A text.", "key": new_key()}
    path = f"/{theme.event.slug}/{theme.slug}/open/"
    ben.post(path, opening)
    opened = Thread.objects.get(title="A title")
    mo.post(f"/threads/{opened.pk}/rename/", {"title": "A better title", "reason": "So."})
    assert ben.post(path, opening).status_code == 302
    reply = {"source": "My answer.", "key": new_key()}
    ben.post(f"/comments/{comment.pk}/reply/", reply)
    made = Comment.objects.get(version__source="My answer.")
    assert mo.post(f"/comments/{made.pk}/split/", {"title": "Of its own", "reason": "So."}).status_code == 302
    assert ben.post(f"/comments/{comment.pk}/reply/", reply).status_code == 302
    assert Comment.objects.filter(version__source="My answer.").count() == 1
