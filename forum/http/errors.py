"""The pages for what went wrong. None of them repeats what was asked for."""

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext as _

from forum.database.outage import is_connection_lost, is_outage

RETRY_AFTER = "5"  # seconds, told with every 503: by then most turns have come round
# Every field in which people write sentences.
TYPED = (
    "title", "source", "note", "reason", "explanation", "statement", "agreed", "disputed", "open", "text", "answer",
)  # fmt: skip


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose protection does not fit, as after logging in anew in another window. Gives the text back."""
    sentence = _("This form has expired. Copy your text, reload the page and send it again.")
    response = render(request, "403.html", {"sentence": sentence, "typed": typed_in(request)}, status=403)
    response["Parley-Refresh"] = "form"  # a script can fetch the form anew and send the text again by itself
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", {"typed": typed_in(request)}, status=404)


def typed_in(request: HttpRequest) -> str:
    """The text somebody sent with a request that came to nothing: it goes back to them."""
    typed = (request.POST.get(name, "") for name in TYPED)
    return "\n\n".join(filter(None, typed))


class Unavailable(HttpResponse):
    """The page for a database that is away, with what was typed; `may_pass` if another connection may answer.

    Made without context, as the next one: whatever broke must not break this page, too.
    """

    def __init__(self, request: HttpRequest, error: BaseException) -> None:
        self.may_pass = is_connection_lost(error)
        is_secret = any("password" in name for name in request.POST)
        context = {
            "typed": typed_in(request),
            "fields": [] if is_secret else [(name, value) for name, values in request.POST.lists() for value in values],
            "has_key": "key" in request.POST,  # by which the same form is known when it comes again
            "action": request.get_full_path(),
            "lost_files": bool(request.FILES),
            "is_form": request.method == "POST",
        }
        headers = {"Cache-Control": "no-store", "Retry-After": RETRY_AFTER}
        super().__init__(get_template("503.html").render(context), status=503, headers=headers)


def server_error(request: HttpRequest) -> HttpResponse:
    if (error := sys.exc_info()[1]) is not None and is_outage(error):
        return Unavailable(request, error)
    return HttpResponse(get_template("500.html").render(), status=500)
