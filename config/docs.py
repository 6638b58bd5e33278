"""Swagger and ReDoc: their introduction, and the views that show them."""

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from drf_yasg import openapi

from config import __version__
from lib.api.docs import schema_view

LANGUAGES = ", ".join(language for language, _name in settings.LANGUAGES)

info = openapi.Info(
    title="Referral system",
    default_version=__version__,
    description=(
        "Sign in by phone number, activate one invite code, see who activated yours.\n\n"
        "**How to try it:** ask `auth/code/` for a code, read it in the inbox at `/dev/sms/` "
        "(where it is switched on), trade it at `auth/token/` for tokens, and send "
        "`Authorization: Bearer <access>`.\n\n"
        "**Errors have two shapes.** A field that fails validation: 400 "
        '`{"<field>": ["message"]}`. Every other refusal: '
        '`{"detail": "message for a person", "code": "for_a_program"}`. Messages follow '
        f"`Accept-Language` ({LANGUAGES}); `code` never changes. 429 carries `Retry-After` in "
        "seconds. Besides the refusals below, any request may get 400 `bad_request` (it cannot be "
        "read, or names an unknown host), 404 `not_found` (an unknown path, a missing last "
        "slash), 405 `method_not_allowed` and 503 `unavailable` (the database does not answer "
        "in time).\n\n"
        "**Phone numbers** may be sent in any spelling and come back as E.164. Times are "
        "ISO 8601 in UTC."
    ),
)

SchemaView = schema_view(info)
schema = SchemaView.without_ui()
# Both use inline styles; ReDoc searches in a web worker.
allow_their_ways = csp_update(
    {"style-src": [SELF, UNSAFE_INLINE], "img-src": [SELF, "data:"], "worker-src": [SELF, "blob:"]}
)
swagger = allow_their_ways(SchemaView.with_ui("swagger"))
redoc = allow_their_ways(SchemaView.with_ui("redoc"))
