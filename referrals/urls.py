from django.urls import path

from referrals import views

urlpatterns = [
    path("referrals/activate/", views.ActivationViewSet.as_view({"post": "create"})),
    path("referrals/invited/", views.InvitedViewSet.as_view({"get": "list"})),
    path("referrals/code/", views.InviteCodeViewSet.as_view({"get": "retrieve"})),
]
