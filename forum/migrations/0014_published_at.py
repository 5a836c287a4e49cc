"""When a comment first became public: by this the wall orders what all themes hold."""

from typing import Any

from django.db import migrations, models


def as_written(apps: Any, editor: Any) -> None:
    """What is public counts as published when it was written; when something was approved before is not known."""
    comments = apps.get_model("forum", "Comment").objects.filter(published_revision__isnull=False)
    comments.update(published_at=models.F("created_at"))


class Migration(migrations.Migration):
    dependencies = [("forum", "0013_pins")]

    operations = [
        migrations.AddField(
            model_name='comment',
            name='published_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunPython(as_written, migrations.RunPython.noop),
    ]
