"""Which sites may show a dialogue in a frame."""

import forum.events.models.event
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("forum", "0015_newest_of_a_theme")]

    operations = [
        migrations.AddField(
            model_name='event',
            name='frame_origins',
            field=models.TextField(blank=True, db_default='', help_text='One a line, such as https://example.org. Empty: none may.', validators=[forum.events.models.event.check_origins], verbose_name='sites that may show the dialogue in a frame'),
        ),
    ]
