"""Where new comments stand in their branches: the bounds that django-mptt would give each in turn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from forum.dialogue.models.comment import branch_id
from forum.kernel.nesting import bounds_from_parents
from forum.models import Comment

# Each gap moves the bounds that stand behind it; a comment that ends behind it, but begins before, becomes wider.
WIDEN = """
    WITH gap(tree_id, place, width) AS (VALUES {gaps})
    UPDATE forum_comment SET lft = lft + wider.before, rght = rght + wider.until
    FROM (
        SELECT said.id, SUM(CASE WHEN gap.place < said.lft THEN gap.width ELSE 0 END) AS before,
            SUM(gap.width) AS until
        FROM gap JOIN forum_comment AS said ON said.tree_id = gap.tree_id AND said.rght >= gap.place
        GROUP BY said.id
    ) AS wider
    WHERE wider.id = forum_comment.id"""


class _Gap(NamedTuple):
    """Room in a branch for `width` bounds, where the bound `place` was."""

    tree_id: int
    place: int
    width: int


def place(comments: Sequence[Comment]) -> None:
    """Gives numbered new comments their branches and bounds, and makes room there. At most one statement.

    Parents come before their answers; those that are not new were read under the lock of their thread.
    """
    bases: dict[int, Comment] = {}  # by a comment: the root of its new branch, or what is here already and above it
    forests: defaultdict[Comment, list[Comment]] = defaultdict(list)
    for comment in comments:
        parent = comment.parent
        comment.tree_id = parent.tree_id if parent else branch_id(comment.theme_id, comment.number)
        base = bases[comment.pk] = bases.get(parent.pk, parent) if parent else comment
        forests[base].append(comment)
    gaps = [_Gap(base.tree_id, base.rght, 2 * len(new)) for base, new in forests.items() if base is not new[0]]
    for base, new in forests.items():
        if base is new[0]:
            _nest(new, before=0, level=0, below=None)
        else:
            moved = sum(gap.width for gap in gaps if gap.tree_id == base.tree_id and gap.place < base.rght)
            _nest(new, before=base.rght - 1 + moved, level=base.level + 1, below=base.pk)
    _widen(gaps)


def _nest(forest: Sequence[Comment], *, before: int, level: int, below: int | None) -> None:
    """Gives comments their bounds behind `before`, as answers to `below`, or as one branch."""
    bounds = bounds_from_parents(
        (each.pk, None if each.parent_id == below else each.parent_id, each.number) for each in forest
    )
    for comment in forest:
        own = bounds[comment.pk]
        comment.lft, comment.rght, comment.level = own.lft + before, own.rght + before, own.level + level


def _widen(gaps: Sequence[_Gap]) -> None:
    if not gaps:
        return
    statement = WIDEN.format(gaps=", ".join(["(%s, %s, %s)"] * len(gaps)))
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for gap in gaps for value in gap])
