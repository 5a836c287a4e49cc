from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forum', '0037_models_protect_themselves'),
    ]

    operations = [
        migrations.AlterField(
            model_name='logentry',
            name='act',
            field=models.CharField(choices=[('remove', 'Comment removed'), ('restore', 'Comment restored'), ('approve', 'Comment published'), ('trust', "Comment published, and its author's later ones appear at once"), ('revise', 'Author asked to revise a comment'), ('reject', 'Comment not published'), ('hold', 'Comment held again'), ('off-topic', 'Comment marked as off topic'), ('on-topic', 'Comment no longer marked as off topic'), ('redact', 'Personal data taken out of a comment'), ('take-over', 'Card taken over from a colleague'), ('pin', 'Comment pinned'), ('unpin', 'Comment no longer pinned'), ('lock', 'Thread locked'), ('unlock', 'Thread unlocked'), ('plan', 'Closing or opening of a thread planned'), ('cancel-plan', 'Planned closing or opening of a thread cancelled'), ('slow', 'Slow mode of a thread changed'), ('lock-theme', 'Theme locked'), ('unlock-theme', 'Theme unlocked'), ('plan-theme', 'Closing or opening of a theme planned'), ('cancel-theme-plan', 'Planned closing or opening of a theme cancelled'), ('slow-theme', 'Slow mode of a theme changed'), ('note', "Moderator's note changed"), ('remove-note', "Moderator's note removed"), ('summarise', 'Summary of a thread changed'), ('answer', 'Answer to a point missing in a summary'), ('withhold', 'Request about a summary not shown'), ('hide-summary', 'Earlier version of a summary hidden'), ('show-summary', 'Earlier version of a summary shown again'), ('rename', 'Thread renamed'), ('move', 'Thread moved to another theme'), ('split', 'Branch made a thread of its own'), ('merge', 'Thread merged into another'), ('flag-hold', 'Comment held until a moderator has looked, because people flagged it'), ('keep', 'Flagged comment kept'), ('hide-version', 'Earlier version hidden'), ('show-version', 'Earlier version shown again'), ('give-role', 'Role given'), ('take-role', 'Role taken away'), ('conduct', 'Code of conduct changed'), ('warn', 'Participant warned'), ('pace', 'Pace limit set for a participant'), ('silence', 'Participant may read, but not write for a time'), ('suspend', 'Participant suspended'), ('ban', 'Participant barred from logging in'), ('lift', 'Sanction lifted'), ('clear', 'Recent comments of one participant removed'), ('unclear', 'These comments are back in their places'), ('distrust', 'Participant no longer trusted; the rules hold for them again'), ('rules', 'Rules changed'), ('replies', "Moderators' saved replies changed"), ('block', 'Sign-ups from a mail provider or network blocked'), ('unblock', 'Sign-ups from a mail provider or network allowed again'), ('report-dismissed', 'Report of illegal content answered without action'), ('appeal-upheld', 'Decision taken back after an appeal'), ('appeal-denied', 'Decision stands after an appeal')], max_length=20),
        ),
    ]
