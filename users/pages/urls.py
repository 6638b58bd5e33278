from django.urls import path
from django.views.generic import RedirectView

from users.pages import account, inbox, names, phone, profile, sign_in, sign_ins

urlpatterns = [
    path("sign-in/", sign_in.phone, name="sign-in"),
    path("sign-in/code/", sign_in.code, name="sign-in-code"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("profile/", profile.show, name="profile"),
    path("settings/", names.edit, name="settings"),
    path("settings/phone/", phone.ask, name="settings-phone"),
    path("settings/phone/code/", phone.confirm, name="settings-phone-code"),
    path("settings/sign-ins/", sign_ins.show, name="settings-sign-ins"),
    path(
        "settings/devices/",  # its address in version 1.0.0
        RedirectView.as_view(pattern_name="settings-sign-ins", permanent=True),
    ),
    path("settings/account/", account.close, name="settings-account"),
    path("settings/account/data.json", account.data, name="settings-data"),
    path("dev/sms/", inbox.sms_inbox, name="sms-inbox"),
]
