"""The page where a person changes how others see them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.forms import ProfileForm
from forum.actions.people import change_profile
from forum.web.refusals import UNREADABLE


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, person=request.user)
    if not form.is_valid():
        return render(request, "account/profile.html", {"form": form}, status=UNREADABLE if form.errors else 200)
    change_profile(request.user, **form.cleaned_data)
    messages.success(request, _("Your profile is saved."))
    return redirect("profile")
