"""The yardsticks, at the endpoints' own paths under another prefix; and the site, for its links."""

from django.urls import path

from config.urls import urlpatterns as site
from tests.bench import yardsticks_reading as reading
from tests.bench import yardsticks_writing as writing
from tests.bench.yardstick_page import profile_page

urlpatterns = [
    path("api/yardstick/auth/code/", writing.ask_for_code),
    path("api/yardstick/auth/token/", writing.sign_in),
    path("api/yardstick/auth/token/refresh/", writing.refresh),
    path("api/yardstick/users/me/", reading.profile),
    path("api/yardstick/users/", reading.people),
    path("api/yardstick/referrals/activate/", writing.activate),
    path("api/yardstick/referrals/invited/", reading.invited),
    path("yardstick/profile/", profile_page),
    *site,
]
