"""An index for the newest of a theme, by the time they became public."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("forum", "0014_published_at")]

    operations = [
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['theme', 'published_at', 'id'], name='comment_theme_newest'),
        ),
    ]
