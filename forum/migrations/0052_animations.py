"""A file says whether it was an animation: only its first frame is kept."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("forum", "0051_site_texts")]

    operations = [
        migrations.AddField("attachment", "is_animation", models.BooleanField(default=False, db_default=False)),
    ]
