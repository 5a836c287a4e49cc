"""What staff set up by hand. Comments are not here: they change through actions only."""

from django.contrib import admin

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
