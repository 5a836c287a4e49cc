"""Organisers can hold emails."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forum', '0055_bounces'),
    ]

    operations = [
        migrations.AddField(
            model_name='event',
            name='holds_mail',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name='outgoingmail',
            name='held_at',
            field=models.DateTimeField(null=True),
        ),
    ]
