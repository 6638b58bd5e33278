"""All settings, in the order in which a request meets them.

The environment and `.env` are read only here, once and strictly.
`.env.example` explains each variable.
"""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from django_guid.integrations import CeleryIntegration
from environs import validate
from redis.backoff import NoBackoff
from redis.retry import Retry

from config import database
from config.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment()
env.read_env(BASE_DIR / ".env", recurse=False)

# The process

DEBUG = env.bool("DEBUG", False)


def in_development(default: str) -> dict[str, Any]:
    """A default that production must not have."""
    return {"default": default} if DEBUG else {}


SECRET_KEY = env.str(
    "SECRET_KEY",
    validate=validate.Length(1, error="It is empty."),
    **in_development("development-only-" + "0" * 50),
)
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
PORT = env.int("PORT", 8000, validate=validate.Range(1, 65535))
# The internal port of health and metrics: see `config.internal`. None for no such port.
METRICS_PORT = env.int("METRICS_PORT", None, validate=validate.Range(1, 65535))
METRICS_HOST = env.str("METRICS_HOST", "127.0.0.1")

WSGI_APPLICATION = "config.wsgi.application"
ROOT_URLCONF = "config.urls"

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "config.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_yasg",
    "csp",
    "corsheaders",
    "django_guid",
    "django_htmx",
    "phonenumber_field",
    "referrals",
    "users",
]

# The address

SITE_URL = env.str(
    "SITE_URL",
    validate=validate.URL(schemes={"http", "https"}, require_tld=False),
    **in_development(f"http://127.0.0.1:{PORT}"),
).rstrip("/")
SITE_HOST = urlsplit(SITE_URL).hostname or ""
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", [SITE_HOST, *(["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])]
)

# Middleware, security and uploads

TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0, validate=validate.Range(0))

MIDDLEWARE = [
    "config.internal.InternalPort",
    "config.request_id.TrustedRequestId",
    "django_guid.middleware.guid_middleware",
    "config.metrics.Requests",
    "config.statements.Statements",
    "config.middleware.ClientAddress",
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.pages.Sessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.pages.Authentication",
    "config.pages.SignIns",
    "config.pages.Messages",
    "config.middleware.Refusals",
]

CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
IS_HTTPS = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = ["^healthz/$", "^readyz/$"]  # internal requests, without TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

# Other sites whose pages may call the API from a browser.
CORS_ALLOWED_ORIGINS: list[str] = env.list("CORS_ALLOWED_ORIGINS", [])
CORS_URLS_REGEX = r"^/api/"  # never with cookies: the API reads none
CORS_ALLOW_HEADERS = ["accept-language", "authorization", "content-type"]
CORS_EXPOSE_HEADERS = ["Retry-After", "X-Request-ID"]

DJANGO_GUID = {
    "GUID_HEADER_NAME": "X-Request-ID",
    "EXPOSE_HEADER": False,  # CORS_EXPOSE_HEADERS does it
    "INTEGRATIONS": [CeleryIntegration()],
}

