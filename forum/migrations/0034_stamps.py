"""Each revision of a theme gets a random stamp, so that a restored database is noticed by the pages that are open."""

import django.db.models.deletion
from django.db import migrations, models

import forum.kernel.stamp
from forum.kernel.stamp import KEPT_STAMPS, new_stamp


def stamp_themes(apps, schema_editor) -> None:
    """The present revision of each theme: adding the column gave all of them the same stamp."""
    theme_model, stamp_model = apps.get_model("forum", "Theme"), apps.get_model("forum", "RevisionStamp")
    for theme in theme_model.objects.order_by().only("revision"):
        stamp, revision = new_stamp(), theme.revision
        theme_model.objects.filter(pk=theme.pk).update(stamp=stamp)
        stamp_model.objects.create(theme_id=theme.pk, slot=revision % KEPT_STAMPS, revision=revision, stamp=stamp)


class Migration(migrations.Migration):
    dependencies = [("forum", "0033_acts_of_the_log")]

    operations = [
        migrations.AddField(
            model_name="theme",
            name="stamp",
            field=models.PositiveIntegerField(default=forum.kernel.stamp.new_stamp, editable=False),
        ),
        migrations.CreateModel(
            name="RevisionStamp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slot", models.PositiveSmallIntegerField()),
                ("revision", models.PositiveBigIntegerField()),
                ("stamp", models.PositiveIntegerField()),
                (
                    "theme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="forum.theme"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="revisionstamp",
            constraint=models.UniqueConstraint(fields=("theme", "slot"), name="one_stamp_per_slot"),
        ),
        migrations.AddIndex(
            model_name="revisionstamp",
            index=models.Index(fields=["theme", "revision"], name="stamp_by_revision"),
        ),
        migrations.RunPython(stamp_themes, migrations.RunPython.noop),
    ]
