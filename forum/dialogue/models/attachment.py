"""A file that belongs to a comment."""

from django.conf import settings
from django.db import models

from forum.dialogue.models.comment import Comment
from forum.kernel.choices import ALT_LENGTH, FILE_NAME_LENGTH, KEY_LENGTH, FileKind


class Attachment(models.Model):
    """A picture or a PDF, made safe when it arrived. Until its comment is sent it is its author's alone.

    `token` is its unguessable name, `key` that of the form it was added in, `size` counts bytes. What readers see
    of it also stands in the comment's `files`, so that a thread is read without looking here.
    """

    token = models.CharField(max_length=32, unique=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    comment = models.ForeignKey(Comment, models.PROTECT, null=True, related_name="attachments")
    key = models.CharField(max_length=KEY_LENGTH)
    kind = models.CharField(max_length=10, choices=FileKind)
    name = models.CharField(max_length=FILE_NAME_LENGTH)
    alt = models.CharField(max_length=ALT_LENGTH, blank=True)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    is_animation = models.BooleanField(default=False, db_default=False)  # of which the first picture is kept
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["author", "id"], condition=models.Q(comment=None), name="unsent_attachments"),
            models.Index(fields=["created_at"], condition=models.Q(comment=None), name="old_unsent_attachments"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def shape(self) -> dict[str, object]:
        """What readers see of it, as the comment keeps it."""
        names = ("token", "kind", "name", "alt", "size", "width", "height", "is_animation")
        return {name: getattr(self, name) for name in names}


def content_path(token: str) -> str:
    """Where a file's bytes are kept; nothing in it comes from its sender."""
    return f"files/{token[:2]}/{token}"


def thumbnail_path(token: str) -> str:
    """The storage path of a picture's thumbnail."""
    return f"{content_path(token)}.small"
