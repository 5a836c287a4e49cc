"""Fragments by way of their outlines are, to the letter, what the templates make."""

from __future__ import annotations

import itertools

import pytest
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from forum.dialogue import fragments
from forum.dialogue.queries import comments, threads
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.models import Comment
from forum.moderation.actions.moderation import remove_comment
from tests.conftest import NOW

NASTY = 'O\'Neil & <b>"x"</b> {{ c.id }} \\x00id\\x00'


@pytest.mark.django_db
def test_comments_and_threads_look_as_their_templates_say(thread, cast, say):
    first = say("ben", "Removed later.", to=thread.opening)
    say("ada", "An *answer*.", to=first)
    remove_comment(first, seen=SKIP_CHECK, by=cast.mo, reason=NASTY, now=NOW)
    for template, name, rows in (
        ("dialogue/fragments/comment.html", "c", comments.shown(Comment.objects.all())),
        ("dialogue/fragments/thread_row.html", "t", threads.by_keys([thread.pk])),
        ("dialogue/fragments/thread_head.html", "t", threads.by_keys([thread.pk])),
    ):
        made = fragments._template(template)
        for row, value in itertools.product(rows, [NASTY, "", 0, None, 7, False, True, gettext_lazy("Civil society")]):
            for field in row.keys() - {"files"}:
                changed = row | {field: value}
                assert fragments._each(made, name, [changed, row])[0] == made.render(Context({name: changed})), (
                    field,
                    value,
                )
        marked = rows[0] | {"name": "a\0b"}  # which no form lets in
        assert fragments._each(made, name, [marked, rows[0]])[0] == made.render(Context({name: marked}))
        safe = rows[0] | {"name": SafeString("<i>safe</i>")}
        assert fragments._each(made, name, [row, safe])[1] == made.render(Context({name: safe}))


@pytest.mark.django_db
def test_lines_of_fragments_have_no_indents(thread, say):
    say("ben", "An answer.", to=thread.opening)
    made = comments.shown(Comment.objects.all())
    assert "\n " not in fragments.comments_html(made) + fragments.thread_rows_html(threads.by_keys([thread.pk]))
