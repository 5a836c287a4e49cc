"""Looking claims nothing and marks nothing: what somebody opens is theirs only when they say so.

That no look at any address writes anything is tried by tests/access/test_access_matrix.py.
"""

from __future__ import annotations

import pytest

from forum.models import Claim, Notification

pytestmark = pytest.mark.django_db


def test_opening_a_card_claims_nothing_and_asking_for_it_does(held, cast):
    comment = held()
    mo = cast.client("mo")
    for method in ("get", "head"):
        assert getattr(mo, method)(f"/comments/{comment.pk}/decide/").status_code == 200
        assert mo.get(f"/comments/{comment.pk}/decide/", headers={"Accept": "application/json"}).status_code == 200
    assert not Claim.objects.exists()
    assert "moderation-" in mo.get(f"/comments/{comment.pk}/decide/").content.decode()
    assert mo.post(f"/comments/{comment.pk}/lease/", {"act": "take"}).status_code == 302
    assert Claim.objects.get().holder == cast.mo
    assert "Mo is reviewing this." in cast.client("olga").get(f"/comments/{comment.pk}/decide/").content.decode()


def test_a_notification_is_seen_when_somebody_says_so(thread, cast, say):
    reply = say("ben", "I doubt it.", to=thread.opening)
    told, ada = Notification.objects.get(person=cast.ada), cast.client("ada")
    for method in ("get", "head"):
        answer = getattr(ada, method)(f"/notifications/{told.pk}/")
        assert (answer.status_code, answer["Location"]) == (302, f"/threads/{thread.pk}/#comment-{reply.pk}")
    assert Notification.objects.get(pk=told.pk).seen_at is None
    seen = f"/notifications/{told.pk}/seen/"
    page = ada.get("/notifications/").content.decode()
    assert (f'action="{seen}"' in page, f'data-see="{seen}"' in page) == (True, True)
    assert cast.client("ben").post(seen).status_code == 404
    assert cast.client("eve").post(seen).status_code == 302
    assert ada.get(seen).status_code == 405
    assert Notification.objects.get(pk=told.pk).seen_at is None
    assert ada.post(seen, headers={"Parley-Part": "1"}).status_code == 204
    assert Notification.objects.get(pk=told.pk).seen_at is not None
    assert ada.get("/notifications/count/").json() == {"label": "", "waiting": ""}
