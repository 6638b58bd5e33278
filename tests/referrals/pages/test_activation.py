"""Activating an invite code in a browser: enter, check, confirm."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from referrals.models import Activation
from tests.administration import received, told
from tests.conftest import ALICE
from tests.signing_in import ask_here, enter, give
from tests.test_races import at_once
from users.models import User

ENTER = "/activate/"
UNKNOWN = "Z9Z9Z9"
OWN = "This is your own invite code. Enter the code of the user who invited you."
NOT_FOUND = "There is no such invite code. Check it and try again."
ALREADY = "You have already activated an invite code. It cannot be changed."
IMPOSSIBLE = "This is not an invite code: it has six letters and digits, like A2B3C4."
ACTIVATED = "You have activated the invite code KB2CXH."


@pytest.fixture(autouse=True)
def codes(alice: User, bob: User, charlie: User) -> None:
    """Alice's code is A2A2A2, Bob's KB2CXH, Charlie's C3C3C3."""
    for person, code in ((alice, "A2A2A2"), (bob, "KB2CXH"), (charlie, "C3C3C3")):
        person.invite_codes.update(code=code)


@pytest.fixture
def client() -> Client:
    """Alice's browser."""
    return enter()


def confirm(client: Client, invite_code: str) -> Any:
    return client.post(f"{ENTER}{invite_code}/")


def said(client: Client) -> list[str]:
    return told(client.get("/"))


pytestmark = pytest.mark.django_db


def test_a_code_is_entered_looked_at_and_activated(client: Client, alice: User, bob: User) -> None:
    step = client.post(ENTER, {"invite_code": "kb2-cxh"})
    assert (step.status_code, step["Location"]) == (302, f"{ENTER}KB2CXH/")
    assert not Activation.objects.exists()
    page = client.get(step["Location"])
    assert '<strong class="code">KB2CXH</strong>' in page.text
    assert "will see your phone number" in page.text
    assert "cannot be undone" in page.text
    assert not Activation.objects.exists()
    done = client.post(step["Location"])
    assert (done.status_code, done["Location"]) == (302, "/profile/")
    assert said(client) == [ACTIVATED]
    activation = Activation.objects.get()
    assert (activation.invitee, activation.inviter) == (alice, bob)


