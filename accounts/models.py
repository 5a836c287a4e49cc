"""People: who takes part, under which name, for which stakeholder group."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.addresses import check_letters
from accounts.zones import check_zone

NAME_LENGTH = 60  # characters; a full name with titles fits, a slogan does not


class Group(models.TextChoices):
    """Stakeholder groups, as the Tunis Agenda (paragraphs 35 and 36) names them."""

    GOVERNMENT = "government", _("Government")
    CIVIL = "civil", _("Civil society")
    BUSINESS = "business", _("Business")
    TECHNICAL = "technical", _("Technical community")
    ACADEMIC = "academic", _("Academic community")
    OTHER = "other", _("Other")


class PersonManager(BaseUserManager):
    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> Person:
        """A person; without a password nobody can log in as them. Raises ValidationError for an unreachable address."""
        if email:
            check_letters(email)
        person: Any = self.model(email=self.normalize_email(email).lower() if email else None, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """Somebody made on the server itself: their address needs no confirming email."""
        person = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        return person


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who speaks here.

    A person with an `origin` stands for the author of an imported discussion: no email address, no
    password, not active, so nobody can log in as them.
    """

    email = models.EmailField(_("email address"), unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=120)  # longer than a form takes: for imported authors
    group = models.CharField(_("stakeholder group"), max_length=20, choices=Group, blank=True)
    organisation = models.CharField(_("organisation"), max_length=80, blank=True)
    origin = models.CharField(max_length=200, unique=True, null=True, blank=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("can use the admin site"), default=False)
    # How often all sessions of theirs were ended at once.
    session_epoch = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    # Whether single keys act on pages that have shortcuts (WCAG 2.1.4).
    single_keys = models.BooleanField(_("single-key shortcuts"), default=True, db_default=True)
    # The address to which emails came back, and what its mail server said; no more are sent there. Empty otherwise.
    unreachable_email = models.EmailField(null=True, blank=True, editable=False)
    unreachable_reason = models.CharField(max_length=200, blank=True, default="", db_default="", editable=False)
    # In which pages and emails for this person alone tell times; empty: in that of each event.
    time_zone = models.CharField(
        _("time zone"), max_length=60, blank=True, default="", db_default="", validators=[check_zone]
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name

    @property
    def is_unreachable(self) -> bool:
        """Whether emails to their present address came back."""
        return bool(self.email) and self.email == self.unreachable_email

    def get_short_name(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What every session of this person carries: a new epoch ends them all, wherever they are kept.

        Django makes all its hashes here, those of earlier keys, too.
        """
        made: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        if not self.session_epoch:
            return made  # sessions from before there were epochs go on
        return salted_hmac("accounts.Person.session_epoch", f"{made}:{self.session_epoch}", secret=secret).hexdigest()

    @cached_property
    def is_verified(self) -> bool:
        """Whether this person has confirmed an email address. One query, once per request."""
        return EmailAddress.objects.filter(user=self, verified=True).exists()


Viewer = Person | AnonymousUser  # anybody who sees a page, logged in or not


def logged_in(viewer: Viewer) -> Person:
    """The viewer as a Person, behind a rule that refuses everybody without an account. Raises PermissionDenied."""
    if not viewer.is_authenticated:
        raise PermissionDenied
    return viewer
