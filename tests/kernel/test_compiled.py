"""Queries that are composed once find what Django's own find, with every value in its place."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from forum.kernel.compiled import Compiled, CompiledValues
from forum.models import Comment, Theme

pytestmark = pytest.mark.django_db

LATER = CompiledValues[tuple[int, int]](
    lambda theme, first, before: (
        Comment.objects.filter(theme=theme, published_revision__gte=first, created_at__lt=before)
        .order_by("pk")
        .values_list("pk", "published_revision")
    ),
    theme=int,
    first=int,
    before=datetime,
)


def test_each_value_takes_its_place_again_and_again(thread, say):
    for n in range(3):
        say("ben", f"Reply {n}.", to=thread.opening)
    soon = timezone.now() + timedelta(hours=1)
    expected = list(Comment.objects.order_by("pk").values_list("pk", "published_revision"))
    for first in (expected[0][1], expected[2][1]):
        found = LATER.rows(theme=thread.theme_id, first=first, before=soon)
        assert found == [row for row in expected if row[1] >= first]
    assert LATER.rows(theme=thread.theme_id + 1, first=0, before=soon) == []
    assert LATER.rows(theme=thread.theme_id, first=0, before=soon - timedelta(days=1)) == []
    assert LATER.rows(theme=2**63, first=0, before=soon) == [], "no column holds such a number"


def test_a_value_that_is_asked_in_another_form_is_refused():
    shouted = Compiled(lambda code: Theme.objects.filter(code=code.upper()), code=str)
    with pytest.raises(ValueError, match="code"):
        shouted.rows(code="P")
