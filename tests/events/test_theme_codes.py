"""A theme's code may have four characters: whatever names a comment by it takes all of them."""

from __future__ import annotations

import pytest
from django.test import Client

from forum.models import Theme
from tests.factories import make_theme, open_thread, reply_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def long(event) -> Theme:
    return make_theme(event, code="WG12", slug="working-group", title="Working group")


def test_a_comment_is_called_by_it_and_found_under_its_name(event, long, cast):
    opening = open_thread(long, cast.ben, "A thread", "An opening.")
    reply = reply_to(opening, cast.ada, "An answer.")
    eve = Client()
    assert f"WG12-{reply.number}" in eve.get(f"/threads/{opening.thread_id}/").content.decode()
    assert eve.get(f"/{event.slug}/WG12-{reply.number}/")["Location"] == f"/comments/{reply.pk}/"
    assert eve.get(f"/{event.slug}/wg12-{reply.number}/").status_code == 404
    assert eve.get(f"/{event.slug}/live/?theme=WG12").status_code == 200


@pytest.mark.parametrize("typed", ["WG12-{}", "wg12-{}"])
def test_a_summary_names_comments_by_it(long, cast, typed):
    opening = open_thread(long, cast.ben, "A thread", "An opening.")
    reply = reply_to(opening, cast.ada, "An answer.")
    text = f"Funding must be predictable. [{typed.format(reply.number)}]"
    said = {"base": "0", "agreed": text, "disputed": "", "open": ""}
    answer = cast.client("mo").post(f"/threads/{opening.thread_id}/summary/edit/", said)
    assert answer.status_code == 302, answer.content.decode()
    assert f">WG12-{reply.number}</a>" in Client().get(f"/threads/{opening.thread_id}/").content.decode()


def test_a_theme_may_be_called_like_a_code_only_in_small_letters(event, staff):
    about = {"event": event.pk, "code": "D", "title": "Day", "question": "", "position": "1"}
    for slug, status in (("day-1", 302), ("DAY-1", 200)):
        assert staff.post("/admin/forum/theme/add/", about | {"slug": slug}).status_code == status
