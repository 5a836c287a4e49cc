"""A comment, its place in the tree, and the versions of its text."""

from __future__ import annotations

from typing import NoReturn, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from mptt.managers import TreeManager
from mptt.models import MPTTModel, TreeForeignKey
from mptt.querysets import TreeQuerySet

from accounts.models import Viewer
from forum.dialogue.models.thread import Thread
from forum.events.models.role import moderated_by
from forum.events.models.theme import Theme
from forum.kernel.choices import KEY_LENGTH, NOTE_LENGTH, SAID_LENGTH, Status


class CommentQuerySet(TreeQuerySet):
    def readable_by(self, person: Viewer) -> Self:
        """The one definition of visibility: the public tree, what somebody wrote, and what they moderate.

        The public tree holds the published comments and the gone ones that still have a published reply,
        which are shown without their text.
        """
        if not person.is_authenticated:
            return self.in_public_tree()
        return self.filter(Q(in_public_tree=True) | Q(author=person) | moderated_by(person))

    def in_public_tree(self) -> Self:
        """What everybody sees in a thread: published comments, and tombstones with a published reply."""
        return self.filter(in_public_tree=True)

    def public(self) -> Self:
        """Comments whose text everybody may read."""
        return self.filter(status=Status.PUBLISHED)

    def with_text_for(self, person: Viewer) -> Self:
        """Comments whose texts, old and new, this person may read: the public ones, their own, what they moderate."""
        if not person.is_authenticated:
            return self.public()
        return self.filter(Q(status=Status.PUBLISHED) | Q(author=person) | moderated_by(person))

    def waiting(self) -> Self:
        """Comments that only their author and the moderators read in their place."""
        return self.filter(status__in=[Status.HELD, Status.REVISION, Status.REJECTED])

    def answered_by(self, answers: CommentQuerySet) -> Self:
        """The public comments that any of these answer; what stands at the root of a branch answers the opening."""
        parents = answers.filter(parent__isnull=False).order_by().values("parent")
        openings = answers.filter(parent=None).exclude(pk=F("thread__opening")).order_by().values("thread__opening")
        return self.public().filter(Q(pk__in=parents) | Q(pk__in=openings))

    def pinned(self) -> Self:
        """Public comments that moderators have set apart."""
        return self.filter(is_pinned=True, status=Status.PUBLISHED)

    def gone(self) -> Self:
        return self.exclude(status=Status.PUBLISHED)

    def with_stances(self) -> Self:
        """Comments on which anybody took a stance."""
        return self.filter(Q(support_total__gt=0) | Q(disagree_count__gt=0) | Q(unsure_count__gt=0))

    def in_reading_order(self) -> Self:
        """The order of a thread from top to bottom: branches by age, each branch depth first."""
        return self.order_by("thread_id", "tree_id", "lft")

    def above(self, comment: Comment) -> Self:
        """Its ancestors within its branch."""
        return self.filter(tree_id=comment.tree_id, lft__lt=comment.lft, rght__gt=comment.rght)

    def below(self, comment: Comment) -> Self:
        """Its descendants within its branch."""
        return self.filter(tree_id=comment.tree_id, lft__gt=comment.lft, rght__lt=comment.rght)


class CommentManager(TreeManager.from_queryset(CommentQuerySet)):  # type: ignore[misc]
    """mptt's manager without its two ways to hand out tree numbers: both read a number that another writer
    reads at the same time (140 of 161 concurrent roots shared one). Ours come from the theme's row."""

    def _get_next_tree_id(self) -> NoReturn:
        raise NotImplementedError("A branch's tree_id comes from branch_id(), never from mptt.")

    def _create_tree_space(self, target_tree_id: int, num_trees: int = 1) -> NoReturn:
        raise NotImplementedError("Trees are never shifted against each other.")


def seen_of(version_id: int | None, status: str) -> str:
    """The text and the state of a comment, as cards and forms carry what somebody has before them."""
    return f"{version_id}.{status}"


BRANCH_SHIFT = 32  # bits that a comment's number may take in the key of its branch


def branch_id(theme_id: int, number: int) -> int:
    """The tree_id of the branch that the comment with this number begins: unique without asking anybody."""
    return theme_id << BRANCH_SHIFT | number


