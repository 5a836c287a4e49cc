"""What keeps pages from taking longer the more was written: a stored count of what was read, and indexes."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("forum", "0047_mentions"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField(
            "reading", "others_count", models.PositiveIntegerField(editable=False, null=True)
        ),
        migrations.AddIndex(
            "comment",
            models.Index(fields=["author", "theme", "published_revision", "status"], name="comment_own_published"),
        ),
        migrations.AddIndex(
            "comment",
            models.Index(
                condition=~Q(status="published") & Q(published_revision__isnull=False),
                fields=["theme", "published_revision", "author"],
                name="comment_gone",
            ),
        ),
        migrations.AddIndex("logentry", models.Index(fields=["event", "act", "-id"], name="log_by_act")),
        migrations.AddIndex(
            "logentry", models.Index(fields=["undoes"], condition=Q(undoes__isnull=False), name="log_undoing")
        ),
    ]