LARGEST_UPLOAD = 7 * 1024 * 1024  # bytes of a body: a picture of 5 MB fits, in base64 too
FILE_UPLOAD_HANDLERS = ["lib.api.parsing.Upload"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # bytes of a JSON body or of a form's fields

# Users and sign-in

AUTH_USER_MODEL = "users.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PHONE_REGIONS: list[str] = env.list("PHONE_REGIONS", [])  # ISO 3166-1, empty for all
PHONENUMBER_DEFAULT_REGION = env.str("PHONE_DEFAULT_REGION", "RU")

CONFIRMATION_CODE_LIFETIME = timedelta(seconds=300)
CONFIRMATION_CODE_PAUSE = timedelta(seconds=60)
CONFIRMATION_CODE_ATTEMPTS = 3

# The budgets of sign-in: `users.confirmation.budgets` and SECURITY.md give the reason for each.
FIRST_USER_IS_ADMIN = env.bool("FIRST_USER_IS_ADMIN", False)  # of a new private installation
CODES_PER_HOUR = env.int("CODES_PER_HOUR", 5, validate=validate.Range(1))  # of one phone number
CODES_PER_DAY = env.int("CODES_PER_DAY", 10, validate=validate.Range(1))
PHONE_CHANGE_CODES_PER_DAY = env.int(
    "PHONE_CHANGE_CODES_PER_DAY", 5, validate=validate.Range(1)
)  # of one user
FAILED_GUESSES_PER_DAY = env.int(
    "FAILED_GUESSES_PER_DAY", 9, validate=validate.Range(1)
)  # of one phone number
FAILED_GUESSES_PER_MONTH = env.int("FAILED_GUESSES_PER_MONTH", 36, validate=validate.Range(1))
SPRAY_LIMIT = env.int("SPRAY_LIMIT", 500)  # failed guesses a day at all numbers together
SMS_PER_DAY = env.int("SMS_PER_DAY", 100_000, validate=validate.Range(1))
SMS_PER_REGION_PER_DAY = env.int("SMS_PER_REGION_PER_DAY", 50_000, validate=validate.Range(1))

FLOOD_GUARD = env.bool("FLOOD_GUARD", True)
FLOOD_LIMITS = {  # an hour, from one IPv4 address or IPv6 /64
    "codes": env.int("FLOOD_CODES_PER_HOUR", 300),
    "failed_guesses": env.int("FLOOD_FAILED_GUESSES_PER_HOUR", 300),
    "wrong_invite_codes": env.int("FLOOD_WRONG_INVITE_CODES_PER_HOUR", 60),
    "wrong_invite_codes_of_a_user": env.int("FLOOD_WRONG_INVITE_CODES_PER_USER_PER_HOUR", 20),
}

# Numbers with fixed codes, for app-store review and for tests of clients.
TEST_PHONE_NUMBERS: dict[str, str] = env.dict("TEST_PHONE_NUMBERS", {})
TEST_PHONE_NUMBERS_UNTIL = env.date("TEST_PHONE_NUMBERS_UNTIL", None)

ACCESS_TOKEN_LIFETIME = timedelta(minutes=5)
REFRESH_TOKEN_LIFETIME = timedelta(days=30)
REFRESH_GRACE = timedelta(seconds=10)
SIGN_IN_LIFETIME = timedelta(days=90)
RECENT_SIGN_IN = timedelta(minutes=10)
LOGIN_URL = "sign-in"

# The API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["users.sign_ins.authentication.SignInAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["lib.api.rendering.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["lib.api.parsing.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "lib.api.parsing.AlwaysJSON",
    "DEFAULT_PAGINATION_CLASS": "lib.api.pagination.CursorPagination",
    "PAGE_SIZE": 100,
    "EXCEPTION_HANDLER": "lib.api.refusals.exception_handler",
    "NUM_PROXIES": 0,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SWAGGER_USE_COMPAT_RENDERERS = False
SWAGGER_SETTINGS = {
    "DEFAULT_INFO": "config.docs.info",
    "DEFAULT_AUTO_SCHEMA_CLASS": "lib.api.docs.AutoSchema",
    "DEFAULT_GENERATOR_CLASS": "lib.api.docs.SchemaGenerator",
    "SECURITY_DEFINITIONS": {
        "Bearer": {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "description": "`Bearer <access>`, the access token of `auth/token/`.",
        }
    },
    "USE_SESSION_AUTH": False,
    "VALIDATOR_URL": None,
}

# The SMS

SMS_GATEWAY = env.str("SMS_GATEWAY", "simulated")  # simulated, smsaero or failover
SMS_FAILOVER: list[str] = env.list("SMS_FAILOVER", [])  # the gateways of failover, in order
SMSAERO_EMAIL = env.str("SMSAERO_EMAIL", "")
SMSAERO_API_KEY = env.str("SMSAERO_API_KEY", "")
SMSAERO_SENDER = env.str("SMSAERO_SENDER", "SMS Aero")
SMSAERO_GATE = env.str("SMSAERO_GATE", "https://gate.smsaero.ru/v2/")
SMSAERO_TIMEOUT = env.int("SMSAERO_TIMEOUT", 10, validate=validate.Range(3, 30))  # seconds
_delay = env.list("SMS_DELAY", [1.0, 2.0], subcast=float, delimiter="-")
SMS_DELAY = (min(_delay), max(_delay))  # seconds
DEMO = env.bool("DEMO", False)  # a public site where every visitor reads the simulated SMS
SMS_INBOX = env.bool("SMS_INBOX", DEBUG)
SMS_INBOX_FILE = BASE_DIR / "var" / "sms-inbox.jsonl"

# The data

DATABASES = {
    "default": env.dj_db_url(
        "DATABASE_URL",
        f"sqlite:///{BASE_DIR / 'var' / 'db.sqlite3'}",
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["ENGINE"] = database.POSTGRESQL
elif DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Writers wait for each other instead of failing, and readers never wait.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,  # seconds
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # A file: in memory, threads would find the tables locked.
    DATABASES["default"]["TEST"] = {"NAME": BASE_DIR / "var" / "test.sqlite3"}
# How long one statement, one wait for a lock, one idle transaction of a web request may take.
DATABASE_LIMITS = {  # milliseconds, 0 for no limit; `config.wsgi` passes them to PostgreSQL
    "statement_timeout": env.int("DATABASE_STATEMENT_TIMEOUT", 15_000, validate=validate.Range(0)),
    "lock_timeout": env.int("DATABASE_LOCK_TIMEOUT", 5_000, validate=validate.Range(0)),
    "idle_in_transaction_session_timeout": env.int(
        "DATABASE_IDLE_TIMEOUT", 30_000, validate=validate.Range(0)
    ),
}
if env.bool("PGBOUNCER", False):  # in transaction mode
    database.behind_pgbouncer(DATABASES["default"])
# How long rows are kept, in days; `manage.py purge` deletes older ones.
CODES_KEPT_DAYS = env.int("CODES_KEPT_DAYS", 31)
SIGN_INS_KEPT_DAYS = env.int("SIGN_INS_KEPT_DAYS", 90)  # after their end
AUDIT_KEPT_DAYS = env.int("AUDIT_KEPT_DAYS", 365)

REDIS_URL = env.str("REDIS_URL", "")
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
if REDIS_URL:
    # Requests do not wait for a cache that does not answer, because nothing depends on it.
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {
            "socket_timeout": 0.25,  # seconds
            "socket_connect_timeout": 0.25,
            "retry": Retry(NoBackoff(), 0),
        },
    }

# The worker

CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 1, "socket_connect_timeout": 1}  # seconds
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 0}  # the client is told at once
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "users.delivery.sweep", "schedule": 10, "options": {"expires": 10}},
    "purge": {
        "task": "users.retention.purge_all",
        "schedule": crontab(hour="3", minute="17"),  # UTC
        "options": {"expires": 3600},
    },
    "roll_up": {
        "task": "referrals.rollup.roll_up_totals",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The pages

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
        },
    },
]
MEDIA_URL = "/media/"
MEDIA_ROOT = BASE_DIR / "media"
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static.HashedStorage"},
}

