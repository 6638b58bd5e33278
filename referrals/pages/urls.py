from django.urls import path

from referrals.pages import activation, code, invite, invited

urlpatterns = [
    path("i/<str:code>/", invite.landing, name="invite"),
    path("activate/", activation.enter, name="activate"),
    path("activate/<str:code>/", activation.confirm, name="activate-code"),
    path("code/qr.svg", code.qr, name="code-qr"),
    path("code/change/", code.change, name="code-change"),
    path("invited/", invited.browse, name="invited"),
    path("invited/invited.csv", invited.export, name="invited-export"),
]
