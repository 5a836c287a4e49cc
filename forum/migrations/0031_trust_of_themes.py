"""Trust holds where its giver moderates: in one theme, or in the whole event."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def as_given(apps: Any, editor: Any) -> None:
    """What the moderator of a single theme gave holds in the theme in which they did."""
    entries = apps.get_model("forum", "LogEntry").objects.filter(act="trust")
    roles = apps.get_model("forum", "Role").objects.filter(kind__in=["moderator", "organiser"], theme=None)
    for trust in apps.get_model("forum", "Trust").objects.all():
        if roles.filter(event=trust.event_id, person=trust.by_id).exists():
            continue
        given = entries.filter(event=trust.event_id, actor=trust.by_id, created_at=trust.created_at).first()
        if given is not None:
            trust.theme_id = given.thread.theme_id
            trust.save(update_fields=["theme"])


class Migration(migrations.Migration):

    dependencies = [
        ('forum', '0030_withdrawals_are_told'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='trust',
            name='trusted_once_per_event',
        ),
        migrations.AddField(
            model_name='trust',
            name='theme',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.theme'),
        ),
        migrations.AlterField(
            model_name='logentry',
            name='act',
            field=models.CharField(choices=[('remove', 'Comment removed'), ('restore', 'Comment restored'), ('approve', 'Comment published'), ('trust', "Comment published, and its author's later ones appear at once"), ('revise', 'Author asked to revise a comment'), ('reject', 'Comment not published'), ('hold', 'Comment held again'), ('off-topic', 'Comment marked as off topic'), ('on-topic', 'Comment no longer marked as off topic'), ('redact', 'Personal data taken out of a comment'), ('take-over', 'Card taken over from a colleague'), ('pin', 'Comment pinned'), ('unpin', 'Comment no longer pinned'), ('lock', 'Thread locked'), ('unlock', 'Thread unlocked'), ('plan', 'Closing or opening of a thread planned'), ('cancel-plan', 'Planned closing or opening of a thread cancelled'), ('slow', 'Slow mode of a thread changed'), ('lock-theme', 'Theme locked'), ('unlock-theme', 'Theme unlocked'), ('plan-theme', 'Closing or opening of a theme planned'), ('cancel-theme-plan', 'Planned closing or opening of a theme cancelled'), ('slow-theme', 'Slow mode of a theme changed'), ('note', "Moderator's note changed"), ('remove-note', "Moderator's note removed"), ('summarise', 'Summary of a thread changed'), ('answer', 'Answer to a point missing in a summary'), ('rename', 'Thread renamed'), ('move', 'Thread moved to another theme'), ('split', 'Branch made a thread of its own'), ('merge', 'Thread merged into another'), ('flag-hold', 'Comment held until a moderator has looked, because people flagged it'), ('keep', 'Flagged comment kept'), ('hide-version', 'Earlier version hidden'), ('show-version', 'Earlier version shown again'), ('give-role', 'Role given'), ('take-role', 'Role taken away'), ('conduct', 'Code of conduct changed'), ('warn', 'Participant warned'), ('pace', 'Pace limit set for a participant'), ('silence', 'Participant may read, but not write for a time'), ('suspend', 'Participant suspended'), ('ban', 'Participant barred from logging in'), ('lift', 'Sanction lifted'), ('clear', 'Recent comments of one participant removed'), ('unclear', 'These comments are back in their places'), ('distrust', 'Participant no longer trusted; the rules hold for them again'), ('rules', 'Rules changed'), ('appeal-upheld', 'Decision taken back after an appeal'), ('appeal-denied', 'Decision stands after an appeal')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='trust',
            constraint=models.UniqueConstraint(condition=models.Q(('theme', None)), fields=('event', 'person'), name='trusted_once_per_event'),
        ),
        migrations.AddConstraint(
            model_name='trust',
            constraint=models.UniqueConstraint(fields=('theme', 'person'), name='trusted_once_per_theme'),
        ),
        migrations.RunPython(as_given, migrations.RunPython.noop),
    ]
