"""The invite link in a browser."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from referrals import services
from referrals.models import Activation
from tests.administration import told
from tests.conftest import ALICE
from tests.signing_in import enter
from users.models import User

pytestmark = pytest.mark.django_db

UNKNOWN, OTHER = "A2B3C4", "D5E6F7"
ROBOT = "TelegramBot (like TwitterBot)"


def link(invite_code: str) -> str:
    return f"/i/{invite_code}/"


def code_of(person: User) -> str:
    return str(person.invite_codes.get().code)


def test_a_known_code_looks_like_an_unknown_one(client: Client, bob: User) -> None:
    pages = set()
    for code in (code_of(bob), UNKNOWN):
        response = client.get(link(code))
        assert response.status_code == 200
        token = str(response.context["csrf_token"])
        pages.add(response.text.replace(code, "CODE").replace(token, "TOKEN"))
    assert len(pages) == 1


def test_a_preview_robot_changes_nothing(
    bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    robot = Client(headers={"User-Agent": ROBOT})
    address = link(code_of(bob))
    with django_assert_num_queries(0):
        for method in (robot.get, robot.head):
            assert method(address).status_code == 200
    assert not Session.objects.exists()
    assert not Activation.objects.exists()
    assert "sessionid" not in robot.cookies


def test_a_preview_names_no_person(client: Client, bob: User, settings: Settings) -> None:
    settings.SITE_URL = "https://invite.example"
    User.objects.filter(pk=bob.pk).update(first_name="Robert")
    page = client.get(link(code_of(bob))).text
    assert '<meta name="description" content="Sign in with your phone number' in page
    assert '<meta property="og:title" content="You are invited">' in page
    url = f"https://invite.example{link(code_of(bob))}"
    assert f'<meta property="og:url" content="{url}">' in page
    assert '<meta name="robots" content="noindex">' in page
    assert "Robert" not in page
    assert "+7" not in page


def test_the_link_leads_to_activating_its_code(client: Client) -> None:
    page = client.get(link("a2-b3c4"))
    assert 'href="/activate/A2B3C4/"' in page.text
    assert client.get("/activate/A2B3C4/")["Location"] == "/sign-in/?next=/activate/A2B3C4/"


@pytest.mark.parametrize("is_https", [True, False])
def test_the_cookie_is_for_this_site_alone(
    client: Client, settings: Settings, is_https: bool
) -> None:
    settings.SESSION_COOKIE_SECURE = is_https
    cookie = client.get(link("a2b3c4")).cookies["invite_code"]
    assert cookie.value == "A2B3C4"
    assert bool(cookie["secure"]) is is_https
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"], cookie["path"]) == (
        True,
        "Lax",
        30 * 24 * 3600,
        "/",
    )


def test_the_last_link_wins(client: Client) -> None:
    for code in (UNKNOWN, OTHER):
        client.get(link(code))
    assert client.cookies["invite_code"].value == OTHER


def test_the_page_may_be_kept_by_no_cache(client: Client) -> None:
    assert "no-store" in client.get(link(UNKNOWN))["Cache-Control"]


@pytest.mark.parametrize("code", ["OOOOOO", "A2B3C", "<b>", "A" * 600])
def test_what_cannot_be_a_code_leads_nowhere(client: Client, code: str) -> None:
    response = client.get(link(code))
    assert response.status_code == 404
    assert "invite_code" not in response.cookies


def test_the_link_accepts_no_other_method(client: Client) -> None:
    assert client.post(link(UNKNOWN)).status_code == 405


def test_the_link_survives_signing_in(bob: User) -> None:
    """The cookie covers every way in, not only the one through the button."""
    client = enter()
    client.get(link(code_of(bob)))
    client.post("/sign-out/")
    again = enter()
    again.cookies["invite_code"] = client.cookies["invite_code"].value
    page = again.get("/activate/")
    assert page.context["form"].initial == {"invite_code": code_of(bob)}


def test_no_link_overrides_an_activation(bob: User) -> None:
    client = Client()
    client.get(link(OTHER))
    signed_in = enter()
    signed_in.cookies["invite_code"] = client.cookies["invite_code"].value
    services.activate(User.objects.get(phone_number=ALICE), code_of(bob))
    for path in (link(UNKNOWN), "/activate/", f"/activate/{UNKNOWN}/"):
        response = signed_in.get(path)
        assert response.status_code == 200
        assert "You have already activated a code" in response.text
        assert code_of(bob) in response.text
        assert f">{UNKNOWN}<" not in response.text
        cookie = response.cookies["invite_code"]
        assert (cookie.value, cookie["max-age"]) == ("", 0)


def test_a_signed_in_user_is_led_on() -> None:
    client = enter()
    page = client.get(link(UNKNOWN))
    assert "Sign in and activate it" not in page.text
    assert 'href="/activate/A2B3C4/"' in page.text
    assert told(page) != []  # of signing in; the page adds nothing
    assert client.cookies["invite_code"].value == UNKNOWN


def test_the_page_speaks_russian() -> None:
    response = Client(headers={"Accept-Language": "ru"}).get(link(UNKNOWN))
    assert '<html lang="ru">' in response.text
