"""Digests tell of each kind of thing from where the last one ended, and take what moderators decided with them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("forum", "0057_queue_notifications")]

    operations = [
        migrations.RemoveField(model_name="mailpreferences", name="daily_until"),
        migrations.RemoveField(model_name="mailpreferences", name="weekly_until"),
        migrations.AddField(
            model_name="mailpreferences",
            name="reply_until",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="mailpreferences",
            name="mention_until",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="mailpreferences",
            name="followed_until",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="is_deferred",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddIndex(
            model_name="outgoingmail",
            index=models.Index(
                condition=models.Q(sent_at__isnull=False), fields=["kind", "sent_at"], name="outgoing_mail_sent"
            ),
        ),
    ]
