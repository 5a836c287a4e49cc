from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import Person


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):
    list_display = ["name", "email", "group", "organisation", "is_active"]
    list_filter = ["group", "is_active", "is_staff"]
    search_fields = ["name", "email", "organisation"]
    fields = ["name", "email", "group", "organisation", "is_active", "is_staff", "date_joined"]
    readonly_fields = ["date_joined"]

    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        """Saves what was changed and nothing else: the rest may be newer than this form."""
        obj.save(update_fields=form.changed_data if change else None)