class Comment(MPTTModel):
    """One contribution to a thread.

    One mptt tree is one branch: the opening alone is a tree, and so is each comment that answers the
    opening with everything below it. `parent` is therefore empty for the opening and for what answers it.
    """

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="comments")
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="+")
    parent = TreeForeignKey("self", models.PROTECT, null=True, related_name="children", editable=False)
    tree_id = models.BigIntegerField(editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="comments")
    version = models.OneToOneField("CommentVersion", models.PROTECT, null=True, editable=False, related_name="+")
    status = models.CharField(max_length=10, choices=Status, default=Status.PUBLISHED)
    status_reason = models.CharField(max_length=SAID_LENGTH, blank=True)
    in_public_tree = models.BooleanField(default=True, editable=False)
    number = models.PositiveIntegerField(editable=False)
    revision = models.PositiveBigIntegerField(editable=False)
    published_revision = models.PositiveBigIntegerField(null=True, editable=False)
    # When it first became public: as it was written, or when it was approved.
    published_at = models.DateTimeField(null=True, editable=False)
    is_pinned = models.BooleanField(default=False, db_default=False, editable=False)
    # Why a moderator marked it as off topic: it stays public, folded away behind this reason.
    off_topic = models.CharField(max_length=SAID_LENGTH, blank=True, db_default="", editable=False)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    key = models.CharField(max_length=KEY_LENGTH, editable=False)
    origin = models.CharField(max_length=200, null=True, editable=False)
    files = models.JSONField(null=True, editable=False)  # what readers see of its attachments; None without any
    support_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    agree_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    disagree_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    unsure_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    # By what "most supported" sorts: worked out by the database, so that it cannot part from the counts.
    support_total = models.GeneratedField(
        expression=F("support_count") + F("agree_count"), output_field=models.PositiveIntegerField(), db_persist=True
    )

    objects = CommentManager()

    class Meta:
        indexes = [
            models.Index(fields=["tree_id", "lft"], name="comment_tree_lft"),
            models.Index(fields=["thread", "tree_id", "lft"], name="comment_reading_order"),
            models.Index(fields=["theme", "revision"], name="comment_theme_revision"),
            models.Index(fields=["theme", "published_revision"], name="comment_theme_published"),
            models.Index(fields=["thread", "published_revision"], name="comment_thread_published"),
            models.Index(fields=["theme", "published_at", "id"], name="comment_theme_newest"),
            models.Index(fields=["author", "id"], name="comment_by_author"),
            models.Index(fields=["author", "theme", "published_revision", "status"], name="comment_own_published"),
            models.Index(
                fields=["theme", "published_revision", "author"],
                condition=~Q(status=Status.PUBLISHED) & Q(published_revision__isnull=False),
                name="comment_gone",
            ),
            models.Index(
                fields=["author", "theme", "status"],
                condition=Q(status__in=[Status.REJECTED, Status.REMOVED]),
                name="comment_refused",
            ),
            models.Index(fields=["theme"], condition=Q(is_pinned=True), name="comment_pinned"),
            models.Index(fields=["theme", "id"], condition=Q(status=Status.HELD), name="comment_held"),
            models.Index(fields=["theme", "support_total"], condition=Q(parent=None), name="comment_most_supported"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tree_id"], condition=Q(parent=None), name="one_root_per_branch"),
            models.UniqueConstraint(fields=["theme", "number"], name="comment_number_once_per_theme"),
            models.UniqueConstraint(fields=["author", "key"], name="one_comment_per_author_and_key"),
            models.UniqueConstraint(fields=["theme", "origin"], name="imported_once_per_theme"),
            models.CheckConstraint(condition=Q(lft__gte=1, rght__gt=F("lft")), name="comment_bounds_are_sound"),
            models.CheckConstraint(
                condition=Q(level=0, parent=None) | Q(level__gt=0, parent__isnull=False),
                name="only_roots_stand_at_level_0",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.PUBLISHED) | Q(in_public_tree=True, published_revision__isnull=False),
                name="published_is_in_the_tree_and_numbered",
            ),
        ]

    def __str__(self) -> str:
        return f"comment {self.pk}"

    @property
    def is_public(self) -> bool:
        return self.status == Status.PUBLISHED

    @property
    def current_version(self) -> CommentVersion:
        """Its version: a comment is without one only while it is being written."""
        version: CommentVersion | None = self.version
        assert version is not None
        return version


class CommentVersion(models.Model):
    """A text that a comment has or had. Versions are never changed, only added.

    A moderator may hide one that is not current: nobody but the author and the moderators reads it then.
    """

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    source = models.TextField()
    html = models.TextField()
    text = models.TextField()
    renderer = models.PositiveSmallIntegerField()
    mentions = models.JSONField(default=list)  # the keys of the people it mentions, as the renderer found them
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    created_at = models.DateTimeField()
    is_hidden = models.BooleanField(default=False, db_default=False)
    hidden_reason = models.CharField(max_length=SAID_LENGTH, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comment", "number"], name="version_number_once_per_comment"),
            models.CheckConstraint(
                condition=Q(is_hidden=True) ^ Q(hidden_reason=""), name="a_reason_for_hidden_versions_only"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of comment {self.comment_id}"