LANGUAGE_CODE = "en"
# A new language needs a folder in locale/, `make messages` and its translation.
LANGUAGES = [("en", _("English")), ("ru", _("Russian"))]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600  # seconds
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = IS_HTTPS
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# The log

LOG_FORMAT = env.str(
    "LOG_FORMAT", "lines" if DEBUG else "json", validate=validate.OneOf(["json", "lines"])
)
LOG_FILE = env.str("LOG_FILE", "")  # relative to this folder, or absolute
LOG_FILE_HANDLER = {
    # Several processes write to this file, so the others must wait while one rotates it.
    "class": "concurrent_log_handler.ConcurrentRotatingFileHandler",
    "filename": BASE_DIR / LOG_FILE,
    "maxBytes": 20_000_000,
    "backupCount": 10,
    "chmod": 0o640,
    "encoding": "utf-8",
    "formatter": "json",
    "filters": ["no_sms"],
}
LOGGED_TO = ["console", "file"] if LOG_FILE else ["console"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "no_probes": {"()": "config.logs.WithoutProbes"},
        "no_sms": {"()": "config.logs.WithoutSMS"},
    },
    "formatters": {
        "json": {"()": "config.logs.JSONLines"},
        "lines": {
            "()": "config.logs.Lines",
            "format": "{asctime} {levelname} {request_id} {name}: {message}",
            "style": "{",
        },
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT},
        **({"file": LOG_FILE_HANDLER} if LOG_FILE else {}),
    },
    "root": {"handlers": LOGGED_TO, "level": env.log_level("LOG_LEVEL", logging.INFO)},
    "loggers": {
        # Never DEBUG, which logs SQL with its parameters; `config.statements` logs it without.
        "django": {"handlers": LOGGED_TO, "level": "INFO", "propagate": False},
        "django.server": {"handlers": LOGGED_TO, "level": "INFO", "propagate": False},
        "gunicorn.access": {"handlers": LOGGED_TO, "filters": ["no_probes"], "propagate": False},
        "gunicorn.error": {"propagate": True},
        # Below ERROR it logs an id for each request, and invalid ids that clients sent.
        "django_guid": {"level": "ERROR"},
        # On DEBUG it logs the URLs of requests.
        "urllib3": {"level": "WARNING"},
    },
}

# Where errors are reported, without personal data: see `config.sentry`.
SENTRY_DSN = env.str("SENTRY_DSN", "")
SENTRY_ENVIRONMENT = env.str("SENTRY_ENVIRONMENT", "production")
