"""The translations: complete and compiled; the Russian is for people, not for programs."""

import ast
import gettext
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as current_settings
from django.utils.translation import override
from pytest_django import Settings
from rest_framework.exceptions import APIException
from rest_framework.test import APIClient

from config import errors
from lib.api import pagination, parsing
from lib.api.refusals import BORROWED
from referrals import exceptions as referrals_exceptions
from tests.conftest import ALICE, BOB, ask, bearer, sign_in, wrong
from users import exceptions as users_exceptions
from users.confirmation import texts
from users.models import ConfirmationCode, User
from users.sign_ins import tokens

LOCALE = Path(current_settings.LOCALE_PATHS[0])
CATALOGUES = sorted(folder.name for folder in LOCALE.iterdir())
each_catalogue = pytest.mark.parametrize("locale", CATALOGUES)
PLURAL = "%(counter)s message, newest first", "%(counter)s messages, newest first"
PLACEHOLDER = re.compile(r"%\(\w+\)s|%s|\{[\w:]+\}|<[^>]+>|`[^`]+`")
# Words that are the same in Russian.
LATIN = re.compile(
    r"\b(A2B3C4|access|API|DELETE|IP|JPEG|JSON|null|PNG|Postman|ReDoc|refresh|SMS|Swagger UI"
    r"|text/plain|User-Agent|WebP|CSV|UTC|cookie|QR|mail|English)\b",
    re.IGNORECASE,
)


def source(locale: str) -> str:
    return (LOCALE / locale / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")


def entries(locale: str = "ru") -> dict[str, list[str]]:
    """Every msgid of the .po with its translation: one text, or one for each plural form."""
    _header, *blocks = source(locale).strip().split("\n\n")
    return dict(entry(block) for block in blocks)


def entry(block: str) -> tuple[str, list[str]]:
    lines = re.findall(r'^(msg\S+) (".*(?:\n".*)*)$', block, re.MULTILINE)
    said = {keyword: ast.literal_eval(f"({quoted})") for keyword, quoted in lines}
    context = f"{said['msgctxt']}\x04" if "msgctxt" in said else ""
    return context + said["msgid"], [
        text for keyword, text in said.items() if keyword.startswith("msgstr")
    ]


def compiled(locale: str = "ru") -> gettext.GNUTranslations:
    with (LOCALE / locale / "LC_MESSAGES" / "django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def is_russian(text: str) -> bool:
    own_words = LATIN.sub("", PLACEHOLDER.sub("", text))
    return bool(re.search("[а-яё]", own_words)) and not re.search("[A-Za-z]{2,}", own_words)


@each_catalogue
def test_every_message_is_translated(locale: str) -> None:
    assert len(entries(locale)) > 100
    assert [msgid for msgid, said in entries(locale).items() if not all(said)] == []


@each_catalogue
def test_nothing_is_fuzzy_or_obsolete(locale: str) -> None:
    assert re.findall(r"^#(?:,.*\bfuzzy\b|~|\|).*", source(locale), re.MULTILINE) == []


def test_every_translation_is_in_russian() -> None:
    said = [text for russian in entries().values() for text in russian]
    assert [text for text in said if not is_russian(text)] == ["User-Agent"]


@each_catalogue
def test_placeholders_survive(locale: str) -> None:
    for msgid, said in entries(locale).items():
        expected = sorted(PLACEHOLDER.findall(msgid))
        assert [sorted(PLACEHOLDER.findall(text)) for text in said] == [expected] * len(said)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "1 сообщение,"),
        (2, "2 сообщения,"),
        (5, "5 сообщений,"),
        (11, "11 сообщений,"),
        (21, "21 сообщение,"),
    ],
)
def test_messages_are_counted_in_three_forms(count: int, words: str) -> None:
    assert len(entries()[PLURAL[0]]) == 3
    assert (compiled().ngettext(*PLURAL, count) % {"counter": count}).startswith(words)


@each_catalogue
def test_the_compiled_file_is_up_to_date(locale: str) -> None:
    """After a change of the .po, run `make messages`."""
    catalog = dict(compiled(locale)._catalog)  # type: ignore[attr-defined]
    del catalog[""]  # the header
    expected: dict[Any, str] = {}
    for msgid, said in entries(locale).items():
        plural = len(said) > 1
        expected |= {(msgid, n) if plural else msgid: text for n, text in enumerate(said)}
    assert catalog == expected


