"""Counts of comments by the day they were written (see dialogue/models/day_count.py), and of those refused, by author."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

DAY = {"sqlite": "substr(said.created_at, 1, 10)", "postgresql": "(said.created_at AT TIME ZONE 'UTC')::date"}


def count(apps, schema_editor):
    day = DAY[schema_editor.connection.vendor]
    schema_editor.execute(f"""
        INSERT INTO forum_daycount (theme_id, day, received, published, held, waiting)
        SELECT said.theme_id, {day}, count(*), count(CASE WHEN said.status = 'published' THEN 1 END),
            count(hold.comment_id), count(CASE WHEN said.status = 'held' THEN 1 END)
        FROM forum_comment AS said LEFT JOIN forum_hold AS hold ON hold.comment_id = said.id
        GROUP BY said.theme_id, {day}""")


class Migration(migrations.Migration):
    dependencies = [("forum", "0049_search_marks")]

    operations = [
        migrations.CreateModel(
            "DayCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "theme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="forum.theme"
                    ),
                ),
                ("day", models.DateField()),
                ("received", models.IntegerField(default=0)),
                ("published", models.IntegerField(default=0)),
                ("held", models.IntegerField(default=0)),
                ("waiting", models.IntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("theme", "day"), name="one_count_per_theme_and_day")
                ],
            },
        ),
        migrations.AddIndex(
            "comment",
            models.Index(
                condition=Q(status__in=["rejected", "removed"]), fields=["author", "theme", "status"], name="comment_refused"
            ),
        ),
        migrations.RunPython(count, migrations.RunPython.noop, elidable=False),
    ]
