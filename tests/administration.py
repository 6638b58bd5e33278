"""The administration as a browser meets it."""

from typing import Any

from django.db.models import Model
from django.test import Client
from django.urls import reverse

from users.admin.actions import StaffAction
from users.models import User
from users.sms import inbox

ROOT, STAFF = "+79990000007", "+79990000008"
INDEX, LOGIN, CODE = "/admin/", "/admin/login/", "/admin/login/code/"
PASSWORD = "/admin/login/password/"
LOGOUT = "/admin/logout/"


def enter(phone_number: str, **extra: Any) -> Client:
    """A browser signed in to the administration, with a code of six digits."""
    client = Client(**extra)
    client.post(LOGIN, {"phone_number": phone_number})
    client.post(CODE, {"confirmation_code": received(phone_number)})
    return client


def received(phone_number: str) -> str:
    """The newest code that a phone received."""
    return str(inbox.messages(phone_number)[0].confirmation_code)


def as_staff() -> Client:
    User.objects.create_user(STAFF, is_staff=True)
    return enter(STAFF)


def page(table: type[Model], name: str, row: Model | None = None) -> str:
    args = [row.pk] if row else []
    return reverse(f"admin:{table._meta.app_label}_{table._meta.model_name}_{name}", args=args)


def told(response: Any) -> list[str]:
    """What an administrator is told at the top of a page."""
    return [str(message) for message in response.context["messages"]]


def choose(client: Client, action: StaffAction, *rows: Model, **answer: str) -> Any:
    """Chooses an action for rows of a list; `answer` fills in the page that confirms it."""
    chosen = {"action": action.name, "_selected_action": [row.pk for row in rows], **answer}
    response = client.post(page(type(rows[0]), "changelist"), chosen, follow=True)
    assert response.status_code == 200
    return response


def do(client: Client, action: StaffAction, *rows: Model) -> Any:
    reason = {"reason": "Asked for by the person"} if action.has_reason else {}
    return choose(client, action, *rows, confirmed="True", **reason)
