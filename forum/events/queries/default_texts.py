"""The texts about the installation that are shown until staff write their own. Markdown."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from forum.kernel.site_texts import SiteTextName as Name

TEXTS = {
    Name.ABOUT: _(
        """Parley is a forum for the public discussion before an event.

Organisers announce an event and publish themes, each with a question. Anyone can read and follow live. With an account
you can start a thread, reply, and react to what others wrote. Moderators keep the discussion fair, and their decisions
stand in a public log.

## Taking part

1. Open a theme and read what has been said.
2. [Sign up](/accounts/signup/) with your name and email address.
3. Reply to a comment, or start a thread with a question of your own.

Everything you write is public, with your name, your stakeholder group and your organisation."""
    ),
    Name.CONDUCT: _(
        """People who disagree meet here to understand each other. An event can have a code of conduct of its own; these
rules hold everywhere.

- **Discuss the matter, not the person.** No insults, threats or discrimination.
- **Speak for yourself.** Use your real name, and say which organisation you belong to.
- **Give reasons.** Link to your sources, and quote fairly.
- **Stay on the theme.** Start a new thread for a new question.
- **No advertising and no spam.**
- **Respect privacy.** Do not publish personal data of others.

If a comment breaks these rules, flag it. Moderators give a reason for each decision, and the author can appeal."""
    ),
    Name.PRIVACY: _(
        """## What is public

Your name, stakeholder group, organisation, comments and reactions are public. Search engines can index them. Your email
address is never shown to other participants.

## What is stored

- your account: name, email address, group, organisation, and a hash of your password
- what you write, with earlier versions and unsent drafts
- which comments you have read, and what you follow
- decisions of moderators about you and your comments

Your IP address is used against abuse and is not stored with your comments; the server's own logs can contain it.
Pictures you upload are re-encoded to strip location and camera data. Pages load nothing from other sites, and there is
no tracking and no advertising.

## Cookies

Cookies keep you logged in, protect forms, and pass a message to the next page. Readers without an account need none.

## Your rights

You can change your profile and email address yourself. To see, correct or delete other data, see
[Contact](/contact/)."""
    ),
    Name.CONTACT: _(
        """Questions about a discussion go to the organisers of its event.

To report a comment, use *Flag* below it. Illegal content can be reported without an account. If a moderator decided
about one of your comments, the email that told you has a link to appeal."""
    ),
    Name.SOURCE: _(
        """This site runs on Parley, free software under the BSD 3-Clause licence: anyone may use, study, change and
share it. Parley is written in Python with Django, django-allauth, django-mptt, bleach and Channels."""
    ),
}
SPAM_CHECK = _(
    """## External spam check

The first comments of new authors are checked by %(host)s. It receives the text, the name, the IP address and the
browser's identification, but no email address."""
)


def default(name: Name) -> str:
    """The default text; the one about privacy says what this installation's settings send out."""
    text = str(TEXTS[name]).replace("](/", f"]({settings.SITE_URL}/")  # texts have absolute links only
    if name is Name.PRIVACY and settings.AKISMET_KEY:
        text += "\n\n" + SPAM_CHECK % {"host": urlsplit(settings.AKISMET_URL).hostname}
    return text
