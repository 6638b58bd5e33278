"""The page of sign-ins: shown in words, ended one by one or all at once."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import Traveller

from tests.browsers import browser_of, text, told
from tests.conftest import ALICE, BOB, bearer, sign_in
from users import user_agents
from users.models import AuditEvent, SignIn, User
from users.sign_ins import browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SIGN_INS = "/settings/sign-ins/"
API = "/api/v1/auth/sessions/"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0"


@pytest.fixture
def client(alice: User) -> Client:
    """Alice's browser."""
    return browser_of(alice)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox, Windows"),
        (IPHONE, "Mobile Safari, iOS"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "Linux"),
        ("curl/8.5.0", "curl"),
        ("my own program/1.0", "my own program/1.0"),
        ("x" * 256, "x" * 40),
        ("", "Unknown program"),
    ],
)
def test_a_user_agent_is_shown_in_words(user_agent: str, words: str) -> None:
    assert user_agents.in_words(user_agent) == words


def test_browsers_and_programs_stand_side_by_side(client: Client, clock: Traveller) -> None:
    clock.shift(60)
    SignIn.objects.filter(pk=sign_in(ALICE).pk).update(user_agent=IPHONE)
    page = client.get(SIGN_INS)
    said = text(page)
    assert said.index("Mobile Safari, iOS") < said.index("This browser")
    assert said.count("127.0.0.1") == 2
    assert 'datetime="2026-11-21T09:01:00+00:00"' in page.text


def test_the_list_is_the_one_of_the_api(client: Client, clock: Traveller) -> None:
    opened = sign_in(ALICE)
    listed = [row["id"] for row in bearer(opened).get(API).json()]
    assert [row.pk for row in client.get(SIGN_INS).context["sign_ins"]] == listed


def test_a_user_agent_is_never_markup(client: Client) -> None:
    SignIn.objects.update(user_agent="<script>alert(1)</script>")
    assert "<script>alert" not in client.get(SIGN_INS).text


def test_one_sign_in_is_ended(client: Client) -> None:
    phone, laptop = sign_in(ALICE), bearer(sign_in(ALICE))
    answer = client.post(SIGN_INS, {"sign_in": phone.pk})
    assert (answer.status_code, answer["Location"]) == (302, SIGN_INS)
    assert told(client.get(SIGN_INS)) == ["That sign-in has ended."]
    assert bearer(phone).get(API).status_code == 401
    assert len(laptop.get(API).json()) == 2


def test_all_others_are_ended(client: Client) -> None:
    others, bobs = [sign_in(ALICE), sign_in(ALICE)], sign_in(BOB)
    answer = client.post(SIGN_INS, {"others": "1"})
    assert (answer.status_code, answer["Location"]) == (302, SIGN_INS)
    assert told(client.get(SIGN_INS)) == ["All other sign-ins have ended."]
    assert [bearer(opened).get(API).status_code for opened in others] == [401, 401]
    assert bearer(bobs).get(API).status_code == 200
    assert AuditEvent.objects.latest("pk").details == {"others": 2}


def test_without_other_sign_ins_there_is_no_button(client: Client) -> None:
    assert "End all other sign-ins" not in client.get(SIGN_INS).text
    sign_in(ALICE)
    assert "End all other sign-ins" in client.get(SIGN_INS).text


def ended() -> object:
    opened = sign_in(ALICE)
    SignIn.objects.filter(pk=opened.pk).end()
    return opened.pk


NOT_MINE: list[Callable[[], object]] = [
    lambda: sign_in(BOB).pk,
    ended,
    *(lambda value=value: value for value in ("", "x", "-1", "0", "\x00", 2**63, "9" * 5000)),
]


@pytest.mark.parametrize("other", NOT_MINE)
def test_the_sign_in_of_another_user_is_not_found(
    client: Client, other: Callable[[], object]
) -> None:
    named = other()
    live = SignIn.objects.live().count()
    assert client.post(SIGN_INS, {"sign_in": named}).status_code == 404
    assert SignIn.objects.live().count() == live


def test_a_form_without_a_sign_in_is_not_found(client: Client) -> None:
    assert client.post(SIGN_INS).status_code == 404


def test_a_browser_may_end_its_own_sign_in(client: Client) -> None:
    client.post(SIGN_INS, {"sign_in": client.session[browser.SESSION_KEY]})
    assert client.get(SIGN_INS)["Location"] == f"/sign-in/?next={SIGN_INS}"


def test_a_user_who_signed_in_with_a_password_ends_all_their_sign_ins() -> None:
    root = User.objects.create_superuser("+79990000007")
    client = Client()
    client.force_login(root)
    assert "You signed in with a password" in client.get(SIGN_INS).text
    opened = sign_in("+79990000007")
    client.post(SIGN_INS, {"others": "1"})
    assert bearer(opened).get(API).status_code == 401
    assert client.get(SIGN_INS).status_code == 200


def test_the_old_url_redirects_to_the_new_one(client: Client) -> None:
    answer = client.get("/settings/devices/")
    assert (answer.status_code, answer["Location"]) == (301, SIGN_INS)


def test_ten_sign_ins_cost_one_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, clock: Traveller
) -> None:
    for _ in range(9):
        clock.shift(60)
        opened = client.get(SIGN_INS).context["sign_ins"][0]
        opened.pk = None
        opened.save()
    with django_assert_num_queries(3):  # session, sign-in, list
        assert len(client.get(SIGN_INS).context["sign_ins"]) == 10
