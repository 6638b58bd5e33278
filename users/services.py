"""What people do to sign in and out, and what an administrator does to them."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from users import codes, delivery, sessions
from users.exceptions import AccountBlocked, CannotBlock
from users.models import ConfirmationCode, SignIn, User
from users.sessions import Client

CODE_LENGTH = 4  # digits


def request_code(phone_number: str, code_length: int = CODE_LENGTH) -> ConfirmationCode:
    """Sends a confirmation code to a phone number, known or not."""
    code = codes.issue(phone_number, code_length)
    delivery.deliver(code)
    return code


def sign_in(phone_number: str, confirmation_code: str, client: Client) -> tuple[SignIn, bool]:
    """Returns the sign-in that a right code opens, and whether it made the account.

    The check stands outside the transaction, so that no refusal undoes it.
    """
    code = codes.check(phone_number, confirmation_code)
    with transaction.atomic():
        codes.use_up(code)
        user, is_new = find_or_sign_up(phone_number)
        opened = _admit(user) and sessions.open_sign_in(user, code.length, client)
    if not opened:
        raise AccountBlocked
    return opened, is_new


def find_or_sign_up(phone_number: str) -> tuple[User, bool]:
    """Returns the person with this number, and whether this call made the account."""
    known = User.objects.filter(phone_number=phone_number)
    user = known.first()
    if user is not None:
        return user, False
    try:
        return User.objects.create_user(phone_number), True
    except IntegrityError:
        return known.get(), False


def block(user: User, by: User) -> None:
    """Shuts a person out at once: sign-ins end, codes die, the invite code is refused."""
    if user.is_superuser or user == by:
        raise CannotBlock
    with transaction.atomic():
        # In the order in which signing in locks them, or the two could deadlock.
        ConfirmationCode.objects.live(user.phone_number).update(live=False)
        User.objects.filter(pk=user.pk).update(is_active=False)
        user.sign_ins.all().end()


def unblock(user: User) -> None:
    """Lets a person in again, with the same invite code; ended sign-ins stay ended."""
    User.objects.filter(pk=user.pk, closed_at=None).update(is_active=True)


def _admit(user: User) -> bool:
    # The update waits for a block that is under way, so nobody slips in beside it.
    active = User.objects.filter(pk=user.pk, is_active=True)
    return bool(active.update(last_login=timezone.now()))
