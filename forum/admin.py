"""What staff set up by hand. Comments are not here: they change through actions only."""

from typing import Any

from django.contrib import admin

from accounts.admin import PersonAdmin
from accounts.models import Person
from forum.actions.people import change_profile
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
    ]


@admin.register(Theme)
class ThemeAdmin(admin.ModelAdmin):
    list_display = ["__str__", "event", "position", "thread_count", "comment_count"]
    list_select_related = ["event"]
    fields = ["event", "letter", "slug", "title", "question", "position"]


@admin.register(Role)
class RoleAdmin(admin.ModelAdmin):
    list_display = ["person", "kind", "event"]
    list_select_related = ["person", "event"]
    autocomplete_fields = ["person"]


class ParticipantAdmin(PersonAdmin):
    """A name changed here changes wherever it is shown and found, as if its owner had changed it."""

    def save_model(self, request: Any, obj: Person, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change:
            change_profile(obj, name=obj.name, group=obj.group, organisation=obj.organisation)


admin.site.unregister(Person)
admin.site.register(Person, ParticipantAdmin)
