"""When a comment first became public: by this the wall orders what all themes hold."""

from typing import Any

from django.db import migrations, models


def as_written(apps: Any, editor: Any) -> None:
    """Nothing could be approved before this was kept: what is public was published as it was written."""
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
