"""How a request's body is read, whatever the client says about it."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.utils.http import parse_header_parameters
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.utils.json import strict_constant

from lib.api.exceptions import PayloadTooLarge


class JSONParser(BaseParser):
    """Reads a JSON body in UTF-8, of limited size.

    DRF's own reads any size and any codec that the client names, and fails on deep nesting.
    """

    media_type = "application/json"
    renderer_class = JSONRenderer

    @property
    def largest(self) -> int:
        """The size limit in bytes."""
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(self.largest + 1)
        if len(body) > self.largest:
            raise PayloadTooLarge
        try:
            return json.loads(body.decode(), parse_constant=strict_constant)
        except (ValueError, RecursionError) as error:
            raise exceptions.ParseError(_("The request body is not valid JSON.")) from error


class JSONUploadParser(JSONParser):
    """For views that take files as base64 in JSON."""

    @property
    def largest(self) -> int:
        return settings.LARGEST_UPLOAD


class Upload(MemoryFileUploadHandler):
    """Keeps uploads in memory: on disk, the client's file name might be too long."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.activated = True


class FormParser(MultiPartParser):
    """For views that take files: a form of limited size, always read as UTF-8."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        context = dict(parser_context or {}, encoding="utf-8")
        length = int(context["request"].META.get("CONTENT_LENGTH") or 0)
        if length > settings.LARGEST_UPLOAD:
            raise PayloadTooLarge
        try:
            return super().parse(stream, media_type, context)
        except RequestDataTooBig as error:
            raise PayloadTooLarge from error


class AlwaysJSON(BaseContentNegotiation):
    """Answers in JSON, whatever `Accept` says; reads what the view's parsers read."""

    def select_parser(self, request: Request, parsers: Any) -> BaseParser | None:
        content_type = (request.content_type or "").split(";")[0].strip().lower()
        return next((p for p in parsers if p.media_type == content_type), None)

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        if request.method not in SAFE_METHODS:
            _refuse_unreadable(request.content_type)
        return renderers[0], renderers[0].media_type


def _refuse_unreadable(content_type: str) -> None:
    """Django and DRF would decode its parameters by any codec the client names (RFC 2231)."""
    try:
        parse_header_parameters(content_type)
    except ValueError as error:
        raise exceptions.UnsupportedMediaType(content_type) from error
