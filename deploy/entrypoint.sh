#!/bin/sh
# Every container of the image starts with this. Without a SECRET_KEY it reads the key from
# SECRET_KEY_FILE. Only `release`, which runs before all others, makes that file.
set -eu

make_secret_key() {
    new=$(mktemp "$SECRET_KEY_FILE.XXXXXX") # only its owner can read it
    python -c 'import secrets; print(secrets.token_urlsafe(50))' >"$new"
    # ln is atomic: if two containers start at once, only one makes the key.
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
    # The previous release's files stay, because open pages still request them.
    exec cp --recursive --preserve=timestamps staticfiles/. /srv/static/
fi

exec "$@"
