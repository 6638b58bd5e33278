"""What the delicate endpoints ask for, tried on two that do nothing else."""

from typing import Any

import pytest
from django.urls import path
from pytest_django import Settings
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView
from time_machine import Traveller

from config import urls
from tests.conftest import ALICE, bearer, sign_in
from users.models import SignIn, User
from users.sign_ins import tokens
from users.sign_ins.permissions import RecentSignIn, StaffSignIn

pytestmark = pytest.mark.django_db

DELICATE, BACKSTAGE = "/api/delicate/", "/api/backstage/"
REFUSALS = {
    "not_authenticated": "Authentication credentials were not provided.",
    "permission_denied": "You do not have permission to perform this action.",
    "recent_sign_in_required": ("Sign in again to do this: your sign-in is older than 10 minutes."),
    "stronger_sign_in_required": "Sign in with a code of six digits to use staff rights.",
}


class Open(APIView):
    def get(self, request: Request) -> Response:
        return Response({})


class Delicate(Open):
    permission_classes = (RecentSignIn,)


class Backstage(Open):
    permission_classes = (StaffSignIn,)


urlpatterns = [
    path("api/delicate/", Delicate.as_view()),
    path("api/backstage/", Backstage.as_view()),
    *urls.urlpatterns,
]
handler404 = urls.handler404


@pytest.fixture(autouse=True)
def protected_paths(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__


def visit(client: APIClient, path: str) -> tuple[int, str | None]:
    """Returns the status and, of a refusal, the code; its body is that of the contract."""
    response = client.get(path)
    body: dict[str, Any] = response.json()
    code = body.get("code")
    assert body == ({"detail": REFUSALS[code], "code": code} if code else {})
    assert response.has_header("WWW-Authenticate") == (response.status_code == 401)
    return response.status_code, code


def refreshed(opened: SignIn) -> APIClient:
    response = APIClient().post(
        "/api/v1/auth/token/refresh/", {"refresh": tokens.pair(opened).refresh}
    )
    assert response.status_code == 200
    opened.refresh_from_db()
    return bearer(opened)


@pytest.mark.parametrize("path", [DELICATE, BACKSTAGE])
def test_nobody_is_asked_to_sign_in(api: APIClient, path: str) -> None:
    assert visit(api, path) == (401, "not_authenticated")


@pytest.mark.parametrize(
    ("seconds", "answer"),
    [
        (0, (200, None)),
        (600, (200, None)),
        (600.001, (403, "recent_sign_in_required")),
        (86400, (403, "recent_sign_in_required")),
    ],
)
def test_a_sign_in_is_recent_for_ten_minutes_however_often_it_is_refreshed(
    clock: Traveller, seconds: float, answer: tuple[int, str | None]
) -> None:
    opened = sign_in(ALICE)
    clock.shift(seconds)
    assert visit(refreshed(opened), DELICATE) == answer


def test_whoever_signs_in_again_is_recent(clock: Traveller) -> None:
    old = sign_in(ALICE)
    clock.shift(601)
    assert visit(bearer(sign_in(ALICE)), DELICATE) == (200, None)
    assert visit(refreshed(old), DELICATE) == (403, "recent_sign_in_required")


@pytest.mark.parametrize(
    ("is_staff", "digits", "answer"),
    [
        (False, 4, (403, "permission_denied")),
        (False, 6, (403, "permission_denied")),
        (True, 0, (403, "stronger_sign_in_required")),  # a test number
        (True, 4, (403, "stronger_sign_in_required")),
        (True, 6, (200, None)),
    ],
)
def test_staff_sign_in_with_six_digits(
    alice: User, is_staff: bool, digits: int, answer: tuple[int, str | None]
) -> None:
    User.objects.update(is_staff=is_staff)
    opened = sign_in(ALICE, digits or 4)
    SignIn.objects.filter(pk=opened.pk).update(proof_length=digits)
    assert visit(bearer(opened), BACKSTAGE) == answer


def test_a_superuser_who_is_not_staff_has_no_staff_rights(alice: User) -> None:
    User.objects.update(is_superuser=True)
    assert visit(bearer(sign_in(ALICE, 6)), BACKSTAGE) == (403, "permission_denied")


def test_rights_are_given_and_taken_at_once(alice: User) -> None:
    client = bearer(sign_in(ALICE, 6))
    answers = []
    for is_staff in (True, False):
        User.objects.update(is_staff=is_staff)
        answers.append(visit(client, BACKSTAGE))
    assert answers == [(200, None), (403, "permission_denied")]


def test_a_refresh_keeps_the_proof(alice: User, clock: Traveller) -> None:
    User.objects.update(is_staff=True)
    opened = sign_in(ALICE, 6)
    clock.shift(3600)
    assert visit(refreshed(opened), BACKSTAGE) == (200, None)
