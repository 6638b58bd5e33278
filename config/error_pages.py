"""What nginx answers by itself, in each of LANGUAGES, when the application does not.

`make messages` writes it to nginx/templates/errors.conf.template.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

FILE = settings.BASE_DIR / "nginx" / "templates" / "errors.conf.template"
HEAD = "# What nginx itself says. `make messages` writes this file: see config/error_pages.py.\n"

DETAILS = {
    "bad_request": _("This request could not be understood."),
    "permission_denied": _("You do not have permission to do this."),
    "not_found": _("Not found."),
    "method_not_allowed": _("This method is not allowed."),
    "request_timeout": _("The request did not arrive in time."),
    "payload_too_large": _("The request body is too large."),
    "uri_too_long": _("The address is too long."),
    "range_not_satisfiable": _("There is no such part."),
    "headers_too_large": _("The request headers are too large."),
    "throttled": _("Too many requests. Please try again later."),
    "unavailable": _("The service is unavailable for a moment. Please try again."),
    "error": _("Something went wrong."),
}
HOME = _("Go to the front page")
SITE = _("Referral system")


def render() -> str:
    """The nginx maps: from a request to its language, and from an error to its text."""
    languages = [code for code, _name in settings.LANGUAGES]
    blocks = [
        _map("$http_accept_language $error_language", _chosen(languages)),
        _map('"$error_language $error_code" $error_detail', _details(languages)),
        _map("$error_language $error_home", _each(languages, HOME)),
        _map("$error_language $error_site", _each(languages, SITE)),
    ]
    return HEAD + "".join(blocks)


def _map(head: str, lines: Iterator[str]) -> str:
    inside = "".join(f"    {line};\n" for line in lines)
    return f"map {head} {{\n{inside}}}\n"


def _chosen(languages: list[str]) -> Iterator[str]:
    """The first of our languages that the browser names; otherwise the site's default."""
    for language in languages:
        if language != settings.LANGUAGE_CODE:
            yield rf'"~*^[^,;]*\b{language}\b" {language}'
    yield f"default {settings.LANGUAGE_CODE}"


def _details(languages: list[str]) -> Iterator[str]:
    for code, text in DETAILS.items():
        for language in languages:
            yield f'"{language} {code}" {_said(language, text)}'


def _each(languages: list[str], text: Any) -> Iterator[str]:
    for language in languages:
        yield f"{language} {_said(language, text)}"


def _said(language: str, text: Any) -> str:
    """A text that is safe both in nginx's configuration and in the JSON of a refusal."""
    with override(language):
        said = str(text)
    if set(said) & set('"\\$'):
        raise ValueError(f"nginx cannot say {said!r}")
    return f'"{said}"'
