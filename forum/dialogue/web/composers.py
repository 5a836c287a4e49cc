"""What every box for writing has in common: its draft, its preview, and what its writer is told before sending."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.adapter import address_of
from accounts.models import Viewer, logged_in
from accounts.programs import HONEYPOT_FIELD, OPENED, sign_opening_time, time_taken
from forum.dialogue import fragments
from forum.dialogue.actions.drafts import Spot, Words, discard_draft, keep_draft
from forum.dialogue.actions.mentions import names_at
from forum.dialogue.actions.screening import SubmissionContext
from forum.dialogue.queries import attachments, drafts, hold_reasons
from forum.dialogue.rules.holding import is_newcomer
from forum.dialogue.web import session_drafts
from forum.dialogue.web.forms import CommentForm
from forum.dialogue.web.networks import why_not_from_here
from forum.events.queries.formatting import local_time_html
from forum.kernel import work
from forum.kernel.choices import SOURCE_LENGTH, DraftKind
from forum.kernel.errors import NeedsConfirmation, Refused, SavedElsewhere, TextRefused
from forum.kernel.reasons import Reason

# What a form's `act` asks for instead of sending it.
PREVIEW, DRAFT, ATTACH, DROP = "preview", "draft", "attach", "drop-"
WAITS = _lazy("Your comment is awaiting review. You can see it in its place; others cannot see it yet.")
WORDS = ("title", "source", "note", "key", "seen")
AGENT_LENGTH = 300  # characters of what a browser calls itself
signer = Signer(salt="parley.writer")


@dataclass(frozen=True, slots=True)
class Frame:
    """What a page says around its box: where it sends, what its button says, where its links lead."""

    id: str
    action: str
    submit: str
    people_url: str  # whom an @ may mean
    cancel_url: str
    files_url: str = ""  # where files are added; empty where none can be
    outside: str = ""  # who else gets what is sent
    zone: str = "UTC"  # on whose clocks it says when a draft was saved


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer(Frame):
    """Everything a box for writing shows."""

    spot: Spot
    form: CommentForm
    usual_submit: str = ""  # what the button says again once this was sent, if that is something else
    said: SafeString | str = ""  # how the draft stands
    notice: str = ""
    preview_html: SafeString | str = ""
    files: Sequence[dict[str, Any]] = ()  # those added so far
    elsewhere: str = ""  # the words of the same draft as another window saved them
    limit: int = SOURCE_LENGTH

    @property
    def place(self) -> str:
        """The name under which a browser keeps this box's words."""
        return self.spot.name

    @property
    def draft_url(self) -> str:
        return reverse("keep_draft", args=[self.spot.kind, self.spot.comment_id or self.spot.theme_id])


def new_composer(
    request: HttpRequest,
    spot: Spot,
    frame: Frame,
    make_form: Callable[..., CommentForm],
    *,
    seen: str = "",
    initial: dict[str, Any] | None = None,
    quote: str = "",
) -> Composer:
    """A composer with this person's draft, text kept across a login, or `initial`; `quote` is added at the end."""
    _restore_session_draft(request, spot)
    kept = drafts.kept(request.user, spot.kind, theme_id=spot.theme_id, comment_id=spot.comment_id) or {}
    # Who comes back to their words took the time to write them before.
    facts = {"opened": sign_opening_time(kept["saved_at"] - settings.FASTEST_REPLY if kept else timezone.now())}
    facts |= {"draft": kept.get("version", 0), "by": writer(request)} | (initial or {})
    facts |= {name: kept[name] for name in WORDS if kept.get(name)}
    if quote:
        facts["source"] = "\n\n".join(filter(None, [facts.get("source", "").rstrip(), quote]))
    composer = _in_frame(spot, make_form(initial=facts | {"seen": seen}), frame)
    if not kept:
        return composer
    return replace(
        composer,
        files=attachments.unsent(request.user, key=kept["key"]) if frame.files_url else (),
        said=format_html(_("This is your draft, saved at {}."), local_time_html(kept["saved_at"], frame.zone)),
        notice="" if kept["seen"] == seen else str(changed(spot).label),
    )


