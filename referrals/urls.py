from django.urls import path

from referrals import views

urlpatterns = [
    path("referrals/activate/", views.ActivationViewSet.as_view({"post": "create"})),
    path("referrals/invited/", views.InvitedViewSet.as_view({"get": "list"})),
    path("referrals/invited/export/", views.ExportViewSet.as_view({"get": "retrieve"})),
    path("referrals/code/", views.InviteCodeViewSet.as_view({"get": "retrieve"})),
    path("referrals/code/qr/", views.InviteCodeViewSet.as_view({"get": "qr"})),
    path("referrals/code/reset/", views.InviteCodeViewSet.as_view({"post": "reset"})),
    path("referrals/statistics/", views.StatisticsViewSet.as_view({"get": "retrieve"})),
]
