"""Emails that came in."""

from django.conf import settings
from django.db import models

from forum.dialogue.models.comment import Comment
from forum.dialogue.models.outgoing_mail import OutgoingMail
from forum.kernel.outbox import IncomingState


class IncomingMail(models.Model):
    """What became of one email, so that it is taken once, and answered once at most.

    `key` is made of its Message-ID. `sender` is a digest of the address it came from, to count answers by. The answer
    is made of `reason` or `sentences`, `page` (the path of the page to go on at) and `text`, which was not posted.
    Sentences and text go with `address`, `subject` and `message_id` as soon as the answer has left.
    """

    key = models.CharField(max_length=64, unique=True)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=IncomingState)
    reason = models.CharField(max_length=40, blank=True)
    sentences = models.JSONField(default=list)
    sender = models.CharField(max_length=64)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="+")
    answer = models.OneToOneField(OutgoingMail, models.SET_NULL, null=True, related_name="incoming_mail")
    page = models.CharField(max_length=200, blank=True)
    address = models.EmailField(max_length=320, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    message_id = models.CharField(max_length=1000, blank=True)
    text = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["sender", "received_at"], name="incoming_mail_of_sender"),
            models.Index(fields=["received_at"], name="incoming_mail_received"),
        ]

    def __str__(self) -> str:
        return f"incoming email {self.pk}"
