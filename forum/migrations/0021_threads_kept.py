import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("forum", "0020_flags"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='logentry',
            name='theme',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.theme'),
        ),
        migrations.AddField(
            model_name='theme',
            name='closes_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='theme',
            name='is_locked',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name='theme',
            name='lock_reason',
            field=models.CharField(blank=True, db_default='', editable=False, max_length=1500),
        ),
        migrations.AddField(
            model_name='theme',
            name='opens_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='theme',
            name='plan_reason',
            field=models.CharField(blank=True, db_default='', editable=False, max_length=1500),
        ),
        migrations.AddField(
            model_name='theme',
            name='planned_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='theme',
            name='slow_minutes',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name='thread',
            name='closes_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='thread',
            name='opens_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='thread',
            name='plan_reason',
            field=models.CharField(blank=True, db_default='', editable=False, max_length=1500),
        ),
        migrations.AddField(
            model_name='thread',
            name='planned_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='thread',
            name='slow_minutes',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AlterField(
            model_name='logentry',
            name='act',
            field=models.CharField(choices=[('remove', 'Comment removed'), ('restore', 'Comment restored'), ('approve', 'Comment published'), ('trust', "Comment published, and its author's later ones appear at once"), ('revise', 'Author asked to revise a comment'), ('reject', 'Comment not published'), ('hold', 'Comment held again'), ('off-topic', 'Comment marked as off topic'), ('on-topic', 'Comment no longer marked as off topic'), ('redact', 'Personal data taken out of a comment'), ('take-over', 'Card taken over from a colleague'), ('pin', 'Comment pinned'), ('unpin', 'Comment no longer pinned'), ('lock', 'Thread locked'), ('unlock', 'Thread unlocked'), ('plan', 'Closing or opening of a thread planned'), ('cancel-plan', 'Planned closing or opening of a thread cancelled'), ('slow', 'Slow mode of a thread changed'), ('lock-theme', 'Theme locked'), ('unlock-theme', 'Theme unlocked'), ('plan-theme', 'Closing or opening of a theme planned'), ('cancel-theme-plan', 'Planned closing or opening of a theme cancelled'), ('slow-theme', 'Slow mode of a theme changed'), ('note', "Moderator's note changed"), ('remove-note', "Moderator's note removed"), ('summarise', 'Summary of a thread changed'), ('answer', 'Answer to a point missing in a summary'), ('rename', 'Thread renamed'), ('move', 'Thread moved to another theme'), ('split', 'Branch made a thread of its own'), ('merge', 'Thread merged into another'), ('hide-version', 'Earlier version hidden'), ('show-version', 'Earlier version shown again'), ('give-role', 'Role given'), ('take-role', 'Role taken away'), ('conduct', 'Code of conduct changed')], max_length=20),
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.TextField()),
                ('html', models.TextField()),
                ('role', models.CharField(choices=[('organiser', 'Organiser'), ('moderator', 'Moderator'), ('rapporteur', 'Rapporteur')], max_length=20)),
                ('written_at', models.DateTimeField()),
                ('thread', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='note', to='forum.thread')),
            ],
        ),
        migrations.CreateModel(
            name='Summary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('points', models.JSONField()),
                ('created_at', models.DateTimeField()),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='summaries', to='forum.thread')),
                ('writer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'summaries',
            },
        ),
        migrations.CreateModel(
            name='PointRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=500)),
                ('created_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(blank=True, max_length=500)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.comment')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='point_requests', to='forum.thread')),
                ('in_summary', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.summary')),
            ],
        ),
        migrations.AddField(
            model_name='thread',
            name='summary',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.summary'),
        ),
        migrations.AddIndex(
            model_name='thread',
            index=models.Index(condition=models.Q(('closes_at__isnull', False)), fields=['closes_at'], name='thread_closes'),
        ),
        migrations.AddIndex(
            model_name='thread',
            index=models.Index(condition=models.Q(('opens_at__isnull', False)), fields=['opens_at'], name='thread_opens'),
        ),
        migrations.AddConstraint(
            model_name='summary',
            constraint=models.UniqueConstraint(fields=('thread', 'number'), name='summary_number_once_per_thread'),
        ),
        migrations.AddIndex(
            model_name='pointrequest',
            index=models.Index(condition=models.Q(('answered_at', None)), fields=['thread'], name='request_open'),
        ),
        migrations.AddConstraint(
            model_name='pointrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('answered_at', None)), fields=('thread', 'person'), name='one_open_request_per_person_and_thread'),
        ),
        migrations.AddConstraint(
            model_name='pointrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by', None), ('in_summary', None)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='an_answer_says_something'),
        ),
    ]
