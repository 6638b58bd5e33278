"""The admin site, dressed as this project."""

from django.contrib.admin import AdminSite as DjangoAdminSite
from django.utils.translation import gettext_lazy as _


class AdminSite(DjangoAdminSite):
    site_header = _("Referral system")
    site_title = _("Referral system")
    index_title = _("Administration")
