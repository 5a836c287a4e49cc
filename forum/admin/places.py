"""Events and their themes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.zones import zone_of
from forum.admin.staff import ByStaff, site
from forum.dialogue.actions.set_up import change_place, set_up
from forum.events.fields import WallTimeField
from forum.events.queries import events
from forum.events.queries.formatting import format_datetime
from forum.kernel.names import FIRST, SECOND, is_taken
from forum.models import Event, Theme


class EventForm(ModelForm):
    """Its times are those on the clocks of the event's own zone: of the one typed above them, where one is typed."""

    starts_at = WallTimeField(label=_("Starts at"))
    ends_at = WallTimeField(label=_("Ends at"))
    opens_at = WallTimeField(label=_("Opens at"))
    closes_at = WallTimeField(label=_("Closes at"), required=False)

    class Meta:
        model = Event
        exclude: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = self.instance.timezone
        typed = self.data.get(self.add_prefix("timezone"), known).strip()
        zone = zone_of(typed)
        named = {"zone": typed if typed == zone.key else known}
        clocks = _("In the time zone above (currently %(zone)s).") % named
        for name, field in self.fields.items():
            if not isinstance(field, WallTimeField):
                continue
            field.zone = zone
            field.kept = getattr(self.instance, name) if typed == known else None
            about = getattr(Event._meta.get_field(name), "help_text", "")
            field.help_text = f"{clocks} {about}"


class PlaceAdmin(ByStaff):
    """What staff fill in about a place of the dialogue."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            return change_place(obj, changed=form.changed_data)
        return set_up(obj)


@admin.register(Event, site=site)
class EventAdmin(PlaceAdmin):
    form = EventForm
    list_display = ["title", "place", "when", "opens", "closes"]
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

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Once something was said in it, people link to its name."""
        return _kept_name(obj, FIRST) if obj is not None and events.was_spoken_in(obj) else []

    @admin.display(description=_("When"), ordering="starts_at")
    def when(self, event: Event) -> str:
        return events.when(event)

    @admin.display(description=_("Opens at"), ordering="opens_at")
    def opens(self, event: Event) -> str:
        return format_datetime(event.opens_at, event.timezone)

    @admin.display(description=_("Closes at"), ordering="closes_at")
    def closes(self, event: Event) -> str:
        return format_datetime(event.closes_at, event.timezone) if event.closes_at else ""


@admin.register(Theme, site=site)
class ThemeAdmin(PlaceAdmin):
    list_display = ["__str__", "event", "position", "thread_count", "comment_count"]
    list_select_related = ["event"]
    fields = [
        "event",
        "code",
        "slug",
        "title",
        "question",
        "position",
        "takes_stances",
        "takes_files",
        "shows_writing",
        "takes_email",
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A theme stays in its event. Once something was said in it, people cite its code and link to its name."""
        if obj is None:
            return []
        return ["event", *(["code", *_kept_name(obj, SECOND)] if obj.last_number else [])]


def _kept_name(place: Event | Theme, by_addresses: frozenset[str]) -> list[str]:
    """Its name, which only changes where addresses of Parley's own need it."""
    return [] if is_taken(place.slug, by_addresses) else ["slug"]
