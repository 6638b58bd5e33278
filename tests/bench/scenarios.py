"""What is measured: for each row of the table, the requests that are sent.

They are made just before they are sent: an access token lives five minutes, and a
confirmation code too.
"""

from collections.abc import Callable
from itertools import cycle
from typing import NamedTuple

from django.core import signing
from django.utils.http import urlencode

from referrals.models import Activation
from referrals.services import live_invite_code
from tests.bench.load import PAGES, PREFIXES, Request
from tests.bench.people import People
from users.models import User

INVITED = "/api/v1/referrals/invited/"
SEVERAL = 50  # people who take turns, so that no row is the only one in memory


class Scenario(NamedTuple):
    name: str
    requests: Callable[[People, int], list[Request]]
    target: float | None = None  # of the yardstick's throughput
    is_once: bool = False  # each request can be sent a single time
    prefixes: dict[str, str] = PREFIXES


def profile(invited: int) -> Callable[[People, int], list[Request]]:
    def requests(people: People, many: int) -> list[Request]:
        several = SEVERAL if invited < 10 else 5
        inviters = [people.inviter_of(invited) for _ in range(several)]
        return [Request("users/me/", access) for access in people.access(inviters)]

    return requests


def popular_profile(people: People, many: int) -> list[Request]:
    [access] = people.access([people.most_popular()])
    return [Request("users/me/", access)]


def ask(people: People, many: int) -> list[Request]:
    return [Request("auth/code/", body={"phone_number": n}) for n in people.numbers(many)]


def sign_in(people: People, many: int) -> list[Request]:
    return [
        Request("auth/token/", body={"phone_number": number, "confirmation_code": digits})
        for number, digits in people.confirmation_codes(people.new(many))
    ]


def refresh(people: People, many: int) -> list[Request]:
    refreshed = people.refresh(people.new(many))
    return [Request("auth/token/refresh/", body={"refresh": token}) for token in refreshed]


def activate(people: People, many: int) -> list[Request]:
    return _activations(people, many, people.some_codes(1_000))


def activate_popular(people: People, many: int) -> list[Request]:
    return _activations(people, many, [live_invite_code(people.most_popular()).code])


def _activations(people: People, many: int, codes: list[str]) -> list[Request]:
    each = zip(people.access(people.new(many)), cycle(codes), strict=False)
    return [Request("referrals/activate/", access, {"invite_code": code}) for access, code in each]


def first_page(people: People, many: int) -> list[Request]:
    inviters = [people.inviter_of(100) for _ in range(5)]
    return [Request("referrals/invited/", access) for access in people.access(inviters)]


def deep_page(people: People, many: int) -> list[Request]:
    """Nine tenths down the longest list: at depth 900,000 where a million were invited."""
    popular = people.most_popular()
    invited = Activation.objects.filter(inviter=popular).order_by("-activated_at", "-id")
    last = invited[invited.count() * 9 // 10]
    position = signing.dumps([False, [last.activated_at.isoformat(), last.pk]], salt=INVITED)
    [access] = people.access([popular])
    return [Request(f"referrals/invited/?{urlencode({'cursor': position})}", access)]


def profile_page(people: People, many: int) -> list[Request]:
    inviters = [people.inviter_of(20) for _ in range(5)]
    return [Request("profile/", session=key) for key in people.sessions(inviters)]


def staff_list(people: People, many: int) -> list[Request]:
    staff = people.access(people.new(1, is_staff=True), proof_length=6)
    return [Request("users/", access) for access in staff]


def staff_search(people: People, many: int) -> list[Request]:
    """By the last seven digits of a number."""
    [access] = people.access(people.new(1, is_staff=True), proof_length=6)
    some = [people.chance.randint(2, people.largest_loaded) for _ in range(SEVERAL)]
    numbers = User.objects.filter(pk__in=some).values_list("phone_number", flat=True)
    last = [number[-7:] for number in numbers if number and number[-1] != "9"]
    return [Request(f"users/?search={digits}", access) for digits in last if digits[0] != "0"]


SCENARIOS = [
    Scenario("ask for a code", ask, is_once=True),
    Scenario("code → token", sign_in, 0.65, is_once=True),
    Scenario("refresh", refresh, 0.70, is_once=True),
    Scenario("users/me/, 0 invited", profile(0), 0.70),
    Scenario("users/me/, 10 invited", profile(10), 0.70),
    Scenario("users/me/, 100 invited", profile(100), 0.70),
    Scenario("users/me/, {most} invited", popular_profile),
    Scenario("activation, spread", activate, 0.65, is_once=True),
    Scenario("activation, one inviter", activate_popular, 0.65, is_once=True),
    Scenario("invited list, first page", first_page, 0.70),
    Scenario("invited list, depth {depth}", deep_page, 0.70),
    Scenario("profile page in a browser", profile_page, prefixes=PAGES),
    Scenario("staff list", staff_list),
    Scenario("staff search", staff_search),
]
