"""All doors by HTTP. An event's own pages come last, because they begin with its name."""

from django.urls import include, path

from forum.admin import site

handler403 = "forum.http.errors.forbidden"
handler404 = "forum.http.errors.not_found"
handler500 = "forum.http.errors.server_error"

urlpatterns = [
    path("admin/", site.urls),
    path("accounts/", include("accounts.urls")),
    path("", include("forum.pages.urls")),
]
