"""The environment, read strictly: a variable that is missing or malformed ends the process.

The message is one line without a traceback: the mistake is not in the code.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from environs import Env, EnvNotSetError

NOT_SET = (
    "{name} is not set. For development set DEBUG=true (`export DEBUG=true`; make does it by "
    "itself, as in `make superuser`). On a server write {name} into .env, as .env.example says."
)
MALFORMED = "{name} is malformed: {reason} See .env.example."
READERS = ["bool", "date", "dict", "dj_db_url", "int", "list", "log_level", "str"]


class Environment(Env):
    """Reads variables as `environs` does. Its messages show no value: it may be a secret."""


def _or_exit(read: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(read)
    def read_or_exit(self: Environment, name: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return read(self, name, *args, **kwargs)
        except EnvNotSetError:
            raise SystemExit(NOT_SET.format(name=name)) from None
        except ValueError as error:
            raise SystemExit(MALFORMED.format(name=name, reason=_reason(error))) from None

    return read_or_exit


def _reason(error: ValueError) -> str:
    """Why the value was refused; for a list the messages are in a dict, by entry."""
    messages = getattr(error, "error_messages", None) or ["Not in the right form."]
    return " ".join(dict.fromkeys(_flat(messages)))


def _flat(messages: Any) -> Iterable[str]:
    if isinstance(messages, str):
        return [messages]
    found = messages.values() if isinstance(messages, dict) else messages
    return [text for entry in found for text in _flat(entry)]


for _reader in READERS:
    setattr(Environment, _reader, _or_exit(getattr(Env, _reader)))
