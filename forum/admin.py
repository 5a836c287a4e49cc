"""What staff set up by hand. Comments are not here: they change through actions only."""

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from accounts.admin import PersonAdmin
from accounts.models import Person
from forum.actions import tell
from forum.actions.people import change_profile
from forum.actions.stances import switch_stances
from forum.models import Event, Role, Theme


@admin.register(Event)
class EventAdmin(admin.ModelAdmin):
    list_display = ["title", "place", "starts_at", "opens_at", "closes_at"]
    fields = [
        "slug",
        "title",
        "strapline",
        "place",
        "timezone",
        "starts_at",
        "ends_at",
        "opens_at",
        "closes_at",
        "contact",
        "frame_origins",
    ]


@admin.register(Theme)
class ThemeAdmin(admin.ModelAdmin):
    list_display = ["__str__", "event", "position", "thread_count", "comment_count"]
    list_select_related = ["event"]
    fields = [
        "event",
        "letter",
        "slug",
        "title",
        "question",
        "position",
        "takes_stances",
        "takes_files",
        "shows_writing",
    ]

    def save_model(self, request: HttpRequest, theme: Theme, form: ModelForm, change: bool) -> None:
        """Only what was filled in: the theme's numbers move while somebody looks at this form."""
        if not change:
            return super().save_model(request, theme, form, change)
        switched = "takes_stances" in form.changed_data
        theme.save(update_fields=[name for name in form.changed_data if name != "takes_stances"])
        if switched:
            switch_stances(theme, on=theme.takes_stances)


@admin.register(Role)
class RoleAdmin(admin.ModelAdmin):
    list_display = ["person", "kind", "event", "theme"]
    list_select_related = ["person", "event", "theme"]
    autocomplete_fields = ["person"]


class ParticipantAdmin(PersonAdmin):
    """A name changed here changes wherever it is shown and found, as if its owner had changed it."""

    def save_model(self, request: Any, obj: Person, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change:
            change_profile(obj, name=obj.name, group=obj.group, organisation=obj.organisation)
            tell.sessions_changed(obj.pk)  # who was suspended here is gone from every open page at once


admin.site.unregister(Person)
admin.site.register(Person, ParticipantAdmin)