def test_the_confirmation_shows_nothing_about_the_owner(client: Client, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(first_name="Robert", last_name="Tables")
    pages = set()
    for code in ("KB2CXH", UNKNOWN, "A2A2A2"):
        response = client.get(f"{ENTER}{code}/")
        token = str(response.context["csrf_token"])
        pages.add(response.text.replace(code, "CODE").replace(token, "TOKEN"))
    assert len(pages) == 1
    assert not {"Robert", "Tables", "0002"} & set(pages.pop().split())


def test_the_link_leads_through_signing_in_to_the_activation() -> None:
    client = Client()
    client.get("/i/kb2cxh/")
    sign_in_page = client.get(f"{ENTER}KB2CXH/")["Location"]
    wanted = f"{ENTER}KB2CXH/"
    assert sign_in_page == f"/sign-in/?next={wanted}"
    ask_here(client, next=wanted)
    assert give(client, received(ALICE), next=wanted)["Location"] == wanted
    done = client.post(wanted)
    assert done["Location"] == "/profile/"
    assert done.cookies["invite_code"].value == ""
    assert Activation.objects.get().invite_code.code == "KB2CXH"


def test_the_code_of_the_link_is_filled_in_already(client: Client) -> None:
    assert client.get(ENTER).context["form"].initial == {"invite_code": None}
    client.get("/i/kb2cxh/")
    assert 'name="invite_code" type="text" value="KB2CXH"' in client.get(ENTER).text


def test_what_the_cookie_holds_must_be_a_code(client: Client) -> None:
    client.cookies["invite_code"] = "<script>"
    assert 'name="invite_code" type="text" value=""' in client.get(ENTER).text


@pytest.mark.parametrize(
    "spelling", ["KB2CXH", " кв2 схн ", "ＫＢ２ＣＸＨ", "http://127.0.0.1:8000/i/KB2CXH/?utm=1"]
)
def test_every_spelling_is_read(client: Client, spelling: str) -> None:
    assert client.post(ENTER, {"invite_code": spelling})["Location"] == f"{ENTER}KB2CXH/"


@pytest.mark.parametrize("impossible", ["KB2CX", "OOOOOO", "2" * 501, "KB2CXH\x00", "https://x/"])
def test_what_cannot_be_a_code_is_refused_at_once(client: Client, impossible: str) -> None:
    response = client.post(ENTER, {"invite_code": impossible})
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {"invite_code"}
    assert 'aria-invalid="true"' in response.text


def test_the_form_explains_why_a_code_is_impossible(client: Client) -> None:
    assert client.post(ENTER, {"invite_code": "?"}).context["form"].errors == {
        "invite_code": [IMPOSSIBLE]
    }
    assert client.post(ENTER, {}).context["form"].errors.keys() == {"invite_code"}


def test_an_address_in_another_spelling_leads_to_the_right_one(client: Client) -> None:
    for spelling in ("kb2cxh", "KB2-CXH", "кв2схн"):
        for method in (client.get, client.post):
            answer = method(f"{ENTER}{spelling}/")
            assert (answer.status_code, answer["Location"]) == (302, f"{ENTER}KB2CXH/")
    assert not Activation.objects.exists()


def test_what_cannot_be_a_code_has_no_page(client: Client) -> None:
    assert client.get(f"{ENTER}OOOOOO/").status_code == 404
    assert client.post(f"{ENTER}OOOOOO/").status_code == 404


@pytest.mark.parametrize(("code", "why"), [("A2A2A2", OWN), (UNKNOWN, NOT_FOUND)])
def test_a_refusal_is_shown_where_another_code_can_be_entered(
    client: Client, code: str, why: str
) -> None:
    client.get("/i/KB2CXH/")
    refused = confirm(client, code)
    assert (refused.status_code, refused["Location"]) == (302, ENTER)
    page = client.get(ENTER)
    assert told(page)[-1] == why
    assert page.context["form"].initial == {"invite_code": "KB2CXH"}
    assert not Activation.objects.exists()


def test_a_refused_code_of_a_link_is_not_offered_again(client: Client) -> None:
    client.get(f"/i/{UNKNOWN}/")
    assert confirm(client, UNKNOWN).cookies["invite_code"].value == ""
    assert client.get(ENTER).context["form"].initial == {"invite_code": None}


def test_the_same_code_again_is_accepted(client: Client) -> None:
    for words in (ACTIVATED, "You had activated KB2CXH before."):
        assert confirm(client, "KB2CXH")["Location"] == "/profile/"
        assert said(client) == [words]
    assert Activation.objects.count() == 1


@pytest.mark.parametrize("other", ["C3C3C3", "A2A2A2", UNKNOWN])
def test_after_one_activation_any_other_code_is_refused(client: Client, other: str) -> None:
    confirm(client, "KB2CXH")
    said(client)
    client.cookies["invite_code"] = other
    refused = confirm(client, other)
    assert refused["Location"] == "/profile/"
    assert refused.cookies["invite_code"].value == ""
    assert said(client) == [ALREADY]
    assert Activation.objects.get().invite_code.code == "KB2CXH"


def test_entering_a_code_after_an_activation_says_which_it_was(client: Client) -> None:
    confirm(client, "KB2CXH")
    page = client.post(ENTER, {"invite_code": "C3C3C3"})
    assert "You have already activated a code" in page.text
    assert "KB2CXH" in page.text


def test_guessing_is_throttled_in_words(client: Client, settings: Settings) -> None:
    settings.FLOOD_LIMITS = {**settings.FLOOD_LIMITS, "wrong_invite_codes_of_a_user": 1}
    confirm(client, UNKNOWN)
    said(client)
    refused = confirm(client, "KB2CXH")
    assert refused["Location"] == f"{ENTER}KB2CXH/"
    assert said(client)[0].startswith("Request was throttled.")
    assert not Activation.objects.exists()


@pytest.mark.parametrize("path", [ENTER, f"{ENTER}KB2CXH/"])
def test_only_a_signed_in_user_activates(path: str) -> None:
    for method in (Client().get, Client().post):
        assert method(path)["Location"] == f"/sign-in/?next={path}"


@pytest.mark.parametrize("path", [ENTER, f"{ENTER}KB2CXH/"])
def test_csrf_is_enforced(path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = enter().cookies
    assert client.get(path).status_code == 200
    assert client.post(path, {"invite_code": "KB2CXH"}).status_code == 403
    assert not Activation.objects.exists()


@pytest.mark.parametrize("path", [ENTER, f"{ENTER}KB2CXH/"])
def test_the_pages_may_be_kept_by_no_cache_and_take_no_other_method(
    client: Client, path: str
) -> None:
    assert "no-store" in client.get(path)["Cache-Control"]
    assert client.put(path).status_code == 405


@pytest.mark.parametrize("path", [ENTER, f"{ENTER}KB2CXH/"])
def test_the_pages_cost_three_queries(
    client: Client, path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):  # the session, the sign-in, the activation
        client.get(path)


@pytest.mark.django_db(transaction=True)
def test_of_two_codes_confirmed_at_once_one_is_activated() -> None:
    browser = enter()

    def press(code: str) -> Any:
        client = Client()
        client.cookies["sessionid"] = browser.cookies["sessionid"].value
        return client.post(f"{ENTER}{code}/")

    answers = at_once(*[lambda code=code: press(code) for code in ("KB2CXH", "C3C3C3")])
    assert [answer["Location"] for answer in answers] == ["/profile/"] * 2
    words = {str(message) for answer in answers for message in answer.wsgi_request._messages}
    activated = Activation.objects.get().invite_code.code
    assert words == {ALREADY, f"You have activated the invite code {activated}."}
