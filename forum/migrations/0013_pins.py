"""Moderators may set comments apart."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("forum", "0012_writing_is_shown")]

    operations = [
        migrations.AddField(
            model_name='comment',
            name='is_pinned',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AlterField(
            model_name='logentry',
            name='act',
            field=models.CharField(choices=[('remove', 'Comment removed'), ('restore', 'Comment restored'), ('approve', 'Comment published'), ('reject', 'Comment not published'), ('pin', 'Comment pinned'), ('unpin', 'Comment no longer pinned'), ('lock', 'Thread locked'), ('unlock', 'Thread unlocked'), ('rename', 'Thread renamed'), ('move', 'Thread moved to another theme'), ('split', 'Branch made a thread of its own'), ('merge', 'Thread merged into another'), ('hide-version', 'Earlier version hidden'), ('show-version', 'Earlier version shown again')], max_length=20),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('is_pinned', True)), fields=['theme'], name='comment_pinned'),
        ),
    ]
