"""Pages of allauth that do here what they should everywhere: looking at them writes nothing."""

from typing import Any

from allauth.account.views import ConfirmEmailView, EmailView
from django.http import HttpRequest, HttpResponseBase

LOOKING = {"GET", "OPTIONS"}


class Addresses(EmailView):
    """The addresses of a person. allauth writes a missing row when somebody looks."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        looks = request.method in LOOKING and request.user.is_authenticated
        view: Any = super(EmailView, self) if looks else super()
        response: HttpResponseBase = view.dispatch(request, *args, **kwargs)
        return response


class Confirmation(ConfirmEmailView):
    """Confirms an address. Only the POST logs out somebody else; allauth does so as soon as the link is opened."""

    def logout_other_user(self, confirmation: Any) -> None:
        if self.request.method not in LOOKING:
            super().logout_other_user(confirmation)


addresses = Addresses.as_view()
confirmation = Confirmation.as_view()
