"""What is stored. One file per concept; everything is importable from here."""

from forum.models.appeal import Appeal
from forum.models.attachment import Attachment
from forum.models.block import Block
from forum.models.comment import Comment, CommentVersion
from forum.models.conduct import Article, Phrase
from forum.models.draft import Draft
from forum.models.event import Event, Party, Reference
from forum.models.flag import Flag, FlagCase
from forum.models.following import Follow
from forum.models.holding import Hold, Trust
from forum.models.lease import Lease
from forum.models.letter import Letter
from forum.models.moderation import LogEntry
from forum.models.moving import Departure, FormerNumber
from forum.models.note import Note
from forum.models.notification import Notification
from forum.models.reading import Reading
from forum.models.report import IllegalReport
from forum.models.role import Role
from forum.models.sanction import Sanction
from forum.models.stance import Stance
from forum.models.summary import PointRequest, Summary
from forum.models.theme import Theme
from forum.models.thread import Thread

__all__ = [
    "Appeal",
    "Article",
    "Attachment",
    "Block",
    "Comment",
    "CommentVersion",
    "Departure",
    "Draft",
    "Event",
    "Flag",
    "FlagCase",
    "Follow",
    "FormerNumber",
    "Hold",
    "IllegalReport",
    "Lease",
    "Letter",
    "LogEntry",
    "Note",
    "Notification",
    "Party",
    "Phrase",
    "PointRequest",
    "Reading",
    "Reference",
    "Role",
    "Sanction",
    "Stance",
    "Summary",
    "Theme",
    "Thread",
    "Trust",
]
