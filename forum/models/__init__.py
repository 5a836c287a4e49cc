"""Every model of every area, importable from here."""

from forum.dialogue.models.attachment import Attachment
from forum.dialogue.models.block import Block
from forum.dialogue.models.comment import Comment, CommentVersion
from forum.dialogue.models.day_count import DayCount
from forum.dialogue.models.draft import Draft
from forum.dialogue.models.flag import Flag, FlagCase
from forum.dialogue.models.following import Follow
from forum.dialogue.models.hold import Hold, Trust
from forum.dialogue.models.log import LogEntry
from forum.dialogue.models.moving import OldNumber, ThreadMove
from forum.dialogue.models.note import Note
from forum.dialogue.models.notification import Notification
from forum.dialogue.models.outgoing_mail import OutgoingMail
from forum.dialogue.models.reading import Reading
from forum.dialogue.models.report import IllegalReport
from forum.dialogue.models.sanction import Sanction
from forum.dialogue.models.stance import Stance
from forum.dialogue.models.summary import PointRequest, Summary
from forum.dialogue.models.thread import Thread
from forum.events.models.conduct import Article, Phrase
from forum.events.models.event import Event, Party, Reference
from forum.events.models.role import Role
from forum.events.models.site_text import SiteText
from forum.events.models.theme import Theme
from forum.kernel.restoration import Restoration
from forum.kernel.stamp import RevisionStamp
from forum.mail.models.bounce import Bounce
from forum.mail.models.incoming_mail import IncomingMail
from forum.mail.models.list_subscription import ListSubscription
from forum.mail.models.preferences import MailPreferences
from forum.moderation.models.appeal import Appeal
from forum.moderation.models.claim import Claim

__all__ = [
    "Appeal",
    "Article",
    "Attachment",
    "Block",
    "Bounce",
    "Claim",
    "Comment",
    "CommentVersion",
    "DayCount",
    "Draft",
    "Event",
    "Flag",
    "FlagCase",
    "Follow",
    "Hold",
    "IllegalReport",
    "IncomingMail",
    "ListSubscription",
    "LogEntry",
    "MailPreferences",
    "Note",
    "Notification",
    "OldNumber",
    "OutgoingMail",
    "Party",
    "Phrase",
    "PointRequest",
    "Reading",
    "Reference",
    "Restoration",
    "RevisionStamp",
    "Role",
    "Sanction",
    "SiteText",
    "Stance",
    "Summary",
    "Theme",
    "Thread",
    "ThreadMove",
    "Trust",
]
