from django.urls import include, path, re_path

from accounts.views import addresses, code_entry, confirmation

urlpatterns = [
    # Before allauth's own.
    path("email/", addresses, name="account_email"),
    path("confirm-email/", code_entry, name="account_email_verification_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", confirmation, name="account_confirm_email"),
    path("", include("allauth.account.urls")),
]
