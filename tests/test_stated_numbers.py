"""A text that states a number of the settings must state the one that is set."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import settings as current_settings
from django.test import Client
from django.utils.translation import override
from pytest_django import Settings

from referrals import api as referrals_api
from referrals import services
from referrals.exceptions import CodeResetTooSoon
from referrals.invited import summaries
from users.accounts import avatars
from users.api import auth, profile
from users.exceptions import RecentSignInRequired
from users.serializers.auth import TokenPairSerializer


def seconds(span: timedelta) -> int:
    return round(span / timedelta(seconds=1))


def minutes(span: timedelta) -> int:
    return round(span / timedelta(minutes=1))


def template(name: str) -> str:
    return (Path(current_settings.BASE_DIR) / "templates" / name).read_text(encoding="utf-8")


class Stated(NamedTuple):
    """A text that cannot follow what is set, and what it must say."""

    file: str
    number: str  # the setting or the constant
    text: Callable[[], Any]
    phrase: Callable[[Any], str]


AUTH, PROFILE, SERIALIZERS = (
    "users/api/auth.py",
    "users/api/profile.py",
    "users/serializers/auth.py",
)
STATED = [
    Stated(
        AUTH,
        "CONFIRMATION_CODE_LIFETIME",
        lambda: auth.CodeViewSet.create.__doc__,
        lambda span: f"valid for {seconds(span)} seconds",
    ),
    Stated(
        AUTH,
        "CONFIRMATION_CODE_ATTEMPTS",
        lambda: auth.CodeViewSet.create.__doc__,
        lambda number: f"and {number} attempts",
    ),
    Stated(
        AUTH,
        "CONFIRMATION_CODE_PAUSE",
        lambda: auth.CodeViewSet.create.__doc__,
        lambda span: f"after {seconds(span)} seconds",
    ),
    Stated(
        AUTH,
        "CONFIRMATION_CODE_ATTEMPTS",
        lambda: auth.TokenViewSet.create.__doc__,
        lambda number: f"one of {number} attempts",
    ),
    Stated(
        AUTH,
        "REFRESH_GRACE",
        lambda: auth.TokenViewSet.refresh.__doc__,
        lambda span: f"for {seconds(span)} seconds",
    ),
    Stated(
        PROFILE,
        "RECENT_SIGN_IN",
        lambda: profile.ProfileViewSet.destroy.__doc__,
        lambda span: f"the last {minutes(span)} minutes",
    ),
    Stated(
        PROFILE,
        "RECENT_SIGN_IN",
        lambda: profile.PhoneViewSet.create.__doc__,
        lambda span: f"the last {minutes(span)} minutes",
    ),
    Stated(
        SERIALIZERS,
        "ACCESS_TOKEN_LIFETIME",
        lambda: TokenPairSerializer().fields["access"].help_text,
        lambda span: f"{minutes(span)} minutes",
    ),
    Stated(
        SERIALIZERS,
        "REFRESH_TOKEN_LIFETIME",
        lambda: TokenPairSerializer().fields["refresh"].help_text,
        lambda span: f"{span.days} days",
    ),
]
LARGEST = avatars.LARGEST_FILE // 2**20
CONSTANTS = [
    (
        PROFILE,
        lambda: profile.ProfileViewSet.retrieve.__doc__,
        f"newest {summaries.NEWEST_SHOWN} people",
    ),
    (
        PROFILE,
        lambda: profile.ProfileViewSet.update.__doc__,
        f"at most {LARGEST} MB, in JSON as base64: a JPEG of at most"
        f" {avatars.MOST_PIXELS_OF_A_JPEG // 10**6} megapixels,"
        f" or a PNG or WebP of at most {avatars.MOST_PIXELS // 10**6} ",
    ),
    (
        "users/accounts/avatars.py",
        lambda: avatars.TooManyPixels.message,
        f"a JPEG may have {avatars.MOST_PIXELS_OF_A_JPEG // 10**6} megapixels,"
        f" a PNG or WebP {avatars.MOST_PIXELS // 10**6}.",
    ),
    (
        "users/accounts/avatars.py",
        lambda: avatars.TooLarge.message,
        f"larger than {LARGEST} MB",
    ),
    ("templates/error.html", lambda: template("error.html"), f"up to {LARGEST} MB"),
    (
        "referrals/api.py",
        lambda: referrals_api.InviteCodeViewSet.reset.__doc__,
        f"another {services.RESET_PAUSE.days} days after the last",
    ),
    (
        "referrals/exceptions.py",
        lambda: CodeResetTooSoon.default_detail,
        f"in the last {services.RESET_PAUSE.days} days",
    ),
    (
        "templates/referrals/code_change.html",
        lambda: template("referrals/code_change.html"),
        f"every {services.RESET_PAUSE.days} days",
    ),
    (
        "templates/settings/account.html",
        lambda: template("settings/account.html"),
        f"less than {services.SETTLED_AFTER.days} days old",
    ),
]
each_stated = pytest.mark.parametrize("stated", STATED, ids=lambda s: f"{s.file}-{s.number}")


def assert_says(text: Any, phrase: str, file: str) -> None:
    said = " ".join(str(text).split())
    assert phrase in said, f"{file} must say {phrase!r}"


def check(stated: Stated, value: Any) -> None:
    assert_says(stated.text(), stated.phrase(value), stated.file)


@each_stated
def test_each_text_states_the_number_that_is_set(stated: Stated) -> None:
    check(stated, getattr(current_settings, stated.number))


@each_stated
def test_another_number_is_stopped(stated: Stated) -> None:
    with pytest.raises(AssertionError, match=f"{stated.file} must say"):
        check(stated, getattr(current_settings, stated.number) * 2)
    assert (current_settings.BASE_DIR / stated.file).exists()


@pytest.mark.parametrize(("file", "text", "phrase"), CONSTANTS)
def test_constants_are_stated(file: str, text: Callable[[], Any], phrase: str) -> None:
    assert_says(text(), phrase, file)


# These follow


@pytest.mark.parametrize(
    ("minutes", "language", "said"),
    [
        (10, "en", "Sign in again to do this: your sign-in is older than 10 minutes."),
        (1, "en", "Sign in again to do this: your sign-in is older than 1 minute."),
        (21, "ru", "Для этого войдите снова: с момента входа прошло больше 21 минуты."),
        (15, "ru", "Для этого войдите снова: с момента входа прошло больше 15 минут."),
    ],
)
def test_the_refusal_of_an_old_sign_in_follows(
    settings: Settings, minutes: int, language: str, said: str
) -> None:
    settings.RECENT_SIGN_IN = timedelta(minutes=minutes)
    with override(language):
        assert str(RecentSignInRequired().detail) == said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("attempts", "lifetime", "language", "said"),
    [
        (3, 300, "en", "The code is valid for 5 minutes. It may be tried 3 times."),
        (1, 90, "en", "The code is valid for 90 seconds. It may be tried 1 time."),
        (3, 300, "ru", "Код действует 5 минут. Ввести его можно 3 раза."),
        (5, 3600, "ru", "Код действует 1 час. Ввести его можно 5 раз."),
    ],
)
def test_the_front_page_follows(
    client: Client, settings: Settings, attempts: int, lifetime: int, language: str, said: str
) -> None:
    settings.SMS_INBOX = False
    settings.CONFIRMATION_CODE_ATTEMPTS = attempts
    settings.CONFIRMATION_CODE_LIFETIME = timedelta(seconds=lifetime)
    page = client.get("/", headers={"Accept-Language": language})
    assert said in " ".join(page.text.split())
