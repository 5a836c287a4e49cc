"""People as everybody sees them: by what they said in public."""

from __future__ import annotations

from typing import Any

from accounts.models import Person
from forum.models import Comment
from forum.queries.wording import GROUP_LABELS, initials

PAGE = 30  # comments on a person's page


def get(person: Any, person_id: int) -> dict[str, Any]:
    """Somebody who spoke in public, or the person who asks. One or two queries. Raises Person.DoesNotExist.

    Everybody else is not there: this page must not tell who has an account.
    """
    row = Person.objects.values("pk", "name", "group", "organisation").get(pk=person_id)
    if person_id != person.pk and not Comment.objects.public().filter(author=person_id).exists():
        raise Person.DoesNotExist
    return {
        "id": row["pk"],
        "name": row["name"],
        "initials": initials(row["name"]),
        "group": row["group"],
        "group_label": GROUP_LABELS.get(row["group"], ""),
        "organisation": row["organisation"],
        "url": f"/people/{row['pk']}/",
    }
