"""A preview on real discussions finds what the rules would have found when each comment was sent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from forum.dialogue.rules.dry_run import PastComment, simulate
from forum.dialogue.rules.holding import HoldRule, found_by, history_of
from forum.exchange.discussions import import_discussion
from forum.kernel.choices import HoldKind
from forum.models import Comment
from forum.moderation.queries.dry_run import past
from tests.exchange.data import DATA, needs_data

pytestmark = [pytest.mark.django_db, needs_data]

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
RULES = [
    [HoldRule(HoldKind.NEWCOMERS, 2)],
    [HoldRule(HoldKind.WORDS, 0, ("array", "patch", "accessibility", "proposal"))],
    [HoldRule(HoldKind.LINKS, 1), HoldRule(HoldKind.PACE, 1)],
    [HoldRule(HoldKind.REPETITION), HoldRule(HoldKind.REFUSED)],
    [HoldRule(HoldKind.EVERYBODY)],
]


@pytest.mark.parametrize("name", ["wxr-blog-136-comments.xml", "mbox-numpy-2001-11.mbox"])
def test_rehearsing_is_replaying(event, theme, name):
    import_discussion(theme, DATA / name)
    rows = list(past(event.pk, None, since=BEGINNING))
    assert len(rows) > 100
    for rules in RULES:
        played = simulate({theme.pk: rules}, (PastComment(**row) for row in rows))
        previewed = {each.comment_id: found for each, found in played if found}
        replayed = {}
        for comment in Comment.objects.select_related("author", "version").order_by("created_at", "pk"):
            history = history_of(comment.author_id, event.pk, comment.created_at)
            text, html = comment.version.text, comment.version.html
            if found := found_by(rules, text, html, history, now=comment.created_at):
                replayed[comment.pk] = found
        assert previewed == replayed, rules
        assert previewed or rules[0].kind is HoldKind.REPETITION, "something must be found, or nothing is compared"
