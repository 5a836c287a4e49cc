"""The same form about a thread, a theme or a branch again: pressed twice, sent again, or late."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection

from forum.kernel.choices import Act, RoleKind
from forum.models import Thread
from tests.dialogue.test_summaries import typed
from tests.factories import logged_acts, make_theme, open_thread

DB = pytest.mark.django_db


@pytest.fixture
def comment(say, thread):
    return say("ben", "Call zebrafinch at 555.", to=thread.opening)


def opened_form(client, path: str) -> dict[str, str]:
    """The state that a form about a thread or theme carries."""
    found = re.search(r'name="seen" value="([^"]*)"', client.get(path).content.decode())
    assert found
    return {"seen": found[1]}


@DB
def test_a_thread_locked_twice_is_locked_once(cast, thread):
    mo = cast.client("mo")
    for act in ("lock", "unlock"):
        path = f"/threads/{thread.pk}/{act}/"
        fields = {"reason": "So."} | opened_form(mo, path)
        assert [mo.post(path, fields).status_code for _ in range(2)] == [302, 302]
    assert logged_acts(thread=thread) == [Act.LOCK, Act.UNLOCK]
    assert cast.client("olga").post(f"/threads/{thread.pk}/unlock/", {"reason": "So."}).status_code == 409


SOON = f"{datetime.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"
OF_TARGETS = {  # path, fields, acts in the log
    "lock": ("/threads/{thread}/lock/", {}, [Act.LOCK]),
    "rename": ("/threads/{thread}/rename/", {"title": "New"}, [Act.RENAME]),
    "plan": ("/threads/{thread}/plan/", {"closes_at": SOON}, [Act.PLAN]),
    "slow": ("/threads/{thread}/slow/", {"minutes": "5"}, [Act.SLOW]),
    "note": ("/threads/{thread}/note/", {"source": "Read this first."}, [Act.NOTE]),
    "move": ("/threads/{thread}/move/", {"to": "{other}"}, [Act.MOVE]),
    "lock theme": ("/themes/{theme}/lock/", {}, [Act.LOCK_THEME]),
    "plan theme": ("/themes/{theme}/plan/", {"closes_at": SOON}, [Act.PLAN_THEME]),
    "slow theme": ("/themes/{theme}/slow/", {"minutes": "5"}, [Act.SLOW_THEME]),
}
BACK = {  # what takes it back
    "plan": ("/threads/{thread}/plan/cancel/", Act.CANCEL_PLAN),
    "note": ("/threads/{thread}/note/remove/", Act.REMOVE_NOTE),
    "lock theme": ("/themes/{theme}/unlock/", Act.UNLOCK_THEME),
    "plan theme": ("/themes/{theme}/plan/cancel/", Act.CANCEL_THEME_PLAN),
}


@DB
@pytest.mark.parametrize("name", OF_TARGETS)
def test_a_decision_about_a_thread_or_theme_sent_again_is_made_once(cast, theme, thread, name):
    where = {"thread": thread.pk, "theme": theme.pk, "other": make_theme(theme.event).pk}
    path, more, made = OF_TARGETS[name]
    path = path.format(**where)
    mo = cast.client("mo")
    fields = {"reason": "So."} | {key: value.format(**where) for key, value in more.items()} | opened_form(mo, path)
    assert [mo.post(path, fields).status_code for _ in range(2)] == [302, 302]
    assert logged_acts() == made
    if name in BACK:
        path, act = BACK[name][0].format(**where), BACK[name][1]
        back = {"reason": ""} | opened_form(mo, path)
        assert [mo.post(path, back).status_code for _ in range(2)] == [302, 302]
        assert logged_acts() == [*made, act]


@DB
@pytest.mark.parametrize("kind", ["threads", "themes"])
def test_a_copy_of_a_form_that_comes_late_does_not_act_again(cast, theme, thread, kind):
    """A connection fell silent with the request on its way; it was sent again, and a colleague unlocked since."""
    path = f"/{kind}/{(thread if kind == 'threads' else theme).pk}"
    mo, olga = cast.client("mo"), cast.client("olga")
    late = {"reason": "So."} | opened_form(mo, f"{path}/lock/")
    assert mo.post(f"{path}/lock/", late).status_code == 302
    assert olga.post(f"{path}/unlock/", {"reason": ""} | opened_form(olga, f"{path}/unlock/")).status_code == 302
    told = mo.post(f"{path}/lock/", late)
    assert told.status_code == 409
    assert "This has changed since you opened the form" in told.content.decode()
    assert len(logged_acts()) == 2
    again = re.search(r'name="seen" value="([^"]*)"', told.content.decode())
    assert mo.post(f"{path}/lock/", {"reason": "So.", "seen": again[1]}).status_code == 302


@DB
def test_a_form_that_was_opened_before_a_colleague_decided_comes_back_with_its_words(cast, thread):
    mo, olga = cast.client("mo"), cast.client("olga")
    fields = {"title": "A clearer title", "reason": "So."} | opened_form(mo, f"/threads/{thread.pk}/rename/")
    olga.post(f"/threads/{thread.pk}/rename/", {"title": "Olga's title", "reason": ""})
    told = mo.post(f"/threads/{thread.pk}/rename/", fields)
    assert told.status_code == 409
    assert "A clearer title" in told.content.decode()
    assert Thread.objects.get(pk=thread.pk).title == "Olga's title"


@DB
def test_a_thread_split_twice_is_split_once(cast, comment, thread):
    mo, path = cast.client("mo"), f"/comments/{comment.pk}/split/"
    fields = {"title": "Apart", "reason": "So."} | opened_form(mo, path)
    answers = [mo.post(path, fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert logged_acts(comment=comment) == [Act.SPLIT]
    assert mo.post(path, fields | {"title": "Another title"}).status_code == 409
    mo.post(f"{answers[0]['Location']}merge/", {"into": f"/threads/{thread.pk}/", "reason": ""})
    assert mo.post(path, fields).status_code == 409, "a copy that comes late does not split it again"
    assert logged_acts(comment=comment) == [Act.SPLIT, Act.MERGE]


@DB
def test_what_rapporteurs_do_with_the_summary_does_not_make_a_form_old(cast, thread, event):
    event.roles.create(person=cast.ben, kind=RoleKind.RAPPORTEUR)
    mo, path = cast.client("mo"), f"/threads/{thread.pk}/lock/"
    fields = {"reason": "So."} | opened_form(mo, path)
    summed = typed(agreed=f"We agree. [{thread.theme.code}-1]")
    assert cast.client("ben").post(f"/threads/{thread.pk}/summary/edit/", summed).status_code == 302
    assert mo.post(path, fields).status_code == 302


@DB
def test_a_merge_sent_again_leads_to_where_the_thread_goes_on(cast, theme, thread):
    younger = open_thread(theme, cast.ada, "A younger thread")
    mo, path = cast.client("mo"), f"/threads/{younger.thread_id}/merge/"
    fields = {"into": f"/threads/{thread.pk}/", "reason": "So."} | opened_form(mo, path)
    answers = [mo.post(path, fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert "has since been merged" in mo.get(answers[1]["Location"].split("#")[0]).content.decode()
    for who in ("ada", "eve"):
        assert cast.client(who).post(path, fields).status_code == 404, "others learn nothing of it"


@pytest.mark.django_db(transaction=True)
def test_merging_twice_at_the_same_moment_is_told_twice_as_where_it_goes_on(cast, theme, thread):
    younger = open_thread(theme, cast.ada, "A younger thread")
    path = f"/threads/{younger.thread_id}/merge/"
    fields = {"into": f"/threads/{thread.pk}/", "reason": "So."} | opened_form(cast.client("mo"), path)

    def press(client) -> tuple[int, str]:
        try:
            answer = client.post(path, fields)
            return answer.status_code, answer.get("Location", "")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(press, [cast.client("mo") for _ in range(4)]))
    assert len(answers) == 1
    assert answers.pop()[0] == 302
    assert logged_acts(comment=younger) == [Act.MERGE]
