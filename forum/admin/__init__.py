"""What staff set up by hand. They read it here, and change it through actions; nothing is deleted, and comments are
not here."""

from forum.admin.outgoing_mail import OutgoingMailAdmin
from forum.admin.people import PersonAdmin
from forum.admin.places import EventAdmin, ThemeAdmin
from forum.admin.roles import RoleAdmin
from forum.admin.site_texts import SiteTextAdmin
from forum.admin.staff import site

__all__ = ["EventAdmin", "OutgoingMailAdmin", "PersonAdmin", "RoleAdmin", "SiteTextAdmin", "ThemeAdmin", "site"]
