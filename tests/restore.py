"""A database as a restore leaves it: rows are gone, and their numbers are issued again."""

from django.db import connection
from django.db.models import Model

from users.models import AuditEvent, ConfirmationCode, SignIn, User


def undo_sign_up(user: User) -> None:
    """Goes back to before this user, the newest one, signed up and in."""
    opened = list(user.sign_ins.all())
    AuditEvent.objects.filter(user=user).delete()
    ConfirmationCode.objects.filter(phone_number=user.phone_number).delete()
    user.sign_ins.all().delete()
    user.invite_codes.all().delete()
    User.objects.filter(pk=user.pk).delete()
    issue_again(User, user.pk)
    if opened:
        issue_again(SignIn, min(row.pk for row in opened))


def undo_sign_in(opened: SignIn) -> None:
    SignIn.objects.filter(pk=opened.pk).delete()
    issue_again(SignIn, opened.pk)


def issue_again(model: type[Model], pk: int | None) -> None:
    """The next row gets this number."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, false)", [table, pk]
            )
        else:
            cursor.execute("UPDATE sqlite_sequence SET seq = %s - 1 WHERE name = %s", [pk, table])
