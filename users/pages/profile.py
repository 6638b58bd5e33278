"""The user's profile page: their invite code, and who activated it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lib import charts
from referrals import qr, services
from referrals.invited import summaries
from referrals.pages import invite
from referrals.pages.forms import BrowseForm
from users import phone_numbers
from users.sign_ins import visits
from users.sign_ins.browser import AuthenticatedHttpRequest

DAYS = 30  # in the chart


@never_cache
@login_required
@require_safe
def show(request: AuthenticatedHttpRequest) -> HttpResponse:
    me = request.user
    code = services.live_invite_code(me)
    figures = summaries.statistics(me, DAYS)
    context = {
        "phone_number": phone_numbers.spelled_out(me.phone_number),
        "invite_code": code,
        "qr": qr.inline(code.invite_link),
        "remembered": invite.remembered(request),
        "activation": services.activation_of(me),
        "figures": figures,
        "chart": charts.draw([(day.date, day.count) for day in figures.per_day]),
        "news": summaries.joined_since(me, visits.since(request.session)),
        "people": BrowseForm({}).listing(me),
    }
    return render(request, "profile.html", context)
