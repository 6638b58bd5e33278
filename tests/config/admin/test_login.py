"""Signing in to the administration by phone: six digits, and the same budgets as everywhere."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from time_machine import Traveller

from tests.administration import (
    CODE,
    INDEX,
    LOGIN,
    PASSWORD,
    ROOT,
    STAFF,
    as_staff,
    enter,
    received,
    told,
)
from tests.conftest import ALICE, ask, sign_in, wrong
from users import sms
from users.accounts import moderation
from users.models import ConfirmationCode, SignIn, User
from users.phone_numbers import spelled_out
from users.sign_ins import browser
from users.sms import inbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PEOPLE = "/admin/users/user/"
STRANGER = "+79990000009"
TOO_SOON = "A code was sent a moment ago. Wait a little before asking for another."
WRONG = "The confirmation code is wrong."


@pytest.fixture
def staff() -> User:
    return User.objects.create_user(STAFF, is_staff=True)


def request_code(client: Client, phone_number: str = STAFF, **extra: str) -> Any:
    return client.post(LOGIN, {"phone_number": phone_number, **extra}, follow=True)


def give(client: Client, code: str, **extra: str) -> Any:
    return client.post(CODE, {"confirmation_code": code, **extra}, follow=True)


@pytest.mark.parametrize("spelling", [STAFF, "8 (999) 000-00-08"])
@pytest.mark.usefixtures("staff")
def test_staff_enter_with_six_digits(spelling: str) -> None:
    client = Client()
    response = request_code(client, spelling)
    assert response.redirect_chain == [(f"{CODE}?next=/admin/", 302)]
    code = received(STAFF)
    assert len(code) == 6
    response = give(client, code)
    assert response.redirect_chain == [(INDEX, 302)]
    assert (response.status_code, SignIn.objects.get().proof_length) == (200, 6)


def test_a_superuser_enters_with_six_digits() -> None:
    User.objects.create_superuser(ROOT)
    assert enter(ROOT).get(INDEX).status_code == 200


@pytest.mark.usefixtures("staff", "alice")
def test_every_number_gets_the_same_answer() -> None:
    answers = set()
    for number in (STAFF, ALICE, STRANGER):
        response = request_code(Client(), number)
        page = response.text.replace(number, "NUMBER").replace(spelled_out(number), "NUMBER")
        token = response.context["csrf_token"]
        answers.add((str(response.redirect_chain), page.replace(str(token), "TOKEN")))
    assert len(answers) == 1
    assert {len(message.confirmation_code or "") for message in inbox.messages()} == {6}


@pytest.mark.usefixtures("staff")
def test_going_back_and_reloading_send_nothing_more(clock: Traveller) -> None:
    client = Client()
    request_code(client)
    clock.shift(3600)
    for path in (CODE, LOGIN, CODE):
        assert client.get(path).status_code == 200
    assert len(inbox.messages()) == 1


@pytest.mark.usefixtures("staff")
def test_every_answer_to_asking_is_a_redirect(settings: Settings, clock: Traveller) -> None:
    """A page sent in answer to a POST would ask for another code when it is reloaded."""
    settings.CODES_PER_HOUR = 1
    client = Client()
    for seconds in (0, 0, 60):
        clock.shift(seconds)
        assert client.post(LOGIN, {"phone_number": STAFF}).status_code == 302


def test_asking_too_soon_leads_to_the_code_that_was_sent() -> None:
    client = Client()
    request_code(client)
    response = request_code(client)
    assert told(response) == [f"{TOO_SOON} Try again in 60 seconds."]
    assert response.templates[0].name == "admin/login_code.html"
    assert len(inbox.messages()) == 1


def test_one_code_too_many_is_refused_in_words(settings: Settings, clock: Traveller) -> None:
    settings.CODES_PER_HOUR = 1
    client = Client()
    request_code(client)
    clock.shift(60)
    [said] = told(request_code(client))
    assert said.startswith("Too many codes were asked for")
    assert said.endswith("Try again in 59\xa0minutes.")


def test_a_flood_is_refused_in_words(settings: Settings) -> None:
    settings.FLOOD_LIMITS = {**settings.FLOOD_LIMITS, "codes": 0}
    response = request_code(Client())
    [said] = told(response)
    assert said.startswith("Request was throttled.")
    assert said.endswith("Try again in 1\xa0hour.")
    assert not ConfirmationCode.objects.exists()


def test_an_sms_that_cannot_be_sent_is_reported_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def send(phone_number: str, text: str) -> str:
        raise sms.NotSent("no money")

    monkeypatch.setattr(sms, "send", send)
    response = request_code(Client())
    assert told(response) == ["The SMS could not be sent. Try again in a minute."]
    assert response.templates[0].name == "admin/login.html"


@pytest.mark.parametrize("text", ["", "12", "+7 495 123-45-67", "9" * 65])
def test_what_is_not_a_mobile_number_is_refused_at_once(text: str) -> None:
    response = request_code(Client(), text)
    assert response.context["form"].errors.keys() == {"phone_number"}


@pytest.mark.parametrize("digits", ["", "1234", "1234567", "12345a", "١٢٣٤٥٦"])
@pytest.mark.usefixtures("staff")
def test_what_is_not_six_digits_costs_no_attempt(digits: str) -> None:
    client = Client()
    request_code(client)
    assert give(client, digits).context["form"].errors.keys() == {"confirmation_code"}
    assert ConfirmationCode.objects.get().attempts == 0


@pytest.mark.usefixtures("staff")
def test_three_wrong_codes_spend_the_code() -> None:
    client = Client()
    request_code(client)
    code = received(STAFF)
    said = [told(give(client, guess)) for guess in [wrong(code)] * 3 + [code]]
    assert said == [
        [f"{WRONG} 2 attempts left."],
        [f"{WRONG} 1 attempt left."],
        [f"{WRONG} 0 attempts left."],
        ["The confirmation code is no longer valid. Ask for a new one."],
    ]
    assert not SignIn.objects.exists()


@pytest.mark.usefixtures("staff")
def test_guessing_meets_the_flood_guard(settings: Settings) -> None:
    settings.FLOOD_LIMITS = {**settings.FLOOD_LIMITS, "failed_guesses": 1}
    client = Client()
    request_code(client)
    code = received(STAFF)
    give(client, wrong(code))
    [said] = told(give(client, code))
    assert said.startswith("Request was throttled.")
    assert ConfirmationCode.objects.get().attempts == 1


def test_a_code_needs_a_number_first() -> None:
    response = Client().get(CODE, {"next": PEOPLE}, follow=True)
    assert response.redirect_chain == [(f"{LOGIN}?next={PEOPLE}", 302)]


def test_a_blocked_user_is_told_after_the_right_code(staff: User) -> None:
    client = Client()
    request_code(client)
    moderation.block(staff, by=User.objects.create_superuser(ROOT), reason="")
    response = give(client, received(STAFF))
    assert told(response) == ["This account is blocked. Contact the administrator."]
    assert response.templates[0].name == "admin/login.html"


@pytest.mark.usefixtures("alice")
def test_a_user_who_is_not_staff_is_told_so_and_may_sign_out() -> None:
    client = enter(ALICE)
    response = client.get(INDEX, follow=True)
    assert "You are signed in as +7••••••0001" in response.text
    assert "who is not staff." in response.text
    assert client.post("/admin/logout/")["Location"] == LOGIN
    assert not SignIn.objects.live().exists()


@pytest.mark.parametrize("is_superuser", [True, False])
def test_four_digits_are_not_enough(staff: User, is_superuser: bool) -> None:
    User.objects.filter(pk=staff.pk).update(is_superuser=is_superuser)
    client = Client()
    session = client.session
    opened = sign_in(STAFF, 4)
    session[browser.SESSION_KEY], session[browser.NONCE_KEY] = opened.pk, opened.nonce
    session.save()
    response = client.get(INDEX, follow=True)
    assert "Sign in with a code of six digits to use staff rights." in response.text


def test_a_test_number_opens_nothing(staff: User, settings: Settings) -> None:
    settings.TEST_PHONE_NUMBERS = {STAFF: "042042"}
    client = Client()
    request_code(client)
    response = give(client, "042042")
    assert SignIn.objects.get().proof_length == 0
    assert "test number" in response.text
    assert response.templates[0].name == "admin/login.html"


def test_rights_taken_away_act_at_once(staff: User) -> None:
    client = enter(STAFF)
    assert client.get(PEOPLE).status_code == 200
    User.objects.filter(pk=staff.pk).update(is_staff=False)
    assert client.get(PEOPLE).status_code == 302


@pytest.mark.usefixtures("staff")
def test_site_and_administration_do_not_share_their_codes() -> None:
    client = Client()
    request_code(client)
    assert client.get("/sign-in/code/")["Location"] == "/sign-in/?next=/profile/"


@pytest.mark.usefixtures("staff")
def test_a_spent_code_is_replaced_by_a_new_one_in_one_press(clock: Traveller) -> None:
    client = Client()
    request_code(client)
    clock.shift(301)
    page = client.get(CODE)
    assert "No code is valid for" in page.text
    assert 'name="confirmation_code"' not in page.text
    answer = request_code(client)
    assert told(answer) == ["A new code is on its way."]
    assert give(client, received(STAFF)).redirect_chain == [(INDEX, 302)]


EVIL = ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]


@pytest.mark.parametrize("wanted", EVIL)
@pytest.mark.usefixtures("staff")
def test_signing_in_leads_to_no_other_site(wanted: str) -> None:
    client = Client()
    assert client.post(LOGIN, {"phone_number": STAFF, "next": wanted})["Location"] == (
        f"{CODE}?next=/admin/"
    )
    answer = client.post(
        f"{CODE}?next={wanted}", {"confirmation_code": received(STAFF), "next": wanted}
    )
    assert answer["Location"] == INDEX
    assert client.get(LOGIN, {"next": wanted})["Location"] == INDEX


@pytest.mark.usefixtures("staff")
def test_signing_in_leads_to_the_page_that_was_wanted() -> None:
    client = Client()
    login = client.get(PEOPLE)["Location"]
    assert login == f"{LOGIN}?next={PEOPLE}"
    step = client.post(login, {"phone_number": STAFF, "next": PEOPLE})["Location"]
    code = received(STAFF)
    assert client.post(step, {"confirmation_code": code, "next": PEOPLE})["Location"] == PEOPLE


def test_staff_who_are_signed_in_are_led_on() -> None:
    client = as_staff()
    for path in (LOGIN, CODE, PASSWORD):
        assert client.get(path)["Location"] == INDEX
    assert client.post(LOGIN, {"phone_number": ALICE})["Location"] == INDEX
    assert not inbox.messages(ALICE)


def test_a_code_asked_for_elsewhere_a_moment_ago_has_too_few_digits(staff: User) -> None:
    ask(STAFF, 4)
    client = Client()
    response = request_code(client)
    assert told(response)[0].startswith(TOO_SOON)
    assert give(client, received(STAFF)).context["form"].errors


@pytest.mark.parametrize("path", [LOGIN, PASSWORD])
def test_visitors_see_the_login_pages(path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 200
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