def redisplayed_composer(request: HttpRequest, spot: Spot, frame: Frame, form: CommentForm, *, notice: str) -> Composer:
    """A composer shown again with what was posted: to be corrected, or after "Preview" or "Save draft"."""
    composer = replace(_in_frame(spot, form, frame), notice=notice)
    if form.attached:
        composer = replace(composer, files=attachments.unsent(request.user, tokens=list(form.attached)))
    if form.data.get("acknowledged"):
        composer = replace(composer, submit=_("Send for review"), usual_submit=frame.submit)
    if is_submission(request):
        return composer
    if request.POST["act"] in {PREVIEW, DRAFT}:
        composer = _previewed(composer) if request.POST["act"] == PREVIEW else _saved(request, composer)
    # Shown as it was typed, without complaints: nobody has tried to send it yet.
    form.initial, form.is_bound = dict(form.data.items()), False
    return composer


def _in_frame(spot: Spot, form: CommentForm, frame: Frame) -> Composer:
    return Composer(spot=spot, form=form, **asdict(frame))


def is_submission(request: HttpRequest) -> bool:
    """Whether the form was posted to publish, not for a preview, draft or file (JavaScript has endpoints for these)."""
    act = request.POST.get("act", "")
    return act not in {PREVIEW, DRAFT, ATTACH} and not act.startswith(DROP)


def changed(spot: Spot) -> Reason:
    """What somebody is told whose answered (or edited) comment is not what it was when they began."""
    return Reason.EDITED_ELSEWHERE if spot.kind is DraftKind.EDIT else Reason.COMMENT_CHANGED


def why_not_as_is(request: HttpRequest, form: CommentForm, spot: Spot, *, seen: str = "") -> Reason | None:
    """What the writer should know before this is sent: another login, or another text than the one they answer.

    Told once: the form shown again carries the new state. Forms that do not carry one are taken as they are. From a
    blocked network new accounts send nothing, and keep their words.
    """
    if (no := why_not_from_here(request)) is not None:
        return no
    by = writer_of(form)
    if by is not None and request.user.is_authenticated and by != request.user.pk:
        override_data(form, {"by": writer(request)})
        return Reason.OTHER_PERSON
    if form.data.get("seen", seen) != seen:
        override_data(form, {"seen": seen})
        return changed(spot)
    return None


def sending(request: HttpRequest, form: CommentForm) -> SubmissionContext:
    """How a form came: what its writer was told before, and by whose hand it was filled in."""
    return SubmissionContext(
        acknowledged=frozenset(form.data["acknowledged"].split()) if "acknowledged" in form.data else None,
        looks_automated=bool(form.data.get(HONEYPOT_FIELD)) or _is_hasty(form),
        address=address_of(request),
        agent=request.headers.get("User-Agent", "")[:AGENT_LENGTH],
    )


def _is_hasty(form: CommentForm) -> bool:
    """Whether nobody can have read and written in the time. Each of our boxes brings a time that we signed: one that
    brings none, or another, was not opened in a browser."""
    if not settings.FASTEST_REPLY:
        return False
    taken = time_taken(form.data.get(OPENED, ""), now=timezone.now())
    return taken is None or taken < settings.FASTEST_REPLY


def looked_at_outside(person: Viewer, theme: Any) -> str:
    """What newcomers are told where a spam check gets what they send. Without one no query, else up to three."""
    if not settings.AKISMET_KEY or not is_newcomer(person, theme):
        return ""
    said = _(
        "An external spam check (%(host)s) checks your first comments. It receives the text, your "
        "name, your IP address and your browser's identification."
    )
    return said % {"host": urlsplit(settings.AKISMET_URL).hostname}


def warned(form: CommentForm, warning: NeedsConfirmation) -> str:
    """What a writer is told whose text would be held; the form that comes back carries the ids of these warnings."""
    override_data(form, {"acknowledged": " ".join(warning.warning_ids)})
    return hold_reasons.warning(warning.reasons)


