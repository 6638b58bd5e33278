"""All routes, in the order in which they are tried."""

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.contrib.staticfiles.urls import staticfiles_urlpatterns
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.i18n import set_language

from config import docs, health, internal
from config.front_page import FrontPage
from config.postman import collection
from lib.api.refusals import NotFoundView

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("users.urls")),
    path("api/v1/", include("referrals.urls")),
    re_path(r"^api(/[\s\S]*)?$", NotFoundView.as_view()),
    path("", FrontPage.as_view(), name="index"),
    path("", include("users.pages.urls")),
    path("", include("referrals.pages.urls")),
    path("language/", set_language, name="set-language"),
    path("swagger.json", docs.schema, {"format": "json"}, name="swagger-json"),
    path("swagger.yaml", docs.schema, {"format": "yaml"}, name="swagger-yaml"),
    path("swagger/", docs.swagger, name="swagger"),
    path("redoc/", docs.redoc, name="redoc"),
    path("postman.json", collection, name="collection"),
    path("admin/", admin.site.urls),
    path("healthz/", health.healthz),
    path("readyz/", health.readyz),
    path("metrics", internal.metrics_in_development),
    *staticfiles_urlpatterns(),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.page_not_found"
handler500 = "config.errors.server_error"
