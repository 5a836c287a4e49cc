"""All doors by HTTP. An event's own pages come last, because they begin with its name."""

from django.contrib import admin
from django.urls import include, path

handler403 = "forum.web.errors.forbidden"
handler404 = "forum.web.errors.not_found"
handler500 = "forum.web.errors.server_error"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("", include("forum.web.urls")),
]
