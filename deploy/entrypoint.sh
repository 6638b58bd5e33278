#!/bin/sh
# What every container of the image starts with. With no SECRET_KEY, but a SECRET_KEY_FILE, the
# key is read from that file. `release` alone, which runs before all others, makes it.
set -eu

make_secret_key() {
    new=$(mktemp "$SECRET_KEY_FILE.XXXXXX") # readable by nobody else
    python -c 'import secrets; print(secrets.token_urlsafe(50))' >"$new"
    # A link is made whole or not at all: of two that start at once, one makes the key.
    ln "$new" "$SECRET_KEY_FILE" 2>/dev/null || [ -s "$SECRET_KEY_FILE" ]
    rm "$new"
}

if [ -z "${SECRET_KEY:-}" ] && [ -n "${SECRET_KEY_FILE:-}" ]; then
    if [ "$1" = release ] && [ ! -s "$SECRET_KEY_FILE" ]; then
        make_secret_key
    fi
    SECRET_KEY=$(cat "$SECRET_KEY_FILE")
    export SECRET_KEY
fi

if [ "$1" = release ]; then
    python manage.py migrate
    # The files of the release before stay: pages that are open ask for them.
    exec cp --recursive --preserve=timestamps staticfiles/. /srv/static/
fi

exec "$@"
