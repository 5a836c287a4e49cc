"""Files of comments: adding them to what one writes, taking them out, and handing them to readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from forum.dialogue.actions.attachments import add_file, describe_files, drop_file
from forum.dialogue.queries import attachments, themes
from forum.dialogue.rules.attachments import why_not_attach
from forum.dialogue.web.composers import DROP, override_data
from forum.dialogue.web.forms import FILE, CommentForm
from forum.http import ratelimit
from forum.http.loading import get_or_404
from forum.http.refusals import UNREADABLE, status_of
from forum.kernel import work
from forum.kernel.choices import FILE_SIZE, FileKind
from forum.kernel.errors import Refused, TextRefused, refuse_if
from forum.kernel.reasons import Reason

UPLOADS = 30  # a person's in ten minutes: drawing a picture anew costs a second of the machine
KINDS = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "pdf": "application/pdf"}
# Whatever a browser takes a file for, nothing in it runs, and nothing is fetched from inside it.
CLOSED = "default-src 'none'; sandbox"


@dataclass(frozen=True, slots=True)
class Received:
    """What became of the file that came with a form: why it was not taken, and the status that says so."""

    said: str = ""
    status: int = 200


def receive(request: HttpRequest, form: CommentForm, theme: Any) -> Received:
    """Deals with the files of a form before anything else is done with it; says why one was not taken.

    Notes what each shows, takes out the one whose button was pressed, adds the one that came with the form.
    """
    describe_files(form.attached, by=request.user)
    act = request.POST.get("act", "")
    if act.startswith(DROP) and request.user.is_authenticated:
        token = act.removeprefix(DROP)
        drop_file(token, by=request.user)
        form.data = {name: value for name, value in form.data.items() if name != FILE + token}
    upload = request.FILES.get("file")
    if upload is None:
        return Received()
    try:
        added = _add(request, form, theme, upload)
    except TextRefused as error:
        return Received(error.sentence, UNREADABLE)
    except Refused as refusal:
        status = status_of(refusal.reason) if refusal.reason is Reason.BUSY else UNREADABLE
        return Received(str(refusal.reason.label), status)
    override_data(form, {FILE + added.token: added.alt})
    return Received()


@require_POST
def add(request: HttpRequest, theme_id: int) -> HttpResponse:
    """Adds a file to the form that a script shows; answers with its line for the form."""
    theme = get_or_404(themes.get_by_id, request.user, theme_id)
    upload = request.FILES.get("file")
    if upload is None:
        return JsonResponse({"sentence": _("No file was received. Please choose one.")}, status=UNREADABLE)
    try:
        added = _add(request, CommentForm(request.POST), theme, upload)
    except TextRefused as error:
        return JsonResponse({"sentence": error.sentence}, status=UNREADABLE)
    except Refused as refusal:
        return JsonResponse({"sentence": str(refusal.reason.label)}, status=status_of(refusal.reason))
    (row,) = attachments.shown([added.shape])
    return render(request, "dialogue/parts/attached.html", {"file": row})


@require_POST
def drop(request: HttpRequest, token: str) -> HttpResponse:
    if not request.user.is_authenticated:
        raise Refused(Reason.LOGIN_NEEDED)
    drop_file(token, by=request.user)
    return HttpResponse(status=204)


@require_safe
def full(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """The file itself, as a download."""
    return _handed_out(request, get_or_404(attachments.get, request.user, token), small=False)


@require_safe
def small(request: HttpRequest, token: str) -> HttpResponse:
    """How a picture looks in a thread."""
    file = get_or_404(attachments.get, request.user, token)
    if file.kind != FileKind.PICTURE:
        raise Http404
    return _handed_out(request, file, small=True)


def _add(request: HttpRequest, form: CommentForm, theme: Any, upload: Any) -> Any:
    """Raises Refused and TextRefused."""
    if request.user.is_authenticated and not ratelimit.allows(f"files:{request.user.pk}", UPLOADS, seconds=600):
        raise Refused(Reason.TOO_MANY_UPLOADS)
    if upload.size > FILE_SIZE:  # not worth reading
        raise Refused(Reason.FILE_TOO_LARGE)
    has = len(form.attached)
    refuse_if(why_not_attach(request.user, theme, now=timezone.now(), has=has))  # takes nobody's turn
    with work.PICTURES.turn():  # before it is read: who waits takes no memory
        return add_file(
            theme,
            by=request.user,
            content=upload.read(),
            name=upload.name,
            alt=form.data.get("file_alt", ""),
            key=form.data.get("key", "")[:64],
            has=has,
            now=timezone.now(),
        )


def _handed_out(request: HttpRequest, file: Any, *, small: bool) -> HttpResponse:
    """Its bytes for who may have them. The permission is asked every time; only the bytes are kept by browsers."""
    tag = f'"{file.token}{"-small" if small else ""}"'
    if request.headers.get("If-None-Match") == tag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        try:
            content = attachments.content(file, small=small)
        except FileNotFoundError as error:
            raise Http404 from error
        kind = "image/webp" if small else KINDS[file.name.rpartition(".")[2]]
        response = HttpResponse(content, content_type=kind)
        response["Content-Disposition"] = content_disposition_header(True, "small.webp" if small else file.name)
        response["Content-Encoding"] = "identity"  # compressed already: the second try would only cost
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["Content-Security-Policy"] = CLOSED
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
