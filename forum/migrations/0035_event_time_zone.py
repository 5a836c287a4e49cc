"""The time zone of an event is checked where it is stored."""

from django.db import migrations, models

import forum.events.models.event


class Migration(migrations.Migration):
    dependencies = [("forum", "0034_stamps")]

    operations = [
        migrations.AlterField(
            model_name="event",
            name="timezone",
            field=models.CharField(
                default="UTC",
                help_text="IANA name, such as Asia/Baku. All times of the event are on its clocks.",
                max_length=60,
                validators=[forum.events.models.event.check_zone],
                verbose_name="time zone",
            ),
        ),
    ]
