"""Writes JSON with orjson: several times as fast as Python's own, dates included."""

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework import renderers

OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


class JSONRenderer(renderers.JSONRenderer):
    """Uses DRF's renderer for what orjson refuses, such as a number of twenty digits."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        try:
            return orjson.dumps(data, option=OPTIONS) if data is not None else b""
        except TypeError:
            return bytes(super().render(data, accepted_media_type, renderer_context))
