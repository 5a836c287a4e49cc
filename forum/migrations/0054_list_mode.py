"""People can get every comment of a theme by email."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forum', '0053_outbox'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ListSubscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sends_own', models.BooleanField(default=False)),
                ('revision', models.PositiveBigIntegerField(editable=False)),
                ('day', models.DateField(editable=False, null=True)),
                ('day_count', models.PositiveIntegerField(default=0, editable=False)),
                ('capped_from', models.PositiveBigIntegerField(editable=False, null=True)),
                ('since', models.DateTimeField(editable=False)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='list_subscriptions', to=settings.AUTH_USER_MODEL)),
                ('theme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.theme')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'theme'), name='one_list_subscription_per_person_and_theme')],
            },
        ),
    ]