def every_refusal() -> Iterator[type[APIException]]:
    for module in (users_exceptions, referrals_exceptions, errors, pagination, parsing):
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, APIException):
                yield value


@pytest.mark.parametrize("refusal", dict.fromkeys(every_refusal()))
def test_every_refusal_has_a_russian_message(refusal: type[APIException]) -> None:
    with override("ru"):
        assert is_russian(str(refusal.default_detail))


@pytest.mark.parametrize("msgid", BORROWED)
def test_the_messages_that_drf_does_not_translate_are_translated_here(msgid: str) -> None:
    assert is_russian(entries()[msgid][0])


CODE, TOKEN = "/api/v1/auth/code/", "/api/v1/auth/token/"
REFRESH, VERIFY = f"{TOKEN}refresh/", f"{TOKEN}verify/"
ME, INVITED = "/api/v1/users/me/", "/api/v1/referrals/invited/"
STATISTICS = "/api/v1/referrals/statistics/"
ACTIVATE = "/api/v1/referrals/activate/"


def confirmed(number: str, code: str) -> dict[str, str]:
    return {"phone_number": number, "confirmation_code": code}


def one_code_too_many(api: APIClient, number: str) -> Any:
    for _ in range(current_settings.CODES_PER_HOUR):
        ask(number)
        ConfirmationCode.objects.update(live=False)  # no pause
    return api.post(CODE, {"phone_number": number})


def ask_and_block(number: str) -> str:
    code = ask(number)
    User.objects.create_user(number, is_active=False)
    return code


def play_back(api: APIClient, number: str) -> Any:
    oldest = refresh = tokens.pair(sign_in(number)).refresh
    for _ in range(2):
        refresh = api.post(REFRESH, {"refresh": refresh}).json()["refresh"]
    return api.post(REFRESH, {"refresh": oldest})


def signed_in(api: APIClient, number: str) -> APIClient:
    client = bearer(sign_in(number))
    client.defaults = api.defaults
    return client


def guess_invite_codes(api: APIClient, number: str) -> Any:
    client = signed_in(api, number)
    tries = current_settings.FLOOD_LIMITS["wrong_invite_codes_of_a_user"] + 1
    return [client.post(ACTIVATE, {"invite_code": "A2B3C4"}) for _ in range(tries)][-1]


def activate_own(api: APIClient, number: str) -> Any:
    client = signed_in(api, number)
    own = client.get(ME).json()["invite_code"]
    return client.post(ACTIVATE, {"invite_code": own})


REFUSALS: dict[str, Callable[[APIClient, str], Any]] = {
    "not a number": lambda api, number: api.post(CODE, {"phone_number": "12"}),
    "not a mobile one": lambda api, number: api.post(CODE, {"phone_number": "+74951234567"}),
    "not a string": lambda api, number: api.post(CODE, {"phone_number": 7}),
    "left out": lambda api, number: api.post(CODE, {}),
    "null": lambda api, number: api.post(CODE, {"phone_number": None}),
    "empty": lambda api, number: api.post(CODE, {"phone_number": ""}),
    "five digits": lambda api, number: api.post(CODE, {"phone_number": number, "code_length": 5}),
    "not digits": lambda api, number: api.post(TOKEN, confirmed(number, "a")),
    "a null character": lambda api, number: api.post(REFRESH, {"refresh": "\0"}),
    "a surrogate": lambda api, number: api.post(
        REFRESH, '{"refresh": "\\ud800"}', content_type="application/json"
    ),
    "too soon": lambda api, number: ask(number) and api.post(CODE, {"phone_number": number}),
    "too many codes": one_code_too_many,
    "wrong code": lambda api, number: api.post(TOKEN, confirmed(number, wrong(ask(number)))),
    "expired code": lambda api, number: api.post(TOKEN, confirmed(number, "0427")),
    "blocked": lambda api, number: api.post(TOKEN, confirmed(number, ask_and_block(number))),
    "bad refresh token": lambda api, number: api.post(REFRESH, {"refresh": "x"}),
    "bad token": lambda api, number: api.post(VERIFY, {"token": "x"}),
    "old refresh token": play_back,
    "bad access token": lambda api, number: api.get(ME, HTTP_AUTHORIZATION="Bearer x"),
    "bad header": lambda api, number: api.get(ME, HTTP_AUTHORIZATION="Bearer a b"),
    "not signed in": lambda api, number: api.get(ME),
    "not an invite code": lambda api, number: signed_in(api, number).post(
        ACTIVATE, {"invite_code": "x"}
    ),
    "no such invite code": lambda api, number: signed_in(api, number).post(
        ACTIVATE, {"invite_code": "A2B3C4"}
    ),
    "throttled": guess_invite_codes,
    "own invite code": activate_own,
    "bad cursor": lambda api, number: signed_in(api, number).get(INVITED, {"cursor": "x"}),
    "bad page size": lambda api, number: signed_in(api, number).get(INVITED, {"page_size": "x"}),
    "unknown parameter": lambda api, number: signed_in(api, number).get(STATISTICS, {"day": "1"}),
    "no such sign-in": lambda api, number: signed_in(api, number).delete(
        "/api/v1/auth/sessions/0/"
    ),
    "no such path": lambda api, number: api.get("/api/v1/nothing/"),
    "bad method": lambda api, number: api.delete(CODE),
    "not JSON": lambda api, number: api.post(CODE, "{", content_type="application/json"),
    "not JSON at all": lambda api, number: api.post(CODE, "x", content_type="text/plain"),
    "too large": lambda api, number: api.post(CODE, {"phone_number": "x" * 1024 * 1024}),
}


