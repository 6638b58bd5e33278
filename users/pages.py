"""The pages about people."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from users import phone_numbers, sms
from users.models import User
from users.sms import inbox


@require_safe
def sms_inbox(request: HttpRequest) -> HttpResponse:
    """The simulated phone: what was sent, newest first, of all numbers or of `phone_number`.

    HTML for a person; for `Accept: application/json` `{"messages": [...]}`.
    """
    if "simulated" not in sms.in_use() or not settings.SMS_INBOX:
        raise Http404
    asked = request.GET.get("phone_number", "")
    try:
        messages = inbox.messages(_spelled_out(asked) if asked else None)
        if not settings.DEBUG:
            messages = _without_staff(messages)
    except inbox.OutOfReach:
        return HttpResponse(_("The inbox is out of reach."), status=503, content_type="text/plain")
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse({"messages": [message._asdict() for message in messages]})
    return render(request, "sms_inbox.html", {"messages": messages, "phone_number": asked})


def _without_staff(messages: list[inbox.Message]) -> list[inbox.Message]:
    """On a public demonstration nobody may read what lets staff in."""
    staff = set(User.objects.filter(is_staff=True).values_list("phone_number", flat=True))
    return [message for message in messages if message.phone_number not in staff]


def _spelled_out(phone_number: str) -> str:
    try:
        return phone_numbers.normalise(phone_number)
    except phone_numbers.Refused:
        return phone_number
