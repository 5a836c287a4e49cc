from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("forum", "0023_appeals"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="tells_waiting",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
    ]
