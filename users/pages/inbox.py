"""The simulated phone."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from users import phone_numbers, sms
from users.exceptions import InboxOutOfReach
from users.models import User
from users.sms import inbox

SHOWN = 100  # messages; the page is reloaded every two seconds


@require_safe
def sms_inbox(request: HttpRequest) -> HttpResponse:
    """The simulated phone: SMS to all numbers or to `phone_number`, newest first.

    Answers with HTML, or for `Accept: application/json` with `{"messages": [...]}`.
    """
    if "simulated" not in sms.in_use() or not settings.SMS_INBOX:
        raise Http404
    phone_number = request.GET.get("phone_number", "")
    received = _received(_normalised(phone_number) if phone_number else None)
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse({"messages": [message._asdict() for message in received]})
    context = {"received": received[:SHOWN], "phone_number": phone_number}
    return render(request, "sms_inbox.html", context)


def _received(phone_number: str | None) -> list[inbox.Message]:
    try:
        received = inbox.messages(phone_number)
    except inbox.OutOfReach as error:
        raise InboxOutOfReach from error
    return received if settings.DEBUG else _without_staff(received)


def _without_staff(messages: list[inbox.Message]) -> list[inbox.Message]:
    """In a public demonstration, visitors must not read the codes of staff."""
    staff = set(User.objects.filter(is_staff=True).values_list("phone_number", flat=True))
    return [message for message in messages if message.phone_number not in staff]


def _normalised(phone_number: str) -> str:
    try:
        return phone_numbers.normalise(phone_number)
    except phone_numbers.Refused:
        return phone_number
