"""Both languages, as a browser asks for them and as people choose them."""

from playwright.sync_api import expect

from tests.e2e.conftest import Arrives
from tests.e2e.people import wrong


def test_a_browser_is_answered_in_its_language(arrives: Arrives) -> None:
    anna = arrives(locale="ru-RU")
    anna.open("/sign-in/")
    anna.field("Номер телефона").fill(anna.phone_number)
    anna.press("Отправить код")
    code = anna.site.messages(anna.phone_number)[0]["confirmation_code"]
    for left in ("Осталось 2 попытки", "Осталась 1 попытка"):
        anna.field("Код подтверждения").fill(wrong(code))
        anna.press("Войти")
        anna.is_told(left)
    anna.field("Код подтверждения").fill(code)
    anna.press("Войти")
    expect(anna.heading).to_have_text("Ваш профиль")


def test_the_language_that_was_chosen_stays(arrives: Arrives) -> None:
    anna = arrives(locale="ru-RU").sign_in()
    anna.page.get_by_role("button", name="English").click()
    anna.is_at("/profile/")
    expect(anna.heading).to_have_text("Your profile")
    anna.open("/settings/")
    expect(anna.heading).to_have_text("Names and picture")
