from django.urls import path

from referrals import api

urlpatterns = [
    path("referrals/activate/", api.ActivationViewSet.as_view({"post": "create"})),
    path("referrals/invited/", api.InvitedViewSet.as_view({"get": "list"})),
    path("referrals/invited/export/", api.ExportViewSet.as_view({"get": "retrieve"})),
    path("referrals/code/", api.InviteCodeViewSet.as_view({"get": "retrieve"})),
    path("referrals/code/qr/", api.InviteCodeViewSet.as_view({"get": "qr"})),
    path("referrals/code/reset/", api.InviteCodeViewSet.as_view({"post": "reset"})),
    path("referrals/statistics/", api.StatisticsViewSet.as_view({"get": "retrieve"})),
]
