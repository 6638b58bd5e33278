"""The Postman collection as a download."""

import json

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

FILE = settings.BASE_DIR / "ReferralSystem.postman_collection.json"


@require_safe
def collection(request: HttpRequest) -> JsonResponse:
    """The repository's collection, with this site as its base URL."""
    content = json.loads(FILE.read_text())
    for variable in content["variable"]:
        if variable["key"] == "base_url":
            variable["value"] = settings.SITE_URL
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="{FILE.name}"'
    return response
