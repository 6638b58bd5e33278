"""Settings that production refuses. They are checked at every start: an unsafe server stops.

Production means DEBUG off and a SITE_URL that is not this machine.
"""

import ipaddress
import os
import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning
from django.utils import timezone

from users import phone_numbers, sms
from users.sms import smsaero

SHORTEST_KEY = 50  # characters, as Django makes them
KNOWN_PASSWORDS = {"referral", "postgres", "password"}  # the first is that of Docker Compose
ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")
SHORTEST_RETENTION = 31  # days: failed guesses count for 30, and a code is valid for 300 s


def production_is_safe(**kwargs: Any) -> list[CheckMessage]:
    return list(_unsafe()) if _is_production() else []


def test_numbers_are_well_formed(**kwargs: Any) -> list[CheckMessage]:
    return [
        Error(f"TEST_PHONE_NUMBERS: {phone_numbers.mask(number)} {wrong}.", id="settings.E005")
        for number, code in settings.TEST_PHONE_NUMBERS.items()
        for wrong in _wrong_with(number, code)
    ]


def budgets_do_not_refill(**kwargs: Any) -> list[CheckMessage]:
    if settings.CODES_KEPT_DAYS >= SHORTEST_RETENTION:
        return []
    return [Error("CODES_KEPT_DAYS below 31 would refill the budgets.", id="settings.E006")]


def first_admin_is_private(**kwargs: Any) -> list[CheckMessage]:
    if not settings.FIRST_USER_IS_ADMIN:
        return []
    if settings.SMS_INBOX:
        message = "FIRST_USER_IS_ADMIN beside an open inbox (SMS_INBOX) makes any visitor an admin."
        return [Error(message, id="settings.E008")]
    return [
        CheckWarning("The first person to sign up will be the administrator.", id="settings.W002")
    ]


def origins_are_origins(**kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"CORS_ALLOWED_ORIGINS: {given!r} is not https://host:port.",
            id="settings.E009",
        )
        for given in settings.CORS_ALLOWED_ORIGINS
        if not ORIGIN.fullmatch(given)
    ]


def ports_are_two(**kwargs: Any) -> list[CheckMessage]:
    if settings.METRICS_PORT != settings.PORT:
        return []
    return [Error("METRICS_PORT must differ from PORT, which is public.", id="settings.E012")]


def log_file_can_be_written(**kwargs: Any) -> list[CheckMessage]:
    folder = (settings.BASE_DIR / settings.LOG_FILE).parent
    if not settings.LOG_FILE or os.access(folder, os.W_OK):
        return []
    return [Error(f"LOG_FILE: {folder} is missing or not writable.", id="settings.E013")]


def gateways_are_known(**kwargs: Any) -> list[CheckMessage]:
    return [Error(message, id="settings.E007") for message in _wrong_with_gateways()]


def _wrong_with_gateways() -> Iterator[str]:
    if not sms.in_use():
        yield "SMS_GATEWAY=failover needs the names of gateways in SMS_FAILOVER."
    for name in sms.in_use():
        if name not in sms.GATEWAYS:
            known = ", ".join([*sms.GATEWAYS, "failover"])
            yield f"There is no SMS gateway {name!r}; there are {known}."
    if set(sms.in_use()) - {"simulated"} and not settings.PHONE_REGIONS:
        yield "PHONE_REGIONS must name the countries served: SMS cost money."
    if "smsaero" in sms.in_use() and not (settings.SMSAERO_EMAIL and settings.SMSAERO_API_KEY):
        yield "SMS_GATEWAY=smsaero needs SMSAERO_EMAIL and SMSAERO_API_KEY."
    elif "smsaero" in sms.in_use():
        yield from smsaero.wrong_settings()


def _is_production() -> bool:
    return not settings.DEBUG and not _is_loopback(settings.SITE_HOST)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _unsafe() -> Iterator[CheckMessage]:
    if "simulated" in sms.in_use() and not settings.DEMO:
        yield Error("SMS_GATEWAY=simulated sends no SMS; only for DEMO=true.", id="settings.E001")
    if settings.SMS_INBOX and not settings.DEMO:
        yield Error("SMS_INBOX=true shows every code; only for DEMO=true.", id="settings.E001")
    if not settings.FLOOD_GUARD:
        yield Error("FLOOD_GUARD=false lets one address flood the site.", id="settings.E002")
    if any(_is_weak(key) for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]):
        yield Error("SECRET_KEY is weak: take 50 random characters.", id="settings.E003")
    if settings.DATABASES["default"].get("PASSWORD") in KNOWN_PASSWORDS:
        yield Error("The database password is publicly known.", id="settings.E010")
    if "*" in settings.ALLOWED_HOSTS:
        yield Error("ALLOWED_HOSTS=* lets any client choose the host.", id="settings.E011")
    if settings.TEST_PHONE_NUMBERS:
        yield _test_numbers()
    yield from _doubtful()


def _doubtful() -> Iterator[CheckMessage]:
    if not settings.IS_HTTPS:
        yield CheckWarning("SITE_URL is http://: codes travel in the clear.", id="settings.W003")
    elif not settings.TRUSTED_PROXIES:
        message = "TRUSTED_PROXIES=0: behind a proxy, https:// would redirect to itself for ever."
        yield CheckWarning(message, id="settings.W004")


def _is_weak(key: str) -> bool:
    return len(key) < SHORTEST_KEY or len(set(key)) < 8 or key.startswith("development-only")


def _test_numbers() -> CheckMessage:
    until = settings.TEST_PHONE_NUMBERS_UNTIL
    if until is None or until < timezone.now().date():
        return Error(
            "TEST_PHONE_NUMBERS needs an end date: TEST_PHONE_NUMBERS_UNTIL.", id="settings.E004"
        )
    return CheckWarning(f"TEST_PHONE_NUMBERS have fixed codes until {until}.", id="settings.W001")


def _wrong_with(number: str, code: str) -> Iterator[str]:
    if not (code.isascii() and code.isdigit() and len(code) == 6):
        yield "needs a code of six digits"
    try:
        if phone_numbers.normalise(number) != number:
            yield "is not written as E.164"
    except phone_numbers.Refused:
        yield "is not a mobile phone number"


ALL_CHECKS = [
    production_is_safe,
    gateways_are_known,
    origins_are_origins,
    ports_are_two,
    log_file_can_be_written,
    first_admin_is_private,
    test_numbers_are_well_formed,
    budgets_do_not_refill,
]
