"""Those who moderate are told once that there is something to review in a queue."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forum', '0056_held_emails'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='notification',
            name='a_notification_is_about_one_thing',
        ),
        migrations.AddField(
            model_name='notification',
            name='event',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.event'),
        ),
        migrations.AddField(
            model_name='notification',
            name='queue',
            field=models.CharField(blank=True, choices=[('desk', 'Held'), ('flags', 'Flagged'), ('reports', 'Reports'), ('appeals', 'Appeals')], db_default='', default='', max_length=10),
        ),
        migrations.AlterField(
            model_name='notification',
            name='kind',
            field=models.CharField(choices=[('mention', 'Mention'), ('reply', 'Reply'), ('followed', 'Followed'), ('decision', 'Decision'), ('outcome', 'Outcome'), ('queue', 'Review queue')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'queue'), ('seen_at', None)), fields=('event', 'queue', 'person'), name='one_unseen_notification_per_queue'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('comment', None), ('entry__isnull', False), ('event', None), ('kind__in', ('decision', 'outcome')), ('queue', '')), models.Q(('comment', None), ('entry', None), ('event__isnull', False), ('kind', 'queue'), ('queue__in', ['desk', 'flags', 'reports', 'appeals'])), models.Q(('comment__isnull', False), ('entry', None), ('event', None), ('kind__in', ('mention', 'reply', 'followed', 'outcome')), ('queue', '')), _connector='OR'), name='a_notification_is_about_one_thing'),
        ),
    ]
