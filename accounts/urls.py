from django.urls import include, path, re_path

from accounts.views import addresses, confirmation

urlpatterns = [
    # Before allauth's own.
    path("email/", addresses, name="account_email"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", confirmation, name="account_confirm_email"),
    path("", include("allauth.account.urls")),
]
