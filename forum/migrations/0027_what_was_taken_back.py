from django.db import migrations

# What takes back what, of the decisions that are counted and can be appealed against.
TAKES_BACK = {"restore": "remove", "on-topic": "off-topic"}


def join(apps, schema_editor):
    """What was restored by hand was not joined with the decision it took back, and an appeal about it stayed open."""
    LogEntry = apps.get_model("forum", "LogEntry")
    for back, act in TAKES_BACK.items():
        last = {}  # the decision that is in force, by comment
        entries = LogEntry.objects.filter(act__in=[back, act], comment__isnull=False).order_by("pk")
        for entry in entries.only("pk", "act", "comment_id", "undoes_id").iterator():
            if entry.act == act:
                last[entry.comment_id] = entry.pk
                continue
            decision = last.pop(entry.comment_id, None)
            if entry.undoes_id is None and decision is not None:
                LogEntry.objects.filter(pk=entry.pk).update(undoes=decision)
    answered = apps.get_model("forum", "Appeal").objects.filter(decided_at=None, entry__undone_by__isnull=False)
    for appeal in answered.select_related("entry__undone_by"):
        undone = appeal.entry.undone_by
        appeal.decided_at, appeal.decided_by_id = undone.created_at, undone.actor_id
        appeal.outcome, appeal.answer = "taken-back", undone.reason
        appeal.save(update_fields=["decided_at", "decided_by", "outcome", "answer"])


class Migration(migrations.Migration):
    dependencies = [
        ("forum", "0026_what_summaries_hide"),
    ]

    operations = [
        migrations.RunPython(join, migrations.RunPython.noop),
    ]
