"""The queue of emails tells kinds and keys apart; people have preferences; notifications know whether they were queued."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def leave_old_ones(apps, schema_editor):
    """What people were told before there were such emails is not sent now."""
    notifications = apps.get_model("forum", "Notification").objects
    notifications.update(queued_at=models.F("created_at"))


def note_uncertain(apps, schema_editor):
    """The version before did not say when a text began to leave: what it was sending may have left."""
    emails = apps.get_model("forum", "OutgoingMail").objects
    emails.filter(sent_at=None).update(data_began_at=models.F("sending_since"))


class Migration(migrations.Migration):

    dependencies = [
        ('forum', '0052_animations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MailPreferences',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reply', models.CharField(choices=[('at_once', 'Immediately'), ('daily', 'In a daily digest'), ('weekly', 'In a weekly digest'), ('off', 'Never')], default='at_once', max_length=10, verbose_name='replies to you')),
                ('mention', models.CharField(choices=[('at_once', 'Immediately'), ('daily', 'In a daily digest'), ('weekly', 'In a weekly digest'), ('off', 'Never')], default='at_once', max_length=10, verbose_name='mentions of you')),
                ('followed', models.CharField(choices=[('at_once', 'Immediately'), ('daily', 'In a daily digest'), ('weekly', 'In a weekly digest'), ('off', 'Never')], default='daily', max_length=10, verbose_name='what you follow')),
                ('moderation', models.CharField(choices=[('at_once', 'Immediately'), ('daily', 'In a daily digest'), ('weekly', 'In a weekly digest'), ('off', 'Never')], default='at_once', max_length=10, verbose_name='moderation of your comments')),
                ('daily_due_at', models.DateTimeField(editable=False, null=True)),
                ('daily_until', models.DateTimeField(editable=False, null=True)),
                ('weekly_due_at', models.DateTimeField(editable=False, null=True)),
                ('weekly_until', models.DateTimeField(editable=False, null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='outgoingmail',
            name='outgoing_mail_is_about_one_thing',
        ),
        migrations.RemoveConstraint(
            model_name='outgoingmail',
            name='one_unsent_mail_for_a_comment',
        ),
        migrations.AddField(
            model_name='notification',
            name='queued_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunPython(leave_old_ones, migrations.RunPython.noop, elidable=True),
        migrations.AddField(
            model_name='outgoingmail',
            name='key',
            field=models.CharField(editable=False, max_length=100, null=True, unique=True),
        ),
        migrations.AddField(
            model_name='outgoingmail',
            name='kind',
            field=models.CharField(choices=[('notice', 'Moderation'), ('comment', 'Comment'), ('list', 'Comment, in list mode'), ('daily', 'Daily digest'), ('weekly', 'Weekly digest')], db_default='notice', default='notice', max_length=10),
        ),
        migrations.AddField(
            model_name='outgoingmail',
            name='data_began_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(note_uncertain, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('entry', None), ('queued_at', None)), fields=['id'], name='notification_to_queue'),
        ),
        migrations.AddConstraint(
            model_name='outgoingmail',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('comment', None), ('entry__isnull', False), ('kind', 'notice'), ('person__isnull', False), ('report', None)), models.Q(('comment__isnull', False), ('entry', None), ('kind', 'notice'), ('person__isnull', False), ('report', None)), models.Q(('comment', None), ('entry', None), ('kind', 'notice'), ('person', None), ('report__isnull', False)), models.Q(models.Q(('kind__in', ['comment', 'list'])), ('comment__isnull', False), ('entry', None), ('key__isnull', False), ('person__isnull', False), ('report', None)), models.Q(models.Q(('kind__in', ['daily', 'weekly'])), models.Q(('comment', None), ('entry', None), ('report', None)), ('key__isnull', False), ('person__isnull', False)), _connector='OR'), name='outgoing_mail_is_about_what_its_kind_says'),
        ),
        migrations.AddConstraint(
            model_name='outgoingmail',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'notice'), ('sending_since', None), ('sent_at', None)), fields=('comment',), name='one_unsent_notice_of_a_held_comment'),
        ),
        migrations.AddField(
            model_name='mailpreferences',
            name='person',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='mail_preferences', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='mailpreferences',
            index=models.Index(condition=models.Q(('daily_due_at__isnull', False)), fields=['daily_due_at'], name='daily_digest_due'),
        ),
        migrations.AddIndex(
            model_name='mailpreferences',
            index=models.Index(condition=models.Q(('weekly_due_at__isnull', False)), fields=['weekly_due_at'], name='weekly_digest_due'),
        ),
    ]
