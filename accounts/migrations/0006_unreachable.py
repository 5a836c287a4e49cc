"""Emails that came back are noted."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_time_zone'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='unreachable_email',
            field=models.EmailField(blank=True, editable=False, max_length=254, null=True),
        ),
        migrations.AddField(
            model_name='person',
            name='unreachable_reason',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=200),
        ),
    ]
