"""Accounts, as the staff of the site see them."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from accounts.models import Person
from forum.admin.staff import ByStaff, site
from forum.events.rules.roles import why_not_close_account
from forum.moderation.actions.staff import AccountChange, change_account


class AccountForm(ModelForm):
    def clean_is_active(self) -> bool:
        is_active: bool = self.cleaned_data["is_active"]
        no = None if is_active or not self.instance.is_active else why_not_close_account(self.instance)
        if no is not None:
            self.add_error("is_active", no.label)
        return is_active


@admin.register(Person, site=site)
class PersonAdmin(ByStaff):
    """A name changed here changes wherever it is shown and found, as if its owner had changed it.

    People sign up themselves, and change their address themselves, because they alone can confirm it.
    """

    form = AccountForm
    list_display = ["name", "email", "group", "organisation", "is_active"]
    list_filter = ["group", "is_active", "is_staff"]
    search_fields = ["name", "email", "organisation"]
    ordering = ["name", "pk"]  # also of the names offered for a role, which come in pages
    fields = ["name", "email", "group", "organisation", "is_active", "is_staff", "date_joined"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who is made superuser on the server is changed by others of them only."""
        may = super().has_change_permission(request, obj)
        return may and (obj is None or not obj.is_superuser or request.user.is_superuser)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        kept = ["email", "date_joined"]
        if not request.user.is_superuser:
            kept.append("is_staff")
        if obj is not None and obj.email is None:
            kept += ["is_active", "is_staff"]  # stands for an imported author: nobody logs in as them
        return sorted(set(kept))

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Nobody finds out a password's hash letter by letter, by what a list filtered by it shows."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        change_account(obj, changed=cast(AccountChange, changed))
