# Long because Django wrote out every table and field.
"""All tables in one step, in place of 42 migrations.

A database that has only some of those is told what to do first: see forum/kernel/schema.py.
"""

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.db.models.lookups
import forum.events.models.event
import forum.kernel.stamp
import mptt.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("forum", "0001_initial"),
        ("forum", "0002_reading"),
        ("forum", "0003_versions_may_be_hidden"),
        ("forum", "0005_stances"),
        ("forum", "0006_drafts"),
        ("forum", "0007_notifications"),
        ("forum", "0008_newest_first"),
        ("forum", "0009_attachments"),
        ("forum", "0010_moving"),
        ("forum", "0011_threads_in_pages"),
        ("forum", "0012_writing_is_shown"),
        ("forum", "0013_pins"),
        ("forum", "0014_published_at"),
        ("forum", "0015_newest_of_a_theme"),
        ("forum", "0016_frame_origins"),
        ("forum", "0017_holding"),
        ("forum", "0018_roles_of_themes"),
        ("forum", "0019_decisions"),
        ("forum", "0020_flags"),
        ("forum", "0021_threads_kept"),
        ("forum", "0022_sanctions"),
        ("forum", "0023_appeals"),
        ("forum", "0024_waiting_is_told"),
        ("forum", "0025_words_of_the_log"),
        ("forum", "0026_what_summaries_hide"),
        ("forum", "0027_what_was_taken_back"),
        ("forum", "0028_reporters_are_forgotten"),
        ("forum", "0029_sanctions_by_form"),
        ("forum", "0030_withdrawals_are_told"),
        ("forum", "0031_trust_of_themes"),
        ("forum", "0032_hold_reasons_and_theme_rules"),
        ("forum", "0033_acts_of_the_log"),
        ("forum", "0034_stamps"),
        ("forum", "0035_event_time_zone"),
        ("forum", "0036_letters_and_closings"),
        ("forum", "0037_models_protect_themselves"),
        ("forum", "0038_acts_of_blocks_and_replies"),
        ("forum", "0041_letters_may_be_uncertain"),
        ("forum", "0042_restorations"),
        ("forum", "0043_letters_are_called_emails"),
        ("forum", "0044_plain_words"),
        ("forum", "0045_theme_codes"),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Restoration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('archived_at', models.DateTimeField()),
                ('restored_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tree_id', models.BigIntegerField(editable=False)),
                ('status', models.CharField(choices=[('published', 'Published'), ('held', 'Awaiting review'), ('revision', 'Changes requested'), ('rejected', 'Rejected'), ('removed', 'Removed by a moderator'), ('withdrawn', 'Withdrawn by its author')], default='published', max_length=10)),
                ('status_reason', models.CharField(blank=True, max_length=1500)),
                ('is_shown', models.BooleanField(default=True, editable=False)),
                ('number', models.PositiveIntegerField(editable=False)),
                ('revision', models.PositiveBigIntegerField(editable=False)),
                ('published_revision', models.PositiveBigIntegerField(editable=False, null=True)),
                ('published_at', models.DateTimeField(editable=False, null=True)),
                ('is_pinned', models.BooleanField(db_default=False, default=False, editable=False)),
                ('off_topic', models.CharField(blank=True, db_default='', editable=False, max_length=1500)),
                ('created_at', models.DateTimeField()),
                ('edited_at', models.DateTimeField(null=True)),
                ('key', models.CharField(editable=False, max_length=64)),
                ('origin', models.CharField(editable=False, max_length=200, null=True)),
                ('files', models.JSONField(editable=False, null=True)),
                ('support_count', models.PositiveIntegerField(db_default=0, default=0, editable=False)),
                ('agree_count', models.PositiveIntegerField(db_default=0, default=0, editable=False)),
                ('disagree_count', models.PositiveIntegerField(db_default=0, default=0, editable=False)),
                ('unsure_count', models.PositiveIntegerField(db_default=0, default=0, editable=False)),
                ('backing', models.GeneratedField(db_persist=True, expression=django.db.models.expressions.CombinedExpression(models.F('support_count'), '+', models.F('agree_count')), output_field=models.PositiveIntegerField())),
                ('lft', models.PositiveIntegerField(editable=False)),
                ('rght', models.PositiveIntegerField(editable=False)),
                ('level', models.PositiveIntegerField(editable=False)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to=settings.AUTH_USER_MODEL)),
                ('parent', mptt.fields.TreeForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='forum.comment')),
            ],
        ),
        migrations.CreateModel(
            name='CommentVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('source', models.TextField()),
                ('html', models.TextField()),
                ('text', models.TextField()),
                ('renderer', models.PositiveSmallIntegerField()),
                ('note', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField()),
                ('is_hidden', models.BooleanField(db_default=False, default=False)),
                ('hidden_reason', models.CharField(blank=True, db_default='', max_length=1500)),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='forum.comment')),
                ('editor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='comment',
            name='version',
            field=models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.commentversion'),
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('title', models.CharField(max_length=200)),
                ('strapline', models.CharField(blank=True, max_length=200)),
                ('place', models.CharField(max_length=200)),
                ('timezone', models.CharField(default='UTC', help_text='IANA name, such as Asia/Baku. All times of the event use this time zone.', max_length=60, validators=[forum.events.models.event.check_zone], verbose_name='time zone')),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('opens_at', models.DateTimeField(help_text='Participants can post from this time on.')),
                ('closes_at', models.DateTimeField(blank=True, help_text='Leave empty to keep the dialogue open.', null=True)),
                ('contact', models.EmailField(blank=True, max_length=254)),
                ('hold_rules', models.JSONField(blank=True, db_default={}, default=dict, editable=False)),
                ('tells_waiting', models.BooleanField(db_default=False, default=False, editable=False)),
                ('log_names', models.BooleanField(db_default=False, default=False, editable=False)),
                ('frame_origins', models.TextField(blank=True, db_default='', help_text='One per line, such as https://example.org. Leave empty to allow none.', validators=[forum.events.models.event.check_origins], verbose_name='sites that can embed the dialogue')),
                ('objective_source', models.TextField(blank=True)),
                ('objective_html', models.TextField(blank=True, editable=False)),
                ('registration_source', models.TextField(blank=True)),
                ('registration_html', models.TextField(blank=True, editable=False)),
                ('reception_source', models.TextField(blank=True)),
                ('reception_html', models.TextField(blank=True, editable=False)),
            ],
            options={
                'verbose_name': 'event',
                'ordering': ['-starts_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='event_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(('closes_at', None), ('closes_at__gt', models.F('opens_at')), _connector='OR'), name='event_closes_after_it_opens')],
            },
        ),
        migrations.CreateModel(
            name='Block',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('domain', 'Email provider'), ('network', 'Network')], max_length=10)),
                ('value', models.CharField(max_length=253)),
                ('reason', models.CharField(max_length=500)),
                ('created_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(null=True)),
                ('lifted_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lifted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.event')),
            ],
        ),
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=80, verbose_name='short title')),
                ('text', models.CharField(blank=True, max_length=500, verbose_name='explanation')),
                ('is_retired', models.BooleanField(default=False)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='articles', to='forum.event')),
            ],
            options={
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='FlagCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened_at', models.DateTimeField()),
                ('held_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('upheld', 'Accepted'), ('dismissed', 'Dismissed'), ('withdrawn', 'Comment withdrawn by its author')], max_length=10)),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='flag_cases', to='forum.comment')),
            ],
        ),
        migrations.CreateModel(
            name='Flag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('attack', 'Personal attack'), ('spam', 'Spam or advertising'), ('personal', 'Contains personal data'), ('off-topic', 'Off topic'), ('illegal', 'Illegal content'), ('other', 'Something else')], max_length=10)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('weight', models.FloatField()),
                ('created_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='flags', to='forum.flagcase')),
            ],
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reasons', models.JSONField(default=list)),
                ('created_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('comment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='hold', to='forum.comment')),
            ],
        ),
        migrations.CreateModel(
            name='IllegalReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret', models.CharField(max_length=64, unique=True)),
                ('key', models.CharField(max_length=64, unique=True)),
                ('explanation', models.TextField(max_length=2000)),
                ('ground', models.CharField(blank=True, max_length=200)),
                ('country', models.CharField(blank=True, max_length=80)),
                ('is_child_abuse', models.BooleanField(default=False)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('created_at', models.DateTimeField()),
                ('outcome', models.CharField(blank=True, choices=[('removed', 'Comment removed'), ('no-action', 'No action')], max_length=10)),
                ('statement', models.CharField(blank=True, max_length=1500)),
                ('decided_at', models.DateTimeField(null=True)),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='forum.comment')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.commentversion')),
            ],
        ),
        migrations.CreateModel(
            name='Lease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateTimeField()),
                ('comment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='lease', to='forum.comment')),
                ('holder', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='LogEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('remove', 'Comment removed'), ('restore', 'Comment restored'), ('approve', 'Comment published'), ('trust', 'Comment published and author trusted'), ('revise', 'Changes requested from the author'), ('reject', 'Comment rejected'), ('hold', 'Comment held for review again'), ('off-topic', 'Comment marked as off topic'), ('on-topic', 'Off-topic mark removed'), ('redact', 'Personal data redacted'), ('take-over', 'Review taken over from another moderator'), ('pin', 'Comment pinned'), ('unpin', 'Comment unpinned'), ('lock', 'Thread locked'), ('unlock', 'Thread unlocked'), ('plan', 'Thread scheduled to close or open'), ('cancel-plan', 'Thread schedule cancelled'), ('slow', 'Thread slow mode changed'), ('lock-theme', 'Theme locked'), ('unlock-theme', 'Theme unlocked'), ('plan-theme', 'Theme scheduled to close or open'), ('cancel-theme-plan', 'Theme schedule cancelled'), ('slow-theme', 'Theme slow mode changed'), ('note', 'Pinned note changed'), ('remove-note', 'Pinned note removed'), ('summarise', 'Summary changed'), ('answer', 'Suggestion for a summary answered'), ('withhold', 'Suggestion for a summary hidden'), ('hide-summary', 'Earlier summary version hidden'), ('show-summary', 'Earlier summary version shown again'), ('rename', 'Thread renamed'), ('move', 'Thread moved to another theme'), ('split', 'Comment split into a new thread'), ('merge', 'Thread merged into another'), ('flag-hold', 'Comment held for review because of flags'), ('keep', 'Flags dismissed'), ('hide-version', 'Earlier version hidden'), ('show-version', 'Earlier version shown again'), ('give-role', 'Role assigned'), ('take-role', 'Role removed'), ('conduct', 'Code of conduct changed'), ('warn', 'Participant warned'), ('pace', 'Posting limit set for a participant'), ('silence', 'Participant silenced'), ('suspend', 'Participant suspended'), ('ban', 'Participant banned'), ('lift', 'Sanction lifted'), ('clear', 'Comments of one participant removed'), ('unclear', 'Comments of one participant restored'), ('distrust', 'Participant no longer trusted'), ('rules', 'Review rules changed'), ('replies', 'Saved replies changed'), ('block', 'Sign-ups from an email provider or network blocked'), ('unblock', 'Sign-ups from an email provider or network unblocked'), ('report-dismissed', 'Report of illegal content closed without action'), ('appeal-upheld', 'Decision overturned on appeal'), ('appeal-denied', 'Decision upheld on appeal')], max_length=20)),
                ('reason', models.CharField(blank=True, max_length=1500)),
                ('waited', models.PositiveIntegerField(null=True)),
                ('batch', models.CharField(blank=True, max_length=32)),
                ('created_at', models.DateTimeField()),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('article', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.article')),
                ('comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.comment')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='log', to='forum.event')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undoes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='forum.logentry')),
                ('version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.commentversion')),
            ],
            options={
                'verbose_name_plural': 'log entries',
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('sending_since', models.DateTimeField(null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.comment')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.illegalreport')),
                ('entry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='letters', to='forum.logentry')),
            ],
            options={
                'verbose_name': 'email',
            },
        ),
        migrations.AddField(
            model_name='flagcase',
            name='entry',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='forum.logentry'),
        ),
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=2000)),
                ('created_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('taken-back', 'Overturned'), ('stands', 'Upheld')], max_length=10)),
                ('answer', models.CharField(blank=True, max_length=1500)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='appeal', to='forum.logentry')),
            ],
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('mention', 'Mention'), ('reply', 'Reply'), ('followed', 'Followed'), ('decision', 'Decision'), ('outcome', 'Outcome')], max_length=10)),
                ('created_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(null=True)),
                ('comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.comment')),
                ('entry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.logentry')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('organiser', 'Organiser'), ('supporter', 'Supporter')], max_length=20)),
                ('name', models.CharField(max_length=200)),
                ('url', models.URLField(blank=True)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parties', to='forum.event')),
            ],
            options={
                'verbose_name_plural': 'parties',
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='Phrase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('en', 'English'), ('fr', 'Français'), ('es', 'Español'), ('ru', 'Русский'), ('zh', '中文'), ('ar', 'العربية'), ('az', 'Azərbaycanca')], max_length=10, verbose_name='language')),
                ('title', models.CharField(max_length=80, verbose_name='short title')),
                ('text', models.CharField(max_length=500, verbose_name='text')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='phrases', to='forum.event')),
            ],
            options={
                'ordering': ['language', 'title'],
            },
        ),
        migrations.CreateModel(
            name='Reference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('text', models.CharField(max_length=500)),
                ('url', models.URLField(blank=True)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='references', to='forum.event')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Stance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('support', 'Support'), ('agree', 'Agree'), ('disagree', 'Disagree'), ('unsure', 'Unsure')], max_length=10)),
                ('group', models.CharField(blank=True, max_length=20)),
                ('taken_at', models.DateTimeField()),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stances', to='forum.comment')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='stances', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Summary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('points', models.JSONField()),
                ('created_at', models.DateTimeField()),
                ('is_hidden', models.BooleanField(db_default=False, default=False)),
                ('hidden_reason', models.CharField(blank=True, db_default='', max_length=1500)),
                ('writer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'summaries',
            },
        ),
        migrations.CreateModel(
            name='Theme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('closes_at', models.DateTimeField(editable=False, null=True)),
                ('opens_at', models.DateTimeField(editable=False, null=True)),
                ('plan_reason', models.CharField(blank=True, db_default='', editable=False, max_length=1500)),
                ('slow_minutes', models.PositiveSmallIntegerField(db_default=0, default=0, editable=False)),
                ('code', models.CharField(max_length=4, validators=[django.core.validators.RegexValidator('^[A-Z][A-Z0-9]{0,3}\\Z', 'Enter a capital letter from A to Z, and up to three more capital letters or digits after it.')])),
                ('slug', models.SlugField()),
                ('title', models.CharField(max_length=120)),
                ('question', models.CharField(blank=True, max_length=300)),
                ('about_source', models.TextField(blank=True)),
                ('about_html', models.TextField(blank=True, editable=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('is_meeting', models.BooleanField(default=False, help_text='Contains the comments on the announcement itself; shown on the event page.')),
                ('takes_stances', models.BooleanField(db_default=True, default=True, help_text='Support, agree, disagree, unsure. When off, existing reactions are hidden and new ones are refused.', verbose_name='allow reactions')),
                ('takes_files', models.BooleanField(db_default=True, default=True, help_text='Pictures and PDF documents attached to comments. When off, new files are refused; existing files stay.', verbose_name='allow files')),
                ('shows_writing', models.BooleanField(db_default=False, default=False, help_text='Readers see below a comment that someone is writing a reply, but not who.', verbose_name='show when someone is writing')),
                ('is_locked', models.BooleanField(db_default=False, default=False, editable=False)),
                ('lock_reason', models.CharField(blank=True, db_default='', editable=False, max_length=1500)),
                ('hold_rules', models.JSONField(blank=True, db_default={}, default=dict, editable=False)),
                ('revision', models.PositiveBigIntegerField(default=0, editable=False)),
                ('stamp', models.PositiveIntegerField(default=forum.kernel.stamp.new_stamp, editable=False)),
                ('last_number', models.PositiveIntegerField(default=0, editable=False)),
                ('comment_count', models.PositiveIntegerField(default=0, editable=False)),
                ('thread_count', models.PositiveIntegerField(default=0, editable=False)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='themes', to='forum.event')),
                ('planned_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='Sanction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('warning', 'Warning'), ('pace', 'Posting limit'), ('silence', 'Silence'), ('suspension', 'Suspension'), ('ban', 'Ban')], max_length=20)),
                ('pace', models.PositiveSmallIntegerField(null=True)),
                ('reason', models.CharField(max_length=500)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('created_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(null=True)),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('lifted_at', models.DateTimeField(null=True)),
                ('lift_reason', models.CharField(blank=True, max_length=500)),
                ('key', models.CharField(blank=True, db_default='', editable=False, max_length=64)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='sanction', to='forum.logentry')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sanctions', to='forum.event')),
                ('lifted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sanctions', to=settings.AUTH_USER_MODEL)),
                ('theme', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.theme')),
            ],
        ),
        migrations.CreateModel(
            name='Role',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('organiser', 'Organiser'), ('moderator', 'Moderator'), ('rapporteur', 'Rapporteur')], max_length=20)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='roles', to='forum.event')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='roles', to=settings.AUTH_USER_MODEL)),
                ('theme', models.ForeignKey(blank=True, help_text='Empty: in every theme.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='roles', to='forum.theme')),
            ],
        ),
        migrations.CreateModel(
            name='RevisionStamp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slot', models.PositiveSmallIntegerField()),
                ('revision', models.PositiveBigIntegerField()),
                ('stamp', models.PositiveIntegerField()),
                ('theme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.theme')),
            ],
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ranges', models.TextField(default='')),
                ('updated_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readings', to=settings.AUTH_USER_MODEL)),
                ('theme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.theme')),
            ],
        ),
        migrations.AddField(
            model_name='logentry',
            name='theme',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.theme'),
        ),
        migrations.CreateModel(
            name='FormerNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_numbers', to='forum.comment')),
                ('theme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.theme')),
            ],
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('reply', 'Reply'), ('edit', 'Edit'), ('thread', 'New thread')], max_length=10)),
                ('title', models.TextField(blank=True)),
                ('source', models.TextField(blank=True, max_length=60000)),
                ('note', models.TextField(blank=True)),
                ('key', models.CharField(max_length=64)),
                ('seen', models.CharField(blank=True, max_length=40)),
                ('version', models.PositiveIntegerField(default=1)),
                ('saved_at', models.DateTimeField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to=settings.AUTH_USER_MODEL)),
                ('comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.comment')),
                ('theme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.theme')),
            ],
        ),
        migrations.AddField(
            model_name='comment',
            name='theme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.theme'),
        ),
        migrations.CreateModel(
            name='Thread',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('closes_at', models.DateTimeField(editable=False, null=True)),
                ('opens_at', models.DateTimeField(editable=False, null=True)),
                ('plan_reason', models.CharField(blank=True, db_default='', editable=False, max_length=1500)),
                ('slow_minutes', models.PositiveSmallIntegerField(db_default=0, default=0, editable=False)),
                ('title', models.CharField(max_length=150)),
                ('is_locked', models.BooleanField(default=False)),
                ('lock_reason', models.CharField(blank=True, max_length=1500)),
                ('revision', models.PositiveBigIntegerField(default=0, editable=False)),
                ('comment_count', models.PositiveIntegerField(default=0, editable=False)),
                ('created_at', models.DateTimeField()),
                ('continued_at', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.comment')),
                ('last_comment', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.comment')),
                ('opening', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.comment')),
                ('planned_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('summary', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.summary')),
                ('theme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='threads', to='forum.theme')),
            ],
        ),
        migrations.AddField(
            model_name='summary',
            name='thread',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='summaries', to='forum.thread'),
        ),
        migrations.CreateModel(
            name='PointRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=500)),
                ('created_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(blank=True, max_length=500)),
                ('is_withheld', models.BooleanField(db_default=False, default=False)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.comment')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('in_summary', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.summary')),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='point_requests', to='forum.thread')),
            ],
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
        migrations.AddField(
            model_name='logentry',
            name='thread',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.thread'),
        ),
        migrations.CreateModel(
            name='Follow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('branch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.comment')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='follows', to=settings.AUTH_USER_MODEL)),
                ('theme', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.theme')),
                ('thread', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.thread')),
            ],
        ),
        migrations.CreateModel(
            name='Departure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveBigIntegerField()),
                ('theme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.theme')),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='departures', to='forum.thread')),
            ],
        ),
        migrations.AddField(
            model_name='comment',
            name='thread',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='forum.thread'),
        ),
        migrations.CreateModel(
            name='Trust',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.event')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('theme', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.theme')),
            ],
            options={
                'verbose_name_plural': 'trust',
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(max_length=32, unique=True)),
                ('key', models.CharField(max_length=64)),
                ('kind', models.CharField(choices=[('picture', 'Picture'), ('pdf', 'PDF document')], max_length=10)),
                ('name', models.CharField(max_length=100)),
                ('alt', models.CharField(blank=True, max_length=300)),
                ('size', models.PositiveIntegerField()),
                ('width', models.PositiveIntegerField(default=0)),
                ('height', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('comment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='forum.comment')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('comment', None)), fields=['author', 'id'], name='unsent_attachments'), models.Index(condition=models.Q(('comment', None)), fields=['created_at'], name='old_unsent_attachments')],
            },
        ),
        migrations.AddConstraint(
            model_name='commentversion',
            constraint=models.UniqueConstraint(fields=('comment', 'number'), name='version_number_once_per_comment'),
        ),
        migrations.AddConstraint(
            model_name='commentversion',
            constraint=models.CheckConstraint(condition=models.Q(('is_hidden', True), ('hidden_reason', ''), _connector='XOR'), name='a_reason_for_hidden_versions_only'),
        ),
        migrations.AddIndex(
            model_name='block',
            index=models.Index(condition=models.Q(('lifted_at', None)), fields=['kind', 'value'], name='blocks_in_force'),
        ),
        migrations.AddConstraint(
            model_name='flag',
            constraint=models.UniqueConstraint(fields=('case', 'person'), name='one_flag_per_person_and_case'),
        ),
        migrations.AddIndex(
            model_name='hold',
            index=models.Index(fields=['-decided_at'], name='hold_last_decided'),
        ),
        migrations.AddIndex(
            model_name='illegalreport',
            index=models.Index(condition=models.Q(('decided_at', None)), fields=['comment'], name='report_open'),
        ),
        migrations.AddConstraint(
            model_name='illegalreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('outcome', '')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='a_decided_report_says_by_whom_and_how'),
        ),
        migrations.AddConstraint(
            model_name='illegalreport',
            constraint=models.CheckConstraint(condition=models.Q(('is_child_abuse', True), models.Q(models.Q(('name', ''), _negated=True), models.Q(('email', ''), _negated=True)), ('decided_at__isnull', False), _connector='OR'), name='who_reports_says_who_they_are'),
        ),
        migrations.AddIndex(
            model_name='letter',
            index=models.Index(condition=models.Q(('sent_at', None)), fields=['due_at'], name='letter_due'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('comment', None), ('entry__isnull', False), ('person__isnull', False), ('report', None)), models.Q(('comment__isnull', False), ('entry', None), ('person__isnull', False), ('report', None)), models.Q(('comment', None), ('entry', None), ('person', None), ('report__isnull', False)), _connector='OR'), name='a_letter_is_about_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.UniqueConstraint(condition=models.Q(('sending_since', None), ('sent_at', None)), fields=('comment',), name='one_unsent_letter_for_a_comment'),
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.UniqueConstraint(condition=models.Q(('sending_since', None), ('sent_at', None)), fields=('report',), name='one_unsent_letter_for_a_report'),
        ),
        migrations.AddConstraint(
            model_name='flagcase',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('comment',), name='one_open_case_for_a_comment'),
        ),
        migrations.AddConstraint(
            model_name='flagcase',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('outcome', '')), models.Q(('closed_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='a_closed_case_has_an_outcome'),
        ),
        migrations.AddIndex(
            model_name='appeal',
            index=models.Index(condition=models.Q(('decided_at', None)), fields=['id'], name='appeal_waiting'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('outcome', '')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='an_outcome_has_a_time_and_somebody'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(fields=['person', '-id'], name='notification_newest'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('seen_at', None)), fields=['person'], name='notification_unseen'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.UniqueConstraint(fields=('person', 'comment'), name='one_notification_per_person_and_comment'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('comment', None), ('entry__isnull', False), ('kind__in', ('decision', 'outcome'))), models.Q(models.Q(('kind', 'decision'), _negated=True), ('comment__isnull', False), ('entry', None)), _connector='OR'), name='a_notification_is_about_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.UniqueConstraint(fields=('event', 'kind', 'name'), name='party_once_per_event'),
        ),
        migrations.AddConstraint(
            model_name='reference',
            constraint=models.UniqueConstraint(fields=('event', 'number'), name='reference_number_once_per_event'),
        ),
        migrations.AddConstraint(
            model_name='stance',
            constraint=models.UniqueConstraint(fields=('person', 'comment'), name='one_stance_per_person_and_comment'),
        ),
        migrations.AddConstraint(
            model_name='stance',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['support', 'agree', 'disagree', 'unsure'])), name='stance_is_one_of_the_kinds'),
        ),
        migrations.AddConstraint(
            model_name='theme',
            constraint=models.UniqueConstraint(fields=('event', 'slug'), name='theme_slug_once_per_event'),
        ),
        migrations.AddConstraint(
            model_name='theme',
            constraint=models.UniqueConstraint(fields=('event', 'code'), name='theme_code_once_per_event'),
        ),
        migrations.AddConstraint(
            model_name='theme',
            constraint=models.UniqueConstraint(condition=models.Q(('is_meeting', True)), fields=('event',), name='one_meeting_theme_per_event'),
        ),
        migrations.AddConstraint(
            model_name='theme',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.In(django.db.models.functions.text.Substr('code', 1, 1), ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z']), name='theme_code_begins_with_a_letter'),
        ),
        migrations.AddIndex(
            model_name='sanction',
            index=models.Index(condition=models.Q(('lifted_at', None)), fields=['person'], name='sanctions_of_person'),
        ),
        migrations.AddIndex(
            model_name='sanction',
            index=models.Index(fields=['event', '-id'], name='sanctions_newest_first'),
        ),
        migrations.AddConstraint(
            model_name='sanction',
            constraint=models.UniqueConstraint(condition=models.Q(('key', ''), _negated=True), fields=('by', 'key'), name='one_sanction_per_form'),
        ),
        migrations.AddConstraint(
            model_name='sanction',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'pace'), ('pace', None), _connector='XOR'), name='a_pace_for_pace_limits_only'),
        ),
        migrations.AddConstraint(
            model_name='sanction',
            constraint=models.CheckConstraint(condition=models.Q(('theme', None), ('kind__in', ('warning', 'silence')), _connector='OR'), name='some_sanctions_are_for_the_whole_event'),
        ),
        migrations.AddConstraint(
            model_name='sanction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lifted_at', None), ('lifted_by', None)), models.Q(('lifted_at__isnull', False), ('lifted_by__isnull', False)), _connector='OR'), name='who_lifts_when'),
        ),
        migrations.AddConstraint(
            model_name='role',
            constraint=models.UniqueConstraint(condition=models.Q(('theme', None)), fields=('event', 'person', 'kind'), name='role_once_per_event'),
        ),
        migrations.AddConstraint(
            model_name='role',
            constraint=models.UniqueConstraint(fields=('theme', 'person', 'kind'), name='role_once_per_theme'),
        ),
        migrations.AddConstraint(
            model_name='role',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'organiser'), _negated=True), ('theme', None), _connector='OR'), name='organisers_organise_the_whole'),
        ),
        migrations.AddIndex(
            model_name='revisionstamp',
            index=models.Index(fields=['theme', 'revision'], name='stamp_by_revision'),
        ),
        migrations.AddConstraint(
            model_name='revisionstamp',
            constraint=models.UniqueConstraint(fields=('theme', 'slot'), name='one_stamp_per_slot'),
        ),
        migrations.AddConstraint(
            model_name='reading',
            constraint=models.UniqueConstraint(fields=('person', 'theme'), name='one_reading_per_person_and_theme'),
        ),
        migrations.AddConstraint(
            model_name='formernumber',
            constraint=models.UniqueConstraint(fields=('theme', 'number'), name='former_number_once_per_theme'),
        ),
        migrations.AddIndex(
            model_name='draft',
            index=models.Index(fields=['author', '-saved_at'], name='draft_newest'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.UniqueConstraint(condition=models.Q(('comment__isnull', False)), fields=('author', 'kind', 'comment'), name='one_draft_per_comment'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.UniqueConstraint(condition=models.Q(('comment__isnull', True)), fields=('author', 'theme'), name='one_new_thread_draft_per_theme'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('comment__isnull', True), ('kind', 'thread')), models.Q(('comment__isnull', False), models.Q(('kind', 'thread'), _negated=True)), _connector='OR'), name='a_draft_has_its_place'),
        ),
        migrations.AddIndex(
            model_name='thread',
            index=models.Index(fields=['theme', 'revision'], name='thread_theme_revision'),
        ),
        migrations.AddIndex(
            model_name='thread',
            index=models.Index(fields=['theme', 'opening'], name='thread_by_age'),
        ),
        migrations.AddIndex(
            model_name='thread',
            index=models.Index(fields=['theme', 'last_comment'], name='thread_by_activity'),
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
        migrations.AddConstraint(
            model_name='summary',
            constraint=models.CheckConstraint(condition=models.Q(('is_hidden', True), ('hidden_reason', ''), _connector='XOR'), name='a_reason_for_hidden_summaries_only'),
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
        migrations.AddConstraint(
            model_name='pointrequest',
            constraint=models.CheckConstraint(condition=models.Q(('is_withheld', False), ('answered_at__isnull', False), _connector='OR'), name='what_is_withheld_is_answered'),
        ),
        migrations.AddIndex(
            model_name='logentry',
            index=models.Index(fields=['event', '-id'], name='log_newest_first'),
        ),
        migrations.AddIndex(
            model_name='logentry',
            index=models.Index(fields=['comment', '-id'], name='log_of_comment'),
        ),
        migrations.AddIndex(
            model_name='logentry',
            index=models.Index(condition=models.Q(('batch', ''), _negated=True), fields=['batch'], name='log_of_batch'),
        ),
        migrations.AddConstraint(
            model_name='follow',
            constraint=models.UniqueConstraint(fields=('person', 'theme'), name='one_follow_per_theme'),
        ),
        migrations.AddConstraint(
            model_name='follow',
            constraint=models.UniqueConstraint(fields=('person', 'thread'), name='one_follow_per_thread'),
        ),
        migrations.AddConstraint(
            model_name='follow',
            constraint=models.UniqueConstraint(fields=('person', 'branch'), name='one_follow_per_branch'),
        ),
        migrations.AddConstraint(
            model_name='follow',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('branch', None), ('theme__isnull', False), ('thread', None)), models.Q(('branch', None), ('theme', None), ('thread__isnull', False)), models.Q(('branch__isnull', False), ('theme', None), ('thread', None)), _connector='OR'), name='a_follow_has_one_target'),
        ),
        migrations.AddIndex(
            model_name='departure',
            index=models.Index(fields=['theme', 'revision'], name='departure_theme_revision'),
        ),
        migrations.AddConstraint(
            model_name='departure',
            constraint=models.UniqueConstraint(fields=('theme', 'thread'), name='one_departure_per_theme_and_thread'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['tree_id', 'lft'], name='comment_tree_lft'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['thread', 'tree_id', 'lft'], name='comment_reading_order'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['theme', 'revision'], name='comment_theme_revision'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['theme', 'published_revision'], name='comment_theme_published'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['thread', 'published_revision'], name='comment_thread_published'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['theme', 'published_at', 'id'], name='comment_theme_newest'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['author', 'id'], name='comment_by_author'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('is_pinned', True)), fields=['theme'], name='comment_pinned'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('status', 'held')), fields=['theme', 'id'], name='comment_held'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('parent', None)), fields=['theme', 'backing'], name='comment_most_supported'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.UniqueConstraint(condition=models.Q(('parent', None)), fields=('tree_id',), name='one_root_per_branch'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.UniqueConstraint(fields=('theme', 'number'), name='comment_number_once_per_theme'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.UniqueConstraint(fields=('author', 'key'), name='one_comment_per_author_and_key'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.UniqueConstraint(fields=('theme', 'origin'), name='imported_once_per_theme'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('lft__gte', 1), ('rght__gt', models.F('lft'))), name='comment_bounds_are_sound'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('level', 0), ('parent', None)), models.Q(('level__gt', 0), ('parent__isnull', False)), _connector='OR'), name='only_roots_stand_at_level_0'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'published'), _negated=True), models.Q(('is_shown', True), ('published_revision__isnull', False)), _connector='OR'), name='published_is_shown_and_numbered'),
        ),
        migrations.AddConstraint(
            model_name='trust',
            constraint=models.UniqueConstraint(condition=models.Q(('theme', None)), fields=('event', 'person'), name='trusted_once_per_event'),
        ),
        migrations.AddConstraint(
            model_name='trust',
            constraint=models.UniqueConstraint(fields=('theme', 'person'), name='trusted_once_per_theme'),
        ),
    ]
