"""The list of invitees in a browser: masked, paged, searched, and as a file."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from time_machine import Traveller

from referrals.invited import browse
from referrals.models import Activation
from tests.browsers import browser_of, text
from tests.conftest import BOB, bearer, sign_in
from users.models import User

pytestmark = pytest.mark.django_db

INVITED, EXPORT = "/invited/", "/invited/invited.csv"
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/profile/"}
MANY = 20_000


def invite(inviter: User, *numbers: str) -> list[Activation]:
    """The last comes first in the list; each a minute after the one before."""
    code, now = inviter.invite_codes.get(), timezone.now()
    people = User.objects.bulk_create(User(phone_number=number) for number in numbers)
    return Activation.objects.bulk_create(
        Activation(
            invitee=person,
            inviter=inviter,
            invite_code=code,
            activated_at=now + timedelta(minutes=place),
        )
        for place, person in enumerate(people)
    )


def crowd(number: int) -> list[str]:
    return [f"+7999100{place:04}" for place in range(number)]


def listed(page: Any) -> list[str]:
    """The numbers as the page shows them."""
    found = re.findall(r'<span class="number[^"]*">(?:<span[^>]*>)?([^<]+)<', text(page))
    return [number.strip() for number in found]


def cursor(page: Any) -> str:
    return str(re.findall(r'name="cursor" value="([^"]*)"', text(page))[-1])


def test_a_page_without_invitees_says_so(bob: User) -> None:
    page = browser_of(bob).get(INVITED)
    assert listed(page) == []
    assert "Nobody has activated your code yet." in text(page)
    assert 'role="search"' not in text(page)


def test_numbers_are_masked_and_the_newest_comes_first(bob: User) -> None:
    invite(bob, "+79991000001", "+79991000002")
    page = browser_of(bob).get(INVITED)
    assert listed(page) == ["+7••••••0002", "+7••••••0001"]
    assert "+7999100" not in text(page)


def test_a_closed_account_has_no_number_to_show(bob: User) -> None:
    invite(bob, "+79991000001")
    User.objects.filter(phone_number="+79991000001").update(phone_number=None, is_active=False)
    client = browser_of(bob)
    for page in (client.get(INVITED), client.post(INVITED, {"all": "1"})):
        assert listed(page) == ["Account closed"]
        assert 'id="number-' not in text(page)


def test_only_ones_own_invitees_are_listed(alice: User, bob: User) -> None:
    [theirs] = invite(alice, "+79991000001")
    client = browser_of(bob)
    asked = [{}, {"all": "1"}, {"reveal": theirs.pk, "only": theirs.pk}, {"digits": "0001"}]
    assert [listed(client.post(INVITED, query)) for query in asked] == [[]] * 4


def test_show_more_finds_every_invitee_once(clock: Traveller, bob: User) -> None:
    invite(bob, *crowd(45))
    Activation.objects.update(activated_at=timezone.now())  # even those of the same moment
    client = browser_of(bob)
    page = client.get(INVITED)
    found = [listed(page)]
    while cursor(page):
        page = client.get(INVITED, {"cursor": cursor(page)})
        found.append(listed(page))
    assert [len(numbers) for numbers in found] == [20, 20, 5]
    assert len({number for numbers in found for number in numbers}) == 45
    assert "Back to the newest" in text(page)


@pytest.mark.parametrize("forged", ["x", "\x00", "ё", "WzAsMV0:1abc:def", "x" * 5000])
def test_a_forged_cursor_is_the_first_page(bob: User, forged: str) -> None:
    invite(bob, *crowd(3))
    client = browser_of(bob)
    assert listed(client.get(INVITED, {"cursor": forged})) == listed(client.get(INVITED))
    assert len(listed(client.post(INVITED, {"cursor": forged}))) == 3


def test_another_persons_cursor_shows_ones_own_people(alice: User, bob: User) -> None:
    invite(alice, *crowd(25))
    invite(bob, "+79992000001")
    theirs = cursor(browser_of(alice).get(INVITED))
    assert set(listed(browser_of(bob).get(INVITED, {"cursor": theirs}))) <= {"+7••••••0001"}


def test_a_number_is_shown_once_it_was_asked_for(bob: User) -> None:
    first, second = invite(bob, "+79991000001", "+79991000002")
    client = browser_of(bob)
    page = client.post(INVITED, {"reveal": first.pk})
    assert listed(page) == ["+7••••••0002", "+79991000001"]
    assert f'name="hide" value="{first.pk}"' in text(page)
    page = client.post(INVITED, {"reveal": [first.pk, second.pk]})
    assert listed(page) == ["+79991000002", "+79991000001"]
    page = client.post(INVITED, {"reveal": [first.pk, second.pk], "hide": second.pk})
    assert listed(page) == ["+7••••••0002", "+79991000001"]


def test_all_numbers_of_the_page_are_shown_and_hidden(bob: User) -> None:
    invite(bob, *crowd(25))
    client = browser_of(bob)
    page = client.post(INVITED, {"all": "1"})
    assert listed(page) == crowd(25)[:4:-1]
    assert "Hide all numbers" in text(page)
    page = client.post(INVITED, {"all": "0", "reveal": Activation.objects.latest("pk").pk})
    assert "+7999100" not in text(page)


@pytest.mark.parametrize(
    ("size", "rows"), [("", 20), ("x", 20), ("0", 20), ("-1", 20), ("٣", 20), ("25", 25)]
)
def test_the_list_is_shown_as_long_as_asked_for(bob: User, size: str, rows: int) -> None:
    invite(bob, *crowd(30))
    assert len(listed(browser_of(bob).post(INVITED, {"all": "1", "size": size}))) == rows


def test_at_most_five_hundred_are_shown_at_once(bob: User) -> None:
    invite(bob, *crowd(510))
    page = browser_of(bob).post(INVITED, {"all": "1", "size": "9" * 18})
    assert len(listed(page)) == 500


@pytest.mark.parametrize("only", ["1" * 18, "9" * 400, "x", "-1", "\x00"])
def test_an_unknown_row_breaks_nothing(bob: User, only: str) -> None:
    assert browser_of(bob).post(INVITED, {"only": only, "reveal": only}).status_code == 200


# Searching


@pytest.mark.parametrize(
    ("digits", "found"),
    [
        ("4567", ["+79991234567"]),
        ("45-67", ["+79991234567"]),
        (" 234 – 45 67 ", []),
        ("+7 (999) 123-45-67", ["+79991234567"]),
        ("67", ["+79990000067", "+79991234567"]),
        ("99", ["+79990009999"]),
        ("9999", ["+79990009999"]),
        ("000", []),
    ],
)
def test_people_are_found_by_their_last_digits(bob: User, digits: str, found: list[str]) -> None:
    invite(bob, "+79991234567", "+79990000067", "+79990009999")
    page = browser_of(bob).post(INVITED, {"digits": digits, "all": "1"})
    assert listed(page) == found
    assert ("None of your invitees has such a number." in text(page)) is (not found)


@pytest.mark.parametrize(
    "digits", ["1", "1" * 12, "x", "45x67", "٤٥٦٧", "\x00\x00", "4" * 100, "%"]
)
def test_what_cannot_be_last_digits_is_refused_at_the_field(bob: User, digits: str) -> None:
    invite(bob, "+79991234567")
    page = browser_of(bob).post(INVITED, {"digits": digits})
    assert page.status_code == 200
    assert 'role="alert"' in text(page)
    assert 'aria-invalid="true"' in text(page)
    assert listed(page) == ["+7••••••4567"]


def test_searched_digits_stay_out_of_urls(bob: User) -> None:
    invite(bob, *(f"+79{place:07}67" for place in range(25)))
    client = browser_of(bob)
    page = client.post(INVITED, {"digits": "67"})
    assert '<form id="more" method="post"' in text(page)
    assert listed(client.get(INVITED, {"digits": "0067"})) == listed(client.get(INVITED))
    following = client.post(INVITED, {"digits": "67", "cursor": cursor(page)})
    assert (len(listed(page)), len(listed(following))) == (20, 5)


# In place


def test_htmx_gets_the_list_without_the_page_around_it(bob: User) -> None:
    invite(bob, *crowd(3))
    part = text(browser_of(bob).get(INVITED, headers=HTMX))
    assert 'id="invited-rows"' in part
    assert "<html" not in part


def test_htmx_gets_one_row_alone(bob: User) -> None:
    first, *_ = invite(bob, *crowd(3))
    asked = {"only": first.pk, "reveal": first.pk}
    assert listed(browser_of(bob).post(INVITED, asked, headers=HTMX)) == ["+79991000000"]


def test_a_change_of_the_list_is_announced(bob: User) -> None:
    invite(bob, *crowd(21))
    client = browser_of(bob)
    first = client.get(INVITED)
    said = {
        "": {},
        "1 more person is shown.": {"cursor": cursor(first)},
        "1 person is shown.": {"digits": "05"},
        "The numbers are shown.": {"all": "1"},
        "The numbers are hidden.": {"all": "0"},
    }
    for sentence, asked in said.items():
        page = text(client.post(INVITED, asked, headers=HTMX))
        [status] = re.findall(r'role="status">([^<]*)<', page)
        assert status.strip() == sentence


@pytest.mark.parametrize(
    ("current", "next_page"),
    [
        ("http://testserver/profile/", "/profile/"),
        ("http://elsewhere.example/profile/", INVITED),
        (None, INVITED),
    ],
)
def test_a_user_whose_session_has_ended_is_led_to_the_sign_in_page(
    client: Client, current: str | None, next_page: str
) -> None:
    headers = {"HX-Request": "true"} | ({"HX-Current-URL": current} if current else {})
    response = client.post(INVITED, headers=headers)
    assert (response.status_code, response.content) == (200, b"")
    assert response["HX-Redirect"] == f"/sign-in/?next={next_page}"


@pytest.mark.parametrize("path", [INVITED, EXPORT])
def test_a_visitor_is_sent_to_sign_in(client: Client, path: str) -> None:
    assert client.get(path).headers["Location"] == f"/sign-in/?next={path}"


def test_no_other_site_asks_for_numbers(bob: User) -> None:
    client = browser_of(bob, enforce_csrf_checks=True)
    assert client.post(INVITED, {"all": "1"}).status_code == 403


# The file


def test_the_file_is_the_one_of_the_api(bob: User) -> None:
    invite(bob, *crowd(3))
    file, of_api = (
        browser_of(bob).get(EXPORT),
        bearer(sign_in(BOB)).get("/api/v1/referrals/invited/export/"),
    )
    assert file["Content-Disposition"] == 'attachment; filename="invited.csv"'
    assert file["Content-Type"] == of_api["Content-Type"]
    assert file.getvalue() == of_api.getvalue()


# What it costs


@pytest.mark.parametrize("people", [3, 60])
def test_the_list_takes_three_queries(
    bob: User, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    invite(bob, *crowd(people))
    client = browser_of(bob)
    with django_assert_num_queries(3):  # the session, the user, the list
        client.post(INVITED, {"digits": "00"})


@pytest.fixture
def many(alice: User, bob: User) -> None:
    """Bob invited most, Alice some, and as many users were not invited."""
    for inviter, first in ((bob, 0), (alice, MANY)):
        invite(inviter, *(f"+79{n * 7919 % 10**9:09}" for n in range(first, first + MANY // 2)))
    User.objects.bulk_create(
        User(phone_number=f"+77{n * 7919 % 10**9:09}") for n in range(MANY // 2)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@pytest.mark.usefixtures("many")
def test_every_page_of_every_search_uses_an_index(bob: User) -> None:
    last = browse.page(bob, size=5_000).next or ""
    for digits, cursor in [("", ""), ("", last), ("67", ""), ("67", last), ("4567", last)]:
        rows = browse._after(browse._ending(browse._invited(bob), digits), cursor)
        plan = rows.order_by("-activated_at", "-id").select_related("invitee")[:21].explain()
        # Of two digits there are so many that a table of this size may be read as it lies.
        whole = "Seq Scan on users_user" if digits == "67" else "Seq Scan"
        assert (whole if connection.vendor == "postgresql" else "SCAN") not in plan
        assert ("people_by_last_digits" in plan) is bool(digits) or connection.vendor == "sqlite"
