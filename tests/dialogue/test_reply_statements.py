"""What one reply asks of the database over all its layers, BEGIN and COMMIT counted. The numbers are literal."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forum.models import Comment, Draft
from tests.factories import new_key


@pytest.mark.django_db(transaction=True)
def test_a_reply_takes_nine_statements_on_postgresql(thread: Any, cast: Any) -> None:
    client = cast.client("ben")
    path = f"/comments/{thread.opening_id}/reply/"
    client.post(path, {"source": "The first composes what is kept.", "key": new_key()})
    key = new_key()
    client.post(path, {"source": "A draft.", "key": key, "act": "draft"})
    assert Draft.objects.count() == 1
    with CaptureQueriesContext(connection) as seen:
        response = client.post(path, {"source": "A reply of some words.", "key": key})
    assert response.status_code == 302
    assert Comment.objects.count() == 3
    assert not Draft.objects.exists(), "it went in the same transaction"
    asked = [query["sql"] for query in seen]
    assert len(asked) == (9 if connection.vendor == "postgresql" else 16), "\n".join(asked)
    begun = next(n for n, sql in enumerate(asked) if sql.startswith("BEGIN"))
    assert asked[-1].startswith("COMMIT")
    assert len(asked) - begun == (5 if connection.vendor == "postgresql" else 13), "under the locks"
    assert not any(re.search(r"\bto_tsvector", sql) for sql in asked[begun:]), "nothing is analysed under a lock"
