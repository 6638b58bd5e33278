"""The Swagger schema, made from the views, with all refusals that they declare."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from drf_yasg import openapi
from drf_yasg.generators import OpenAPISchemaGenerator
from drf_yasg.inspectors import SwaggerAutoSchema
from drf_yasg.views import get_schema_view
from rest_framework import exceptions
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import AllowAny

from lib.api.exceptions import InvalidCursor, PayloadTooLarge
from lib.api.refusals import refusal_body

Refusal = type[exceptions.APIException]

FIELD_ERRORS = openapi.Schema(
    type=openapi.TYPE_OBJECT,
    additional_properties=openapi.Schema(
        type=openapi.TYPE_ARRAY, items=openapi.Schema(type=openapi.TYPE_STRING)
    ),
)
REFUSAL = openapi.Schema(
    type=openapi.TYPE_OBJECT,
    required=["detail", "code"],
    properties={
        "detail": openapi.Schema(type=openapi.TYPE_STRING, description="For a person."),
        "code": openapi.Schema(type=openapi.TYPE_STRING, description="For a program."),
    },
)
EITHER = openapi.Schema(type=openapi.TYPE_OBJECT)


class AutoSchema(SwaggerAutoSchema):
    """Adds the refusals that follow from a view's permissions, parsers and so on.

    `swagger_auto_schema(refusals=[…])` names the exceptions of the view itself.
    """

    def get_responses(self) -> openapi.Responses:
        responses = super().get_responses()
        fails_validation = self._reads_input()
        for status, refusals in self._refusals_by_status().items():
            responses[status] = _response(refusals, status == "400" and fails_validation)
        if fails_validation and "400" not in responses:
            responses["400"] = _response([], True)
        return responses

    def get_security(self) -> list[dict[str, list[str]]]:
        return [{"Bearer": []}] if self._is_protected() else []

    def get_tags(self, operation_keys: list[str] | None = None) -> list[str]:
        return [self._words()[0]]

    def get_operation_id(self, operation_keys: list[str] | None = None) -> str:
        return "_".join([*self._words(), self.method.lower()])

    def make_body_parameter(self, schema: openapi.Schema) -> openapi.Parameter:
        parameter = super().make_body_parameter(schema)
        fields = self.get_request_serializer().fields.values()
        parameter.required = any(field.required and not field.read_only for field in fields)
        return parameter

    def _words(self) -> list[str]:
        """The path below /api/v1/."""
        return str(self.path).strip("/").split("/")[2:]

    def _refusals_by_status(self) -> dict[str, list[exceptions.APIException]]:
        by_status: dict[str, list[exceptions.APIException]] = defaultdict(list)
        for refusal in self._refusals():
            by_status[str(refusal.status_code)].append(refusal)
        return by_status

    def _refusals(self) -> Iterable[exceptions.APIException]:
        if self._is_protected():
            yield exceptions.NotAuthenticated()
        if self.get_request_serializer() is not None:
            yield exceptions.ParseError()
            yield PayloadTooLarge()
            yield exceptions.UnsupportedMediaType("text/plain")
        if "{id}" in self.path:
            yield exceptions.NotFound()
        if self.should_page():
            yield InvalidCursor()
        for refusal in self.overrides.get("refusals", []):
            yield _example(refusal)

    def _reads_input(self) -> bool:
        return self.get_request_serializer() is not None or bool(self.get_query_parameters())

    def _is_protected(self) -> bool:
        return AllowAny not in self.view.permission_classes


def _example(refusal: Refusal) -> exceptions.APIException:
    """An instance made without the arguments of a real refusal."""
    example = refusal.__new__(refusal)
    exceptions.APIException.__init__(example)
    example.extra = getattr(refusal, "example", {})  # type: ignore[attr-defined]
    return example


def _response(refusals: list[exceptions.APIException], fails_validation: bool) -> openapi.Response:
    bodies = [refusal_body(refusal) for refusal in refusals]
    meanings = [f"`{body['code']}`: {body['detail']}" for body in bodies]
    if fails_validation:
        meanings.insert(0, 'A field fails validation: `{"<field>": ["message"]}`.')
    return openapi.Response(
        description="\n\n".join(meanings),
        schema=(EITHER if bodies else FIELD_ERRORS) if fails_validation else REFUSAL,
        examples={"application/json": bodies[-1]} if bodies else None,
    )


class SchemaGenerator(OpenAPISchemaGenerator):
    """Lets each operation, not the whole schema, say what it produces and how it is secured."""

    def get_schema(self, *args: Any, **kwargs: Any) -> openapi.Swagger:
        schema = super().get_schema(*args, **kwargs)
        schema.pop("produces", None)
        return schema

    def get_operation(self, *args: Any, **kwargs: Any) -> openapi.Operation:
        operation = super().get_operation(*args, **kwargs)
        if "204" not in operation.responses:  # refusals are always JSON
            operation["produces"] = sorted({*operation.get("produces", []), *self.produces})
        return operation

    def get_security_requirements(self, security_definitions: Any) -> None:
        return None


def schema_view(info: openapi.Info) -> Any:
    """The public view of the schema, in the format that its address names."""
    view = get_schema_view(
        info,
        public=True,
        url=settings.SITE_URL,
        authentication_classes=(),
        permission_classes=(AllowAny,),
    )
    view.content_negotiation_class = DefaultContentNegotiation
    return view
