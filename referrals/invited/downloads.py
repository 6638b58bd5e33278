"""What a user can download."""

from django.http import HttpResponse, StreamingHttpResponse

from lib import spreadsheets
from referrals import qr
from referrals.invited import summaries
from referrals.models import InviteCode
from referrals.person import Person


def invited(inviter: Person) -> StreamingHttpResponse:
    """All invitees of a user as a CSV table, streamed, however long it is."""
    lines = spreadsheets.stream(["phone_number", "activated_at"], summaries.rows(inviter))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="invited.csv"'
    return response


def qr_code(code: InviteCode) -> HttpResponse:
    """An invite link as a picture to print or to send."""
    response = HttpResponse(qr.svg(code.invite_link), content_type="image/svg+xml")
    response["Content-Disposition"] = f'attachment; filename="invite-{code}.svg"'
    return response
