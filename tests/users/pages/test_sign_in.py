"""Signing in in a browser: the phone number, the code, and what is refused."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings
from time_machine import Traveller

from tests.administration import received, told
from tests.conftest import ALICE, BOB, ask, wrong
from tests.signing_in import CODE, GUARDED, INSIDE, PHONE, ask_here, enter, give, is_in
from users import sms
from users.accounts import moderation
from users.confirmation import budgets
from users.models import ConfirmationCode, SignIn, User
from users.pages.forms import find_code
from users.sms import inbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TOO_SOON = "A code was sent a moment ago. Wait a little before asking for another."
WRONG = "The confirmation code is wrong."
EXPIRED = "The confirmation code is no longer valid. Ask for a new one."
WELCOME = "Welcome! Your account is ready, and so is your invite code."


def test_a_new_user_signs_in_and_is_welcomed() -> None:
    client = Client()
    asked = client.post(PHONE, {"phone_number": "8 (999) 000-00-01"})
    assert (asked.status_code, asked["Location"]) == (302, f"{CODE}?next={INSIDE}")
    page = client.get(asked["Location"])
    assert "We have sent 4 digits to" in page.text
    assert "+7 999 000-00-01" in page.text
    answer = give(client, received(ALICE))
    assert (answer.status_code, answer["Location"]) == (302, INSIDE)
    assert told(client.get(GUARDED)) == [WELCOME]
    assert SignIn.objects.get().user.phone_number == ALICE


@pytest.mark.usefixtures("alice")
def test_a_known_user_is_not_welcomed_again() -> None:
    assert told(enter().get(GUARDED)) == []


def test_the_pages_may_be_kept_by_no_cache() -> None:
    for path in (PHONE, CODE):
        assert "no-store" in Client().get(path)["Cache-Control"]


@pytest.mark.parametrize("path", [PHONE, CODE])
def test_other_methods_are_refused(path: str) -> None:
    assert Client().put(path).status_code == 405


def test_opening_the_page_writes_nothing(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        assert Client().get(PHONE).status_code == 200


def test_the_page_names_the_country_of_a_number_without_code(settings: Settings) -> None:
    page = Client().get(PHONE).text
    assert "read as a number of +7 (RU)" in page
    assert 'data-region="RU"' in page
    settings.PHONENUMBER_DEFAULT_REGION = "DE"
    page = Client().get(PHONE).text
    assert "read as a number of +49 (DE)" in page
    assert 'placeholder="+49 ' in page


def test_a_country_without_an_example_has_none(settings: Settings) -> None:
    settings.PHONENUMBER_DEFAULT_REGION = "TA"
    assert 'placeholder=""' in Client().get(PHONE).text


@pytest.mark.parametrize("text", ["", "12", "+7 495 123-45-67", "9" * 65, "\x00"])
def test_what_is_not_a_mobile_number_is_refused_at_once(text: str) -> None:
    response = ask_here(Client(), text)
    assert response.context["form"].errors.keys() == {"phone_number"}
    assert not ConfirmationCode.objects.exists()


def test_no_digit_of_the_number_is_in_a_url() -> None:
    client = Client()
    for address, _status in ask_here(client).redirect_chain:
        assert not re.search(r"\d", address)


# The code


def test_a_code_needs_a_number_first() -> None:
    assert Client().get(CODE)["Location"] == f"{PHONE}?next={INSIDE}"
    assert give(Client(), "1234")["Location"] == f"{PHONE}?next={INSIDE}"


def test_going_back_and_reloading_send_nothing_more(clock: Traveller) -> None:
    client = Client()
    ask_here(client)
    clock.shift(600)
    for path in (CODE, PHONE, CODE, CODE):
        assert client.get(path).status_code == 200
    assert len(inbox.messages()) == 1


@pytest.mark.usefixtures("alice")
def test_every_answer_to_what_acts_is_a_redirect(settings: Settings, clock: Traveller) -> None:
    settings.CODES_PER_HOUR = 1
    client = Client()
    for seconds in (0, 0, 60):
        clock.shift(seconds)
        assert client.post(PHONE, {"phone_number": ALICE}).status_code == 302
    code = received(ALICE)
    for digits in (wrong(code), code, code):
        assert give(client, digits).status_code == 302


def test_the_page_says_how_long_until_another_code(clock: Traveller) -> None:
    client = Client()
    page = ask_here(client).text
    assert '<span data-seconds="60">60 seconds</span>' in page
    assert '<span data-seconds="300">5\xa0minutes</span>' in page
    clock.shift(18.5)
    assert '<span data-seconds="42">42 seconds</span>' in client.get(CODE).text
    clock.shift(42)
    assert "data-holds" not in client.get(CODE).text


def test_another_code_is_sent_in_one_press(clock: Traveller) -> None:
    client = Client()
    ask_here(client)
    clock.shift(60)
    assert told(ask_here(client)) == ["A new code is on its way."]
    assert len(inbox.messages()) == 2
    assert give(client, received(ALICE))["Location"] == INSIDE


def test_asking_too_soon_leads_to_the_code_that_was_sent(clock: Traveller) -> None:
    client = Client()
    ask_here(client)
    clock.shift(18)
    response = ask_here(client)
    assert told(response) == [f"{TOO_SOON} Try again in 42 seconds."]
    assert response.context["pending_code"].length == 4
    assert give(client, received(ALICE))["Location"] == INSIDE


@pytest.mark.parametrize("length", [4, 6])
def test_a_code_asked_for_elsewhere_has_either_length(clock: Traveller, length: int) -> None:
    code = ask(ALICE, length)
    clock.shift(18)
    client = Client()
    response = ask_here(client)
    pending = response.context["pending_code"]
    assert (pending.length, pending.resend_in, pending.expires_in) == (None, 42, 282)
    assert "A code was sent to" in response.text
    assert give(client, code)["Location"] == INSIDE


def test_a_code_asked_for_elsewhere_after_this_one_may_be_longer(clock: Traveller) -> None:
    client = Client()
    ask_here(client)
    clock.shift(70)
    code = ask(ALICE, 6)
    assert ask_here(client).context["pending_code"].length is None
    assert give(client, code)["Location"] == INSIDE


def test_the_page_asks_for_six_digits_where_six_were_sent(settings: Settings) -> None:
    settings.SPRAY_LIMIT = -1
    client = Client()
    response = ask_here(client)
    assert "We have sent 6 digits to" in response.text
    assert give(client, "1234").context["form"].errors == {
        "confirmation_code": ["Enter the 6 digits from the SMS."]
    }
    assert give(client, received(ALICE))["Location"] == INSIDE


@pytest.mark.parametrize(
    "digits", ["", "123", "12345", "12a34", "١٢٣٤", "１２３４", "9" * 501, "\x00"]
)
def test_what_is_not_a_code_costs_no_attempt(digits: str) -> None:
    client = Client()
    ask_here(client)
    assert give(client, digits).context["form"].errors.keys() == {"confirmation_code"}
    assert ConfirmationCode.objects.get().attempts == 0


def test_a_whole_sms_may_be_pasted() -> None:
    client = Client()
    ask_here(client)
    assert give(client, inbox.messages(ALICE)[0].text)["Location"] == INSIDE


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0427", "0427"),
        (" 04 27\n", "0427"),
        ("042-042", "042042"),
        ("Your code is 0427. Do not share it.", "0427"),
        ("Your code is 0427. Do not share it.\n\n@127.0.0.1 #0427", "0427"),
        ("Your code is 0427. Do not share it.@127.0.0.1:8000 #0427", "0427"),
        ("Since 2026: 042042", None),
        ("1234 or 5678", None),
        ("1234 and 1234", "1234"),
        ("+7 999 123-45-67", None),
        ("89991234567", None),
        ("٠0427", None),
        ("no digits", None),
    ],
)
def test_a_code_is_found_in_a_text(text: str, found: str | None) -> None:
    assert find_code(text, [4, 6]) == found


def test_wrong_codes_are_counted_down_and_a_new_one_is_offered() -> None:
    client = Client()
    ask_here(client)
    code = received(ALICE)
    said = []
    for digits in [wrong(code)] * 3 + [code]:
        answer = give(client, digits)
        assert answer["Location"] == f"{CODE}?next={INSIDE}"
        said.append(told(client.get(CODE)))
    assert said == [
        [f"{WRONG} 2 attempts left."],
        [f"{WRONG} 1 attempt left."],
        [f"{WRONG} 0 attempts left."],
        [EXPIRED],
    ]
    page = client.get(CODE).text
    assert "You need a new code" in page
    assert 'name="confirmation_code"' not in page
    assert '<button class="button" type="submit">Send a new code</button>' in page


def test_a_spent_code_stays_spent_while_it_is_too_soon_for_another(clock: Traveller) -> None:
    client = Client()
    ask_here(client)
    for _ in range(3):
        give(client, wrong(received(ALICE)))
    clock.shift(10)
    response = ask_here(client)
    assert told(response)[-1] == f"{TOO_SOON} Try again in 50 seconds."
    assert not response.context["pending_code"].is_live
    clock.shift(50)
    assert ask_here(client).context["pending_code"].is_live
    assert give(client, received(ALICE))["Location"] == INSIDE


def test_an_expired_code_is_reported_and_replaced_in_one_press(clock: Traveller) -> None:
    client = Client()
    ask_here(client)
    old = received(ALICE)
    clock.shift(300)
    assert "You need a new code" in client.get(CODE).text
    give(client, old)
    assert told(client.get(CODE)) == [EXPIRED]
    assert ask_here(client).context["pending_code"].is_live
    assert give(client, received(ALICE))["Location"] == INSIDE


def test_the_number_may_be_changed() -> None:
    client = Client()
    page = ask_here(client).text
    assert f'href="{PHONE}?next=%2Fprofile%2F"' in page
    assert client.get(PHONE).context["form"].initial == {"phone_number": "+7 999 000-00-01"}
    ask_here(client, BOB)
    assert give(client, received(BOB))["Location"] == INSIDE
    assert SignIn.objects.get().user.phone_number == BOB


def test_the_page_links_to_the_simulated_phone(settings: Settings) -> None:
    client = Client()
    assert 'href="/dev/sms/" target="_blank"' in ask_here(client).text
    settings.SMS_INBOX = False
    assert "/dev/sms/" not in client.get(CODE).text


# What is refused


def test_one_code_too_many_leaves_the_code_that_was_sent(
    settings: Settings, clock: Traveller
) -> None:
    settings.CODES_PER_HOUR = 1
    client = Client()
    ask_here(client)
    clock.shift(60)
    response = ask_here(client)
    [said] = told(response)
    assert said.endswith("Try again in 59\xa0minutes.")
    assert response.redirect_chain == [(f"{CODE}?next={INSIDE}", 302)]
    assert give(client, received(ALICE))["Location"] == INSIDE


def test_one_code_too_many_at_the_first_step_is_refused_there(
    settings: Settings, clock: Traveller
) -> None:
    settings.CODES_PER_HOUR = 1
    ask(ALICE)
    clock.shift(60)
    response = ask_here(Client())
    assert response.redirect_chain == [(f"{PHONE}?next={INSIDE}", 302)]
    assert told(response)[0].startswith("Too many codes were asked for.")
    assert response.context["form"].initial == {"phone_number": "+7 999 000-00-01"}


def test_a_flood_of_codes_is_refused_in_words(settings: Settings) -> None:
    settings.FLOOD_LIMITS = {**settings.FLOOD_LIMITS, "codes": 0}
    response = ask_here(Client())
    assert told(response)[0].endswith("Try again in 1\xa0hour.")
    assert response.redirect_chain == [(f"{PHONE}?next={INSIDE}", 302)]
    assert not ConfirmationCode.objects.exists()


def test_guessing_meets_the_flood_guard(settings: Settings) -> None:
    settings.FLOOD_LIMITS = {**settings.FLOOD_LIMITS, "failed_guesses": 0}
    client = Client()
    ask_here(client)
    assert give(client, received(ALICE))["Location"] == f"{CODE}?next={INSIDE}"
    page = client.get(CODE)
    assert told(page)[0].startswith("Request was throttled.")
    assert page.context["pending_code"].is_live
    assert ConfirmationCode.objects.get().attempts == 0


def test_an_sms_that_cannot_be_sent_is_reported_where_to_try_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def send(phone_number: str, text: str) -> str:
        raise sms.NotSent("no money")

    client = Client()
    with monkeypatch.context() as broken:
        broken.setattr(sms, "send", send)
        response = ask_here(client)
    assert told(response) == ["The SMS could not be sent. Try again in a minute."]
    assert response.redirect_chain == [(f"{PHONE}?next={INSIDE}", 302)]
    assert "You need a new code" in client.get(CODE).text


def test_a_blocked_user_is_told_after_the_right_code(alice: User, bob: User) -> None:
    client = Client()
    ask_here(client)
    moderation.block(alice, by=bob)
    assert give(client, received(ALICE))["Location"] == f"{PHONE}?next={INSIDE}"
    assert told(client.get(PHONE)) == ["This account is blocked. Contact the administrator."]
    assert not is_in(client)


def test_a_sign_in_page_costs_few_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = Client()
    ask_here(client)
    with django_assert_num_queries(1):  # the session
        client.get(CODE)


def test_a_test_number_has_six_digits_and_no_pause(settings: Settings) -> None:
    settings.TEST_PHONE_NUMBERS = {ALICE: "042042"}
    client = Client()
    response = ask_here(client)
    pending = response.context["pending_code"]
    assert (pending.length, pending.resend_in) == (budgets.LONG, 0)
    assert give(client, "042042")["Location"] == INSIDE
    assert SignIn.objects.get().proof_length == 0
