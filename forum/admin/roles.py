"""Who organises which event. All other roles are given and taken on the event's own page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Viewer, logged_in
from forum.admin.staff import ByStaff, site
from forum.events.queries import team
from forum.events.rules.roles import why_not_install
from forum.kernel.choices import RoleKind
from forum.models import Role
from forum.moderation.actions.staff import install


class OrganiserForm(ModelForm):
    by: Viewer  # whoever fills it in: the admin page says so

    class Meta:
        model = Role
        fields = ["person", "event"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "person" in self.fields:
            person: Any = self.fields["person"]
            person.queryset = team.with_accounts()
            person.error_messages["invalid_choice"] = _(
                "This person cannot log in, because they have no confirmed email address."
            )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("person") and said.get("event"):
            no = why_not_install(self.by, said["person"], said["event"].pk)
            if no is not None:
                raise ValidationError(no.label)
        return said


@admin.register(Role, site=site)
class RoleAdmin(ByStaff):
    form = OrganiserForm
    list_display = ["person", "kind", "event", "theme"]
    list_select_related = ["person", "event", "theme"]
    autocomplete_fields = ["person"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["person", "event"] if obj is None else ["person", "kind", "event", "theme"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.by = request.user
        return form

    def save_model(self, request: HttpRequest, obj: Role, form: Any, change: bool) -> None:
        obj.kind = RoleKind.ORGANISER
        obj.pk = install(obj.person, event=obj.event, by=logged_in(request.user), now=timezone.now()).pk
