"""The list of people whom somebody invited, when it is long."""

import re
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Arrives
from tests.e2e.crowd import Client, come
from tests.e2e.people import Person
from tests.e2e.site import Site

COUNT, PAGE = 45, 20


class Bob(NamedTuple):
    """Who has invited many."""

    phone_number: str
    invited: list[str]


@pytest.fixture(scope="module")
def popular(site: Site) -> Bob:
    client = Client(site)
    return Bob(client.phone_number, come(site, client.invite_code, COUNT))


@pytest.fixture
def bob(arrives: Arrives, popular: Bob) -> Person:
    return arrives(phone_number=popular.phone_number).sign_in()


@pytest.fixture
def invited(popular: Bob) -> list[str]:
    return popular.invited


def listed(bob: Person) -> Locator:
    invited = bob.page.get_by_role("region", name=re.compile("People you invited|The list"))
    return invited.get_by_role("list").get_by_role("listitem")


def test_the_list_grows_without_reloading_the_page(bob: Person, invited: list[str]) -> None:
    bob.page.evaluate("document.body.dataset.same = 'page'")
    for shown in (PAGE, 2 * PAGE, COUNT):
        expect(listed(bob)).to_have_count(shown)
        more = bob.page.get_by_role("button", name="Show more")
        if shown < COUNT:
            more.click()
    expect(more).to_be_hidden()
    assert bob.page.evaluate("document.body.dataset.same") == "page"
    bob.is_at("/profile/")


def test_numbers_are_masked_until_they_are_asked_for(bob: Person, invited: list[str]) -> None:
    expect(listed(bob)).to_have_count(PAGE)
    assert not [number for number in invited if number in bob.page.content()]
    bob.press("Show all numbers")
    expect(listed(bob).filter(has_text=re.compile(r"\+7999\d{7}"))).to_have_count(PAGE)
    bob.press("Hide all numbers")
    expect(listed(bob).filter(has_text=re.compile(r"\+7999\d{7}"))).to_have_count(0)


def test_people_are_found_by_the_last_digits(bob: Person, invited: list[str]) -> None:
    sought = invited[7]
    bob.field("Last digits of a phone number").fill(f"{sought[-4:-2]}-{sought[-2:]}")
    bob.press("Find")
    expect(listed(bob)).to_have_count(1)
    listed(bob).get_by_role("button", name=re.compile("^Show")).click()
    expect(listed(bob)).to_contain_text(sought)
    assert sought[-4:] not in bob.page.url
    bob.follow("Show all invitees")
    expect(listed(bob)).to_have_count(PAGE)


def test_nobody_is_found_and_that_is_said(bob: Person, invited: list[str]) -> None:
    bob.field("Last digits of a phone number").fill("00000")
    bob.press("Find")
    expect(bob.main).to_contain_text("None of your invitees has such a number.")
    bob.field("Last digits of a phone number").fill("many")
    bob.press("Find")
    expect(bob.page.get_by_role("alert")).to_contain_text("Enter the last 2 to 11 digits")


def test_figures_and_chart_count_everybody(bob: Person, invited: list[str]) -> None:
    figures = bob.page.get_by_role("region", name="Who joined with your code")
    expect(figures.get_by_role("listitem")).to_have_text(
        [f"{COUNT} people in all", f"{COUNT} this week", f"{COUNT} this month"]
    )
    expect(figures.get_by_role("img", name=f"{COUNT} people joined")).to_be_visible()
    figures.get_by_text("Day by day").click()
    expect(figures.get_by_role("row").nth(1)).to_contain_text(str(COUNT))


def test_everybody_is_downloaded_as_a_table(bob: Person, invited: list[str]) -> None:
    with bob.page.expect_download() as download:
        bob.follow("Download as CSV")
    assert download.value.suggested_filename == "invited.csv"
    header, *lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert header == "phone_number,activated_at"
    assert {re.sub(r"\D", "", line.split(",")[0]) for line in lines} == {
        number.lstrip("+") for number in invited
    }


def test_who_joined_since_the_last_visit_is_said(arrives: Arrives) -> None:
    bob = arrives().sign_in()
    come(bob.site, bob.invite_code, 3)
    again = arrives(phone_number=bob.phone_number).sign_in()
    again.is_told("3 people joined since your last visit.")


def test_an_empty_list_says_what_to_do(arrives: Arrives) -> None:
    bob = arrives().sign_in()
    expect(bob.main).to_contain_text("Nobody has activated your code yet.")
    bob.follow("Share my link")
    bob.is_at("/profile/#share")
