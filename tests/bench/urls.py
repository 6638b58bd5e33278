"""The yardsticks, at the endpoints' own paths under another prefix."""

from django.urls import path

from tests.bench import yardsticks_reading as reading
from tests.bench import yardsticks_writing as writing

urlpatterns = [
    path("yardstick/auth/code/", writing.ask_for_code),
    path("yardstick/auth/token/", writing.sign_in),
    path("yardstick/auth/token/refresh/", writing.refresh),
    path("yardstick/users/me/", reading.profile),
    path("yardstick/users/", reading.people),
    path("yardstick/referrals/activate/", writing.activate),
    path("yardstick/referrals/invited/", reading.invited),
]
