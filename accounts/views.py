"""Pages of allauth that do here what they should everywhere: looking at them writes nothing.

A new address is confirmed by a code, typed in the browser that asked for it, or by the link in the same email, in any
browser. allauth knows one or the other; see docs/decisions/0040-a-code-and-a-link.md.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.account.internal.flows.manage_email import can_mark_as_primary
from allauth.account.models import EmailConfirmationHMAC
from allauth.account.views import ConfirmEmailVerificationCodeView, ConfirmEmailView, EmailView
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.adapter import wanted_page

LOOKING = {"GET", "OPTIONS"}


class Addresses(EmailView):
    """The addresses of a person. allauth writes a missing row when somebody looks."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        looks = request.method in LOOKING and request.user.is_authenticated
        view: Any = super(EmailView, self) if looks else super()
        response: HttpResponseBase = view.dispatch(request, *args, **kwargs)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Each address with what can be done with it, and nothing else."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        adapter = get_adapter(self.request)
        context["rows"] = [
            {
                "email": each.email,
                "is_primary": each.primary,
                "is_verified": each.verified,
                "can_be_primary": not each.primary and can_mark_as_primary(each),
                "can_be_confirmed": not each.verified,
                "can_be_removed": adapter.can_delete_email(each),
            }
            for each in context["emailaddresses"]
        ]
        return context


class Confirmation(ConfirmEmailView):
    """Confirms an address by the link. Only the POST logs out somebody else; allauth does so when the link is opened.

    allauth offers no link where it sends codes, so the key is read here.
    """

    def get_object(self, queryset: Any = None) -> EmailConfirmationHMAC:
        """The address that the link is for. Raises Http404 if the link is none of ours, old or used."""
        found = EmailConfirmationHMAC.from_key(self.kwargs["key"])
        if found is None:
            raise Http404
        return found

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(*args, **kwargs)
        self.request.session.pop(EMAIL_VERIFICATION_CODE_SESSION_KEY, None)  # the code is not needed any more
        return response

    def logout_other_user(self, confirmation: Any) -> None:
        if self.request.method not in LOOKING:
            super().logout_other_user(confirmation)


class CodeEntry(ConfirmEmailVerificationCodeView):
    """Takes the code. If it cannot be used any more, the login page follows, and then the page that was wanted."""

    template_name = "account/confirm_code.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        had_code = EMAIL_VERIFICATION_CODE_SESSION_KEY in request.session
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if self._process is not None or request.user.is_authenticated:
            return response
        if had_code:
            messages.error(request, _("This code has expired. Log in to get a new one."))
        return self._to("account_login")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("action") == "cancel":
            self._process.abort()
            return self._to("account_email" if request.user.is_authenticated else "account_signup")
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    def _to(self, page: str) -> HttpResponse:
        wanted = wanted_page(self.request)
        return redirect(f"{reverse(page)}?{urlencode({'next': wanted})}" if wanted else reverse(page))

    def _verify_form_valid(self, form: Any) -> HttpResponse:
        """The link may have been followed elsewhere in the meantime; the right code goes on all the same."""
        if self.stage and self._process.email_address.verified:
            self.request.session.pop(EMAIL_VERIFICATION_CODE_SESSION_KEY, None)
            response: HttpResponse = self.stage.exit()
            return response
        response = super()._verify_form_valid(form)
        return response

    def _verify_form_invalid(self, form: Any) -> HttpResponse:
        if self._process.record_invalid_attempt():
            return self.render_to_response(self.get_context_data(form=form))
        messages.error(self.request, _("Too many wrong codes. Log in to get a new one."))
        return self._to("account_email" if self.request.user.is_authenticated else "account_login")

    def _resend_form_valid(self, form: Any) -> HttpResponse:
        """Sends another code, unless too many emails went there: the code sent before stays right then.

        For an address that has an account nothing is sent; it is counted all the same, so that nobody can tell.
        """
        adapter, email = get_adapter(self.request), self._process.email
        if not adapter.may_send_to(email):
            messages.error(self.request, str(adapter.error_messages["too_many_emails"]))
            return redirect("account_email_verification_sent")
        if self._process.user is None:
            adapter.count_email_to(email)
        response: HttpResponse = super()._resend_form_valid(form)
        messages.success(self.request, _("We sent a new code. The one before does not work any more."))
        return response


addresses = Addresses.as_view()
confirmation = Confirmation.as_view()
code_entry = CodeEntry.as_view()
