"""The button of the banner that tells somebody that their emails came back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import logged_in
from forum.mail.actions.bounces import resume


@require_POST
@login_required
def resume_emails(request: HttpRequest) -> HttpResponse:
    resume(logged_in(request.user))
    messages.success(request, _("Emails will be sent to you again."))
    return redirect("email_settings")
