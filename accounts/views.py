from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.forms import ProfileForm
from accounts.models import Person


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """The page where a person changes how others see them."""
    person: Any = request.user
    form = ProfileForm(request.POST or None, person=person)
    if not form.is_valid():
        return render(request, "account/profile.html", {"form": form}, status=422 if form.is_bound else 200)
    Person.objects.filter(pk=person.pk).update(**form.cleaned_data)
    messages.success(request, _("Your profile is saved."))
    return redirect("profile")
