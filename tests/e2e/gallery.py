"""`make screenshots`: the few pictures of the README, out of those that the tests have taken."""

from PIL import Image

from tests.e2e.looks import PICTURES
from tests.stack import ROOT

SHOWN = ROOT / "docs" / "screenshots"
TALLEST = {1280: 900, 320: 700}  # pixels; the rest of a long page is cut off
CHOSEN = {
    "sign-in": "sign-in-en-light-1280",
    "profile": "profile-en-light-1280",
    "profile-phone": "profile-en-dark-320",
    "invitation": "activate-code-en-light-1280",
    "administration": "admin-en-light-1280",
}


def main() -> None:
    SHOWN.mkdir(parents=True, exist_ok=True)
    for name, taken in CHOSEN.items():
        with Image.open(PICTURES / f"{taken}.png") as picture:
            top = picture.crop((0, 0, picture.width, min(picture.height, TALLEST[picture.width])))
            top.save(SHOWN / f"{name}.webp", quality=80, method=6)


if __name__ == "__main__":
    main()
