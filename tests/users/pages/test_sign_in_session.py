"""Where signing in in a browser leads, and the session that it opens."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from time_machine import Traveller

from tests.administration import received, told
from tests.conftest import ALICE, BOB, HERE, bearer
from tests.signing_in import CODE, GUARDED, INSIDE, OUT, PHONE, ask_here, enter, give, is_in
from users.accounts import moderation, own
from users.models import ConfirmationCode, SignIn, User
from users.pages.sign_in import FLOW
from users.sign_ins import browser
from users.sms import inbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

EVIL = [
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "https:evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\n//evil.example",
    " //evil.example",
    "javascript:alert(1)",
    "evil",
    "http://testserver/profile/",
    "",
]


# Where it leads


@pytest.mark.parametrize("wanted", EVIL)
def test_signing_in_leads_to_no_other_site(wanted: str) -> None:
    client = Client()
    step = client.post(PHONE, {"phone_number": ALICE, "next": wanted})["Location"]
    assert step == f"{CODE}?next={INSIDE}"
    assert client.get(CODE, {"next": wanted}).context["next"] == INSIDE
    assert give(client, received(ALICE), next=wanted)["Location"] == INSIDE
    assert client.get(PHONE, {"next": wanted})["Location"] == INSIDE
    assert client.get(CODE, {"next": wanted})["Location"] == INSIDE


def test_signing_in_leads_to_the_page_that_was_wanted() -> None:
    client = Client()
    wanted = "/activate/A2B3C4/?a=1&b=2"
    sign_in_page = client.get(wanted)["Location"]
    page = client.get(sign_in_page)
    assert page.context["next"] == wanted
    step = client.post(sign_in_page, {"phone_number": ALICE, "next": wanted})["Location"]
    assert client.get(step).context["next"] == wanted
    assert give(client, received(ALICE), next=wanted)["Location"] == wanted


def test_a_signed_in_user_is_led_on() -> None:
    client = enter()
    for path in (PHONE, CODE):
        assert client.get(path)["Location"] == INSIDE
        assert client.get(path, {"next": GUARDED})["Location"] == GUARDED
    assert client.post(PHONE, {"phone_number": BOB})["Location"] == INSIDE
    assert not inbox.messages(BOB)


def test_a_user_who_must_sign_in_again_finds_their_own_number(clock: Traveller) -> None:
    client = enter()
    old = SignIn.objects.get()
    clock.shift(601)
    assert client.get(PHONE)["Location"] == INSIDE
    assert client.get(CODE, {"next": GUARDED})["Location"] == GUARDED
    page = client.get(PHONE, {"next": GUARDED})
    assert "Sign in again" in page.text
    assert page.context["form"].initial == {"phone_number": "+7 999 000-00-01"}
    ask_here(client, next=GUARDED)
    assert give(client, received(ALICE), next=GUARDED)["Location"] == GUARDED
    new = SignIn.objects.live().get()
    assert new != old
    assert new.is_recent
    assert is_in(client)


def test_a_superuser_signed_in_by_password_may_sign_in_by_phone() -> None:
    User.objects.create_superuser(ALICE, "correct horse")
    client = Client()
    assert client.login(phone_number=ALICE, password="correct horse")
    assert client.get(PHONE)["Location"] == INSIDE
    assert client.get(PHONE, {"next": GUARDED}).status_code == 200
    ask_here(client, next=GUARDED)
    assert give(client, received(ALICE), next=GUARDED)["Location"] == GUARDED
    assert browser.SESSION_KEY in client.session
    assert "_auth_user_id" not in client.session


# The session


def test_a_planted_session_is_not_the_one_signed_in() -> None:
    client = Client()
    ask_here(client)
    planted = client.session.session_key
    give(client, received(ALICE))
    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()
    thief = Client()
    thief.cookies["sessionid"] = planted or ""
    assert not is_in(thief)


def test_nothing_of_the_code_is_left_in_the_session() -> None:
    assert FLOW.session_key not in enter().session


def test_csrf_is_enforced() -> None:
    client = Client(enforce_csrf_checks=True)
    for path in (PHONE, CODE, OUT):
        assert client.post(path, {"phone_number": ALICE}).status_code == 403
    token = client.get(PHONE).context["csrf_token"]
    body = {"phone_number": ALICE, "csrfmiddlewaretoken": str(token)}
    assert client.post(PHONE, body).status_code == 302
    before = client.cookies["csrftoken"].value
    body = {"confirmation_code": received(ALICE), "csrfmiddlewaretoken": str(token)}
    assert client.post(CODE, body)["Location"] == INSIDE
    assert client.cookies["csrftoken"].value != before


def test_the_browser_appears_among_the_sign_ins() -> None:
    enter(headers={"User-Agent": "Firefox"})
    [listed] = bearer(SignIn.objects.get()).get("/api/v1/auth/sessions/").json()
    assert (listed["user_agent"], listed["ip_address"]) == ("Firefox", "127.0.0.1")


def end_elsewhere(alice: User, bob: User) -> None:
    [opened] = alice.sign_ins.live()
    path = f"/api/v1/auth/sessions/{opened.pk}/"
    assert bearer(opened).delete(path).status_code == 204


def block(alice: User, bob: User) -> None:
    moderation.block(alice, by=bob)


def close(alice: User, bob: User) -> None:
    own.close(alice, HERE)


@pytest.mark.parametrize("act", [end_elsewhere, block, close])
def test_a_user_whose_sign_in_was_ended_is_out_on_the_next_request(
    alice: User, bob: User, act: Any
) -> None:
    client = enter()
    assert is_in(client)
    act(alice, bob)
    assert client.get(GUARDED)["Location"] == f"{PHONE}?next={GUARDED}"
    assert client.get(PHONE).status_code == 200


def test_signing_out_ends_the_sign_in_and_says_so() -> None:
    client = enter()
    response = client.post(OUT, follow=True)
    assert response.redirect_chain == [("/", 302)]
    assert told(response)[-1] == "You have signed out."
    assert not SignIn.objects.live().exists()
    assert not is_in(client)


def test_a_link_cannot_sign_a_user_out() -> None:
    client = enter()
    assert client.get(OUT).status_code == 405
    assert is_in(client)


def test_a_visitor_may_sign_out_too() -> None:
    assert Client().post(OUT)["Location"] == "/"


# The language


@pytest.mark.parametrize("how", ["cookie", "header"])
def test_the_sms_speaks_the_language_of_the_page(how: str) -> None:
    client = Client(headers={"Accept-Language": "ru"} if how == "header" else {})
    if how == "cookie":
        client.post("/language/", {"language": "ru"})
    response = ask_here(client)
    assert response["Content-Language"] == "ru"
    assert ConfirmationCode.objects.get().language == "ru"
    assert inbox.messages(ALICE)[0].text.startswith("Код:")
