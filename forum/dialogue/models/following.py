"""What somebody follows."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from forum.dialogue.models.comment import Comment
from forum.dialogue.models.thread import Thread
from forum.events.models.theme import Theme


class Follow(models.Model):
    """A person follows a theme, a thread, or a branch (named by the comment that begins it)."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows")
    theme = models.ForeignKey(Theme, models.CASCADE, null=True, related_name="+")
    thread = models.ForeignKey(Thread, models.CASCADE, null=True, related_name="+")
    branch = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "theme"], name="one_follow_per_theme"),
            models.UniqueConstraint(fields=["person", "thread"], name="one_follow_per_thread"),
            models.UniqueConstraint(fields=["person", "branch"], name="one_follow_per_branch"),
            models.CheckConstraint(
                condition=Q(theme__isnull=False, thread=None, branch=None)
                | Q(theme=None, thread__isnull=False, branch=None)
                | Q(theme=None, thread=None, branch__isnull=False),
                name="a_follow_has_one_target",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} follows {self.theme_id or self.thread_id or self.branch_id}"
