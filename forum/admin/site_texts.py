"""The texts about the installation, for staff to edit."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from forum.admin.staff import ByStaff, site
from forum.events.actions.site_texts import save_site_text
from forum.events.queries.default_texts import default
from forum.kernel.errors import TextRefused
from forum.kernel.site_texts import SiteTextName
from forum.markup.render import render
from forum.models import SiteText


class SiteTextForm(ModelForm):
    class Meta:
        model = SiteText
        fields = ["name", "source"]

    def clean_source(self) -> str:
        source: str = self.cleaned_data["source"]
        try:
            if source.strip():
                render(source)
        except TextRefused as error:
            self.add_error("source", error.sentence)
        return source


@admin.register(SiteText, site=site)
class SiteTextAdmin(ByStaff):
    """Staff begin with the default text, which the page's own link fills in."""

    form = SiteTextForm
    list_display = ["name", "changed_at"]
    fields = ["name", "source"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["name"] if obj is not None else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        name = request.GET.get("name", "")
        return {"name": name, "source": default(SiteTextName(name))} if name in SiteTextName else {}

    def save_model(self, request: HttpRequest, obj: SiteText, form: Any, change: bool) -> None:
        save_site_text(obj, now=timezone.now())

    def view_on_site(self, obj: SiteText) -> str:
        return f"/{obj.name}/"
