"""The moderators' note at the head of a thread."""

from __future__ import annotations

import pytest
from django.utils import timezone

from forum.kernel.choices import Act
from forum.kernel.errors import TextRefused
from forum.models import LogEntry, Note, Theme
from forum.moderation.actions.notes import write_note
from tests.factories import changes_since, make_theme, open_thread

pytestmark = pytest.mark.django_db


def test_a_note_is_set_changed_and_removed(theme, thread, cast):
    mo, olga, eve, page = cast.client("mo"), cast.client("olga"), cast.client("eve"), f"/threads/{thread.pk}/"
    assert mo.post(f"{page}note/", {"source": "Please answer **P-1** first.", "reason": ""}).url == page
    shown = eve.get(page).content.decode()
    assert "Please answer <strong>P-1</strong> first." in shown
    assert "Moderator, <time" in shown
    assert "Mo</bdi>" not in shown, "the role is shown, not the name"
    assert "Please answer **P-1** first." in mo.get(f"{page}note/").content.decode()
    assert olga.post(f"{page}note/", {"source": "Now P-2.", "reason": "It moved on."}).status_code == 302
    assert "Organiser, <time" in eve.get(page).content.decode()
    assert "Please answer" not in eve.get(page).content.decode()
    assert mo.post(f"{page}note/remove/", {"reason": ""}).status_code == 302
    assert 'class="note"' not in eve.get(page).content.decode()
    assert mo.post(f"{page}note/remove/", {"reason": ""}).status_code == 302, "sent twice, it is done once"
    assert olga.post(f"{page}note/remove/", {"reason": ""}).status_code == 409
    acts = list(LogEntry.objects.order_by("pk").values_list("act", flat=True))
    assert acts == [Act.NOTE, Act.NOTE, Act.REMOVE_NOTE]


@pytest.mark.parametrize(
    ("source", "sentence"),
    [("", "required"), ("x" * 1001, "1000 characters"), ("---", "no visible content"), ("bell \x07 rings", "control")],
)
def test_a_note_that_cannot_be_shown_comes_back(thread, cast, source, sentence):
    answer = cast.client("mo").post(f"/threads/{thread.pk}/note/", {"source": source, "reason": "Kept."})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "Kept." in answer.content.decode()
    assert not Note.objects.exists()


def test_a_note_is_cleaned_like_every_text(thread, cast):
    write_note(thread, source="<script>alert(1)</script> [x](javascript:alert(1))", by=cast.mo, reason="",
               now=timezone.now())  # fmt: skip
    page = cast.client("eve").get(f"/threads/{thread.pk}/").content.decode()
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    with pytest.raises(TextRefused):
        write_note(thread, source="x" * 1001, by=cast.mo, reason="", now=timezone.now())


def test_followers_get_it_with_the_head(theme, thread, cast):
    before = Theme.objects.get(pk=theme.pk).revision
    write_note(thread, source="Read this.", by=cast.mo, reason="", now=timezone.now())
    found = changes_since(theme.pk, before)
    assert found is not None
    assert "Read this." in found.threads[0]["note_html"]


def test_a_moderator_of_another_theme_may_not(event, thread, cast):
    elsewhere = open_thread(make_theme(event), cast.ada, "Elsewhere").thread
    role = event.roles.get(person=cast.mo)
    role.theme = thread.theme
    role.save()
    mo = cast.client("mo")
    assert mo.get(f"/threads/{thread.pk}/note/").status_code == 200
    assert mo.get(f"/threads/{elsewhere.pk}/note/").status_code == 403