def rescue(request: HttpRequest, spot: Spot, form: CommentForm) -> None:
    """Keeps the words of a refused form: among the person's drafts, or in the session until they log in again."""
    if request.user.is_authenticated:
        try:
            save(request, spot, form)
        except (Refused, SavedElsewhere):
            return  # the page gives the words back all the same
    elif (by := writer_of(form)) is not None:
        session_drafts.keep(request, spot, person_id=by, words={name: form.data.get(name, "") for name in WORDS})


def rescue_in_place(request: HttpRequest, spot: Spot, form: CommentForm) -> None:
    """The same for a form that is shown again: its draft goes on from what was kept."""
    try:
        override_data(form, {"draft": str(save(request, spot, form))})
    except (Refused, SavedElsewhere):
        return  # the page gives the words back all the same


def save(request: HttpRequest, spot: Spot, form: CommentForm) -> int:
    """Keeps what a form brings as this person's draft, and returns its version. Raises Refused and SavedElsewhere."""
    if not request.user.is_authenticated:
        raise Refused(Reason.LOGIN_NEEDED)
    base = form.data.get("draft", "")
    return _keep(request, spot, {name: form.data.get(name, "") for name in WORDS}, int(base) if base.isdecimal() else 0)


def sent(request: HttpRequest, spot: Spot) -> None:
    """The words have become a comment: nothing is left to keep."""
    discard_draft(spot, by=logged_in(request.user))


def writer(request: HttpRequest) -> str:
    """Who writes, signed: a form sent after the session ended still says whose words it brings."""
    return signer.sign(str(request.user.pk)) if request.user.is_authenticated else ""


def writer_of(form: CommentForm) -> int | None:
    try:
        return int(signer.unsign(form.data.get("by", "")))
    except (BadSignature, ValueError):
        return None


def override_data(form: CommentForm, values: Mapping[str, str]) -> None:
    """Overrides submitted field values."""
    form.data = dict(form.data.items()) | dict(values)


def _restore_session_draft(request: HttpRequest, spot: Spot) -> None:
    """Turns text kept in the session across a login into a draft."""
    words = session_drafts.take(request, spot)
    if words is None:
        return
    kept = drafts.kept(request.user, spot.kind, theme_id=spot.theme_id, comment_id=spot.comment_id)
    _keep(request, spot, words, kept["version"] if kept else 0)
    drafts.note_draft(logged_in(request.user))


def _keep(request: HttpRequest, spot: Spot, words: dict[str, str], base: int) -> int:
    clean = {name: words.get(name, "").replace("\0", "") for name in WORDS}
    kept = Words(source=clean["source"], key=clean["key"], title=clean["title"], note=clean["note"], seen=clean["seen"])
    return keep_draft(spot, by=logged_in(request.user), words=kept, base=base, now=timezone.now())


def _previewed(composer: Composer) -> Composer:
    """The composer with its preview, or a notice if the text is refused. Raises Refused (BUSY): the text comes back."""
    source = composer.form.data.get("source", "")
    try:
        with work.PREVIEWS.turn():
            return replace(composer, preview_html=fragments.preview_html(source, names_at(composer.spot)))
    except TextRefused as error:
        return replace(composer, notice=error.sentence)


def _saved(request: HttpRequest, composer: Composer) -> Composer:
    spot = composer.spot
    try:
        version = save(request, spot, composer.form)
    except SavedElsewhere as other:
        drafts.note_draft(logged_in(request.user))
        kept = drafts.kept(request.user, spot.kind, theme_id=spot.theme_id, comment_id=spot.comment_id)
        override_data(composer.form, {"draft": str(other.version)})
        return replace(composer, elsewhere=kept["source"] if kept else "", notice=saved_elsewhere())
    except Refused as refusal:
        return replace(composer, notice=str(refusal.reason.label))
    override_data(composer.form, {"draft": str(version)})
    return replace(composer, said=format_html(_("Draft saved at {}."), local_time_html(timezone.now(), composer.zone)))


def saved_elsewhere() -> str:
    return _("This draft has since been saved from another window or device.")