def messages(body: dict[str, Any]) -> list[str]:
    if "detail" in body:
        return [body["detail"]]
    return [message for field in body.values() for message in field]


@pytest.mark.django_db
@pytest.mark.parametrize("refused", REFUSALS)
def test_a_refusal_speaks_russian_and_keeps_its_code(refused: str) -> None:
    english, russian = (
        REFUSALS[refused](APIClient(HTTP_ACCEPT_LANGUAGE=language), number)
        for language, number in (("en", ALICE), ("ru", BOB))
    )
    assert english.status_code == russian.status_code >= 400
    assert english.json().keys() == russian.json().keys()
    assert english.json().get("code") == russian.json().get("code")
    assert all(text.isascii() for text in messages(english.json()))
    assert [text for text in messages(russian.json()) if not is_russian(text)] == []


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/", "/dev/sms/", "/redoc/", "/swagger/", "/nothing/"])
def test_a_page_speaks_russian(page: str) -> None:
    response = APIClient().get(page, HTTP_ACCEPT_LANGUAGE="ru")
    assert '<html lang="ru">' in response.text
    words = re.sub(r"(?s)<(script|pre)\b.*?</\1>|<a[^>]*>swagger\.\w+</a>", "", response.text)
    said = [text.strip() for text in re.findall(r">([^<>/]+)<", words)]  # no paths of the API
    assert len(said) > 10
    assert [text for text in said if re.search("[a-z]{3,}", LATIN.sub("", text))] == []


def in_both(text: Callable[[], str]) -> tuple[str, str]:
    """An SMS in English and in Russian."""
    with override("en"):
        english = text()
    with override("ru"):
        return english, text()


def assert_one_segment(english: str, russian: str) -> None:
    """A segment has 160 characters of GSM-7, or 70 of Unicode (3GPP TS 23.038)."""
    assert english.isascii()
    assert not set(english) & set("[]{}\\^~|`")  # these count as two, or are missing
    assert len(english) <= 160
    assert len(russian) <= 70


@pytest.mark.parametrize("digits", ["0427", "042700"])
def test_the_code_comes_in_one_segment_with_its_warning(settings: Settings, digits: str) -> None:
    settings.SITE_HOST = "referrals.example.ru"
    english, russian = in_both(lambda: texts.confirmation(digits))
    last_line = f"@referrals.example.ru #{digits}"
    assert english == f"Your code is {digits}. Do not share it.\n\n{last_line}"
    assert russian == f"Код: {digits}. Никому не сообщайте.\n\n{last_line}"
    assert_one_segment(english, russian)


def test_the_note_to_an_old_number_comes_in_one_segment() -> None:
    assert_one_segment(*in_both(texts.phone_changed))
