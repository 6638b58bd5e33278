from django.urls import path

from users import views

urlpatterns = [
    path("auth/code/", views.CodeViewSet.as_view({"post": "create"})),
    path("auth/token/", views.TokenViewSet.as_view({"post": "create"})),
    path("auth/token/refresh/", views.TokenViewSet.as_view({"post": "refresh"})),
    path("auth/token/verify/", views.TokenViewSet.as_view({"post": "verify"})),
    path("auth/logout/", views.SignOutViewSet.as_view({"post": "create"})),
    path(
        "auth/sessions/",
        views.SessionViewSet.as_view({"get": "list", "delete": "destroy_others"}),
    ),
    path("auth/sessions/<int:pk>/", views.SessionViewSet.as_view({"delete": "destroy"})),
    path("users/me/", views.ProfileViewSet.as_view({"get": "retrieve"})),
]
