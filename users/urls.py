from django.urls import path

from users.api import auth, profile, staff

urlpatterns = [
    path("auth/code/", auth.CodeViewSet.as_view({"post": "create"})),
    path("auth/token/", auth.TokenViewSet.as_view({"post": "create"})),
    path("auth/token/refresh/", auth.TokenViewSet.as_view({"post": "refresh"})),
    path("auth/token/verify/", auth.TokenViewSet.as_view({"post": "verify"})),
    path("auth/logout/", auth.SignOutViewSet.as_view({"post": "create"})),
    path(
        "auth/sessions/",
        auth.SignInViewSet.as_view({"get": "list", "delete": "destroy_others"}),
    ),
    path("auth/sessions/<int:pk>/", auth.SignInViewSet.as_view({"delete": "destroy"})),
    path(
        "users/me/",
        profile.ProfileViewSet.as_view(
            {"get": "retrieve", "put": "update", "patch": "update", "delete": "destroy"}
        ),
    ),
    path("users/", staff.PeopleViewSet.as_view({"get": "list"})),
    path(
        "users/<int:pk>/",
        staff.PeopleViewSet.as_view({"get": "retrieve", "delete": "destroy"}),
    ),
    path("users/<int:pk>/unblock/", staff.PeopleViewSet.as_view({"post": "unblock"})),
    path("users/me/data/", profile.PersonalDataViewSet.as_view({"get": "retrieve"})),
    path("users/me/phone/", profile.PhoneViewSet.as_view({"post": "create"})),
    path("users/me/phone/confirm/", profile.PhoneViewSet.as_view({"post": "confirm"})),
]
