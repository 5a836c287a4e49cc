"""Emails that come in, answers to those that were not posted, and themes in which they start threads."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forum', '0058_digests'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='IncomingMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('received_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('posted', 'Posted'), ('held', 'Awaiting review'), ('refused', 'Refused'), ('automatic', 'Automatic, ignored'), ('report', 'Report of a mail server')], max_length=10)),
                ('reason', models.CharField(blank=True, max_length=40)),
                ('sentences', models.JSONField(default=list)),
                ('sender', models.CharField(max_length=64)),
                ('page', models.CharField(blank=True, max_length=200)),
                ('address', models.EmailField(blank=True, max_length=320)),
                ('subject', models.CharField(blank=True, max_length=300)),
                ('message_id', models.CharField(blank=True, max_length=1000)),
                ('text', models.TextField(blank=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='outgoingmail',
            name='outgoing_mail_is_about_what_its_kind_says',
        ),
        migrations.AddField(
            model_name='theme',
            name='takes_email',
            field=models.BooleanField(db_default=False, default=False, help_text='Participants see an address of their own on the page of the theme. An email to it starts a thread. Needs the setting INCOMING_EMAIL.', verbose_name='allow starting threads by email'),
        ),
        migrations.AlterField(
            model_name='outgoingmail',
            name='kind',
            field=models.CharField(choices=[('notice', 'Moderation'), ('comment', 'Comment'), ('list', 'Comment, in list mode'), ('daily', 'Daily digest'), ('weekly', 'Weekly digest'), ('answer', 'Answer to an email')], db_default='notice', default='notice', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='outgoingmail',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('comment', None), ('entry__isnull', False), ('kind', 'notice'), ('person__isnull', False), ('report', None)), models.Q(('comment__isnull', False), ('entry', None), ('kind', 'notice'), ('person__isnull', False), ('report', None)), models.Q(('comment', None), ('entry', None), ('kind', 'notice'), ('person', None), ('report__isnull', False)), models.Q(models.Q(('kind__in', ['comment', 'list'])), ('comment__isnull', False), ('entry', None), ('key__isnull', False), ('person__isnull', False), ('report', None)), models.Q(models.Q(('kind__in', ['daily', 'weekly'])), models.Q(('comment', None), ('entry', None), ('report', None)), ('key__isnull', False), ('person__isnull', False)), models.Q(models.Q(('comment', None), ('entry', None), ('report', None)), ('key__isnull', False), ('kind', 'answer')), _connector='OR'), name='outgoing_mail_is_about_what_its_kind_says'),
        ),
        migrations.AddField(
            model_name='incomingmail',
            name='answer',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='incoming_mail', to='forum.outgoingmail'),
        ),
        migrations.AddField(
            model_name='incomingmail',
            name='comment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.comment'),
        ),
        migrations.AddField(
            model_name='incomingmail',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='incomingmail',
            index=models.Index(fields=['sender', 'received_at'], name='incoming_mail_of_sender'),
        ),
        migrations.AddIndex(
            model_name='incomingmail',
            index=models.Index(fields=['received_at'], name='incoming_mail_received'),
        ),
    ]
