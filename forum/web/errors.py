"""The pages for what went wrong. None of them repeats what was asked for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext as _

# Every field in which people write sentences.
TYPED = (
    "title", "source", "note", "reason", "explanation", "statement", "agreed", "disputed", "open", "text", "answer",
)  # fmt: skip


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose protection does not fit, as after logging in anew in another window. Gives the text back."""
    sentence = _("This form no longer fits your session. Copy what you wrote, load the page anew, and send it again.")
    response = render(request, "403.html", {"sentence": sentence, "typed": typed_in(request)}, status=403)
    response["Parley-Refresh"] = "form"  # a script can fetch the form anew and send the text again by itself
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", {"typed": typed_in(request)}, status=404)


def typed_in(request: HttpRequest) -> str:
    """The text somebody sent with a request that came to nothing: it goes back to them."""
    typed = (request.POST.get(name, "") for name in TYPED)
    return "\n\n".join(filter(None, typed))


def server_error(request: HttpRequest) -> HttpResponse:
    """Made without context: whatever broke must not break this page, too."""
    return HttpResponse(get_template("500.html").render(), status=500)
