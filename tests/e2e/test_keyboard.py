"""Everything by keyboard alone, and one always sees where one is."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Arrives
from tests.e2e.crowd import come

MOST = 100  # presses of Tab round a page
FOCUSED = """() => {
  const focused = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(focused);
  const box = focused.getBoundingClientRect();
  const seen = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && box.right > 0
    && box.bottom > 0 && box.top < innerHeight;
  return [focused === document.body, seen, focused.outerHTML.slice(0, 120)];
}"""


def tab_to(page: Page, name: str) -> None:
    for _ in range(MOST):
        page.keyboard.press("Tab")
        _, is_seen, element = page.evaluate(FOCUSED)
        assert is_seen, f"the focus is invisible: {element}"
        if name in " ".join((page.locator(":focus").text_content() or "").split()):
            return
    raise AssertionError(f"{name} is out of reach of the keyboard")


def test_somebody_signs_in_without_a_mouse(arrives: Arrives) -> None:
    alice = arrives()
    page = alice.open("/")
    tab_to(page, "Skip to the content")
    tab_to(page, "Sign in")
    page.keyboard.press("Enter")
    expect(alice.field("Phone number")).to_be_focused()
    page.keyboard.type(alice.phone_number)
    page.keyboard.press("Enter")
    expect(alice.field("Confirmation code")).to_be_focused()
    page.keyboard.type(alice.read_code())
    page.keyboard.press("Enter")
    alice.is_at("/profile/")


def test_the_content_is_a_key_away(arrives: Arrives) -> None:
    alice = arrives().sign_in()
    alice.page.keyboard.press("Tab")
    alice.page.keyboard.press("Enter")
    expect(alice.main).to_be_focused()


def test_the_focus_is_seen_all_the_way_round(arrives: Arrives) -> None:
    alice = arrives().sign_in()
    come(alice.site, alice.invite_code, 3)
    for path in ("/profile/", "/settings/", "/settings/sign-ins/", "/settings/account/"):
        page, reached = alice.open(path), list[str]()
        for _ in range(MOST):
            page.keyboard.press("Tab")
            is_round, is_seen, element = page.evaluate(FOCUSED)
            if is_round or element in reached[:1]:
                break
            reached.append(element)
            assert is_seen, f"the focus is invisible at {path}: {element}"
        assert len(reached) > 10


def test_the_list_is_used_without_a_mouse(arrives: Arrives) -> None:
    alice = arrives().sign_in()
    [bob] = come(alice.site, alice.invite_code, 1)
    alice.page.reload()
    tab_to(alice.page, "Show the number")
    alice.page.keyboard.press("Enter")
    expect(alice.main).to_contain_text(bob)
    expect(alice.page.locator(":focus")).to_contain_text("Hide")
