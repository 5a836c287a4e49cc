"""The administration's own pages, and what holds for everything in it."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.visible import check_visible
from forum.mail import confirmations


class Administration(admin.AdminSite):
    """Whoever enters comes by the public login, with its limits, its confirmed addresses and its suspensions."""

    site_header = site_title = _("Admin site")
    site_url = "/"

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        response: HttpResponse = secure_admin_login(_entered)(request)
        return response

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return super().each_context(request) | {"restored_copy": confirmations.unconfirmed()}

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")


def _entered(request: HttpRequest) -> HttpResponse:
    return redirect("admin:index")


class ByStaff(admin.ModelAdmin):
    """All staff read it and may change what is offered; nobody deletes, because that would go around the actions."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_staff(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_staff(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_staff(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_staff(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """No line that others must trust holds invisible or reordering characters, as on every page."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(db_field, models.CharField) and not db_field.choices:
            field.validators.append(check_visible)
        return field


def _is_staff(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_staff)


site = Administration()
