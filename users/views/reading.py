"""How a view reads what it was sent."""

from typing import Any

from rest_framework.request import Request


def validated(serializer: Any, request: Request) -> dict[str, Any]:
    asked = serializer(data=request.data)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)
