"""How often one address, or one person, may try in an hour: a guard against floods.

It counts in the cache, by the clock's hour, and lets everything pass when the
cache is out of reach. The budgets that keep accounts safe live in the database.
"""

import ipaddress
import logging
import time

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.exceptions import Throttled

logger = logging.getLogger(__name__)

HOUR = 3600  # seconds


def check(guard: str, who: str | int | None) -> None:
    """Refuses a client that has spent this hour's tries of a guard named in FLOOD_LIMITS."""
    if settings.FLOOD_GUARD and _tries(guard, who) >= settings.FLOOD_LIMITS[guard]:
        raise Throttled(wait=HOUR - time.time() % HOUR)


def count(guard: str, who: str | int | None) -> None:
    """Counts one try."""
    key = _key(guard, who)
    try:
        cache.add(key, 0, timeout=HOUR)
        cache.incr(key)
    except (RedisError, ValueError) as error:
        logger.warning("Flood guard %s could not count: %s", guard, type(error).__name__)


def _tries(guard: str, who: str | int | None) -> int:
    try:
        return int(cache.get(_key(guard, who), 0))
    except RedisError as error:
        logger.warning("Flood guard %s is open: %s", guard, type(error).__name__)
        return 0


def _key(guard: str, who: str | int | None) -> str:
    return f"flood:{guard}:{_household(who)}:{int(time.time() // HOUR)}"


def _household(who: str | int | None) -> str:
    """An IPv6 customer has a whole /64, so that counts as one."""
    try:
        address = ipaddress.ip_address(who) if isinstance(who, str) else None
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(who)
