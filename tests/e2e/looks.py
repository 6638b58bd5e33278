"""How a page looks: in every theme and width, to everybody, and in a picture."""

from collections.abc import Callable, Iterator
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FloatRect, Page

from tests.stack import ROOT

PICTURES = ROOT / "var" / "screenshots"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = {320: 640, 1280: 800}
TALLEST = 4000  # pixels of a picture
AXE = Axe()
# Preloading would write styles into the page, which our Content-Security-Policy refuses.
OPTIONS = {"resultTypes": ["violations"], "preload": False}
STILL = "document.getAnimations().forEach((animation) => animation.finish())"
OVERFLOW = """() => {
  const root = document.scrollingElement;
  if (root.scrollWidth <= innerWidth) return [];
  const wide = [...document.body.querySelectorAll("*")].filter(
    (element) => element.getBoundingClientRect().right > innerWidth);
  return wide.slice(-3).map((element) => element.outerHTML.slice(0, 200));
}"""


def everywhere(page: Page, opens: Callable[[Page], object]) -> Iterator[str]:
    """Opens the page in each theme, shows it in each width, and says in which."""
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        opens(page)
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate(STILL)
            yield f"{theme}-{width}"


def violations(page: Page, excused: set[str]) -> list[str]:
    """What axe-core finds: a line for each rule, with the first element that breaks it."""
    found = AXE.run(page, options=OPTIONS).response["violations"]
    return [_line(rule) for rule in found if rule["id"] not in excused]


def overflow(page: Page) -> list[str]:
    """The elements that make the page scroll sideways."""
    return [f"sideways: {element}" for element in page.evaluate(OVERFLOW)]


def take_picture(page: Page, name: str) -> None:
    width, height = page.evaluate("[innerWidth, document.documentElement.scrollHeight]")
    clip = FloatRect(x=0, y=0, width=width, height=min(height, TALLEST))
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, full_page=True, clip=clip, animations="disabled")


def _line(rule: dict[str, Any]) -> str:
    first, *others = rule["nodes"]
    why = first["failureSummary"].replace("\n", " ")
    return f"{rule['id']} ({rule['impact']}) {first['html'][:160]} {why} [+{len(others)}]"
