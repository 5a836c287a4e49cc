"""How many comments were written each day, and what became of them: what reports say without counting everything."""

from __future__ import annotations

from django.db import connection, models

from forum.events.models.theme import Theme
from forum.kernel.choices import Status

COUNTS = ("received", "published", "held", "waiting")


class DayCount(models.Model):
    """The comments of a theme that were written on a day, in UTC.

    `published` and `waiting` are those that are public or held now, `held` those that ever waited for a moderator.
    Each change moves them in its own transaction, while it holds the theme's row (actions/day_counts.py).
    """

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="+")
    day = models.DateField()
    # They may be negative: a count that is wrong must not keep a moderator from removing anything.
    received = models.IntegerField(default=0)
    published = models.IntegerField(default=0)
    held = models.IntegerField(default=0)
    waiting = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["theme", "day"], name="one_count_per_theme_and_day")]

    def __str__(self) -> str:
        return f"theme {self.theme_id} on {self.day}"


_DAY = {"sqlite": "substr(said.created_at, 1, 10)", "postgresql": "(said.created_at AT TIME ZONE 'UTC')::date"}
_TRUE = """
    SELECT said.theme_id, {day} AS day, count(*) AS received,
        count(CASE WHEN said.status = '{published}' THEN 1 END) AS published, count(hold.comment_id) AS held,
        count(CASE WHEN said.status = '{waiting}' THEN 1 END) AS waiting
    FROM forum_comment AS said LEFT JOIN forum_hold AS hold ON hold.comment_id = said.id
    WHERE {where} GROUP BY said.theme_id, {day}"""


def true_counts(where: str) -> str:
    """A query of theme_id, day and the four counts, counted from the comments `said` that fit a condition."""
    day = _DAY[connection.vendor]
    return _TRUE.format(day=day, published=Status.PUBLISHED.value, waiting=Status.HELD.value, where=where)


def wrongly_counted(theme_id: int | None = None) -> list[int]:
    """The themes of which a day's counts are not true, or only this one. One query; goes through all comments."""
    where, values = ("1 = 1", {}) if theme_id is None else ("{table}.theme_id = %(theme)s", {"theme": theme_id})
    stored = ", ".join(f"-stored.{name}" for name in COUNTS)
    differs = " OR ".join(f"sum({name}) <> 0" for name in COUNTS)
    statement = f"""
        SELECT DISTINCT theme_id FROM (
            SELECT theme_id FROM (
                {true_counts(where.format(table="said"))}
                UNION ALL SELECT stored.theme_id, stored.day, {stored} FROM forum_daycount AS stored
                WHERE {where.format(table="stored")}
            ) AS either GROUP BY theme_id, day HAVING {differs}
        ) AS wrong ORDER BY theme_id"""  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [theme_id for (theme_id,) in cursor.fetchall()]
