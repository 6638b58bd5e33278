# syntax=docker/dockerfile:1

# The locked dependencies and the static files
FROM python:3.13-slim-trixie AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements/base.txt requirements/
RUN --mount=type=cache,target=/root/.cache/pip \
    /venv/bin/pip install --disable-pip-version-check --require-hashes -r requirements/base.txt
COPY . .
# The settings insist on both; neither is kept.
RUN SECRET_KEY=of-this-command-only SITE_URL=http://127.0.0.1 \
    /venv/bin/python manage.py collectstatic --noinput

# What runs
FROM python:3.13-slim-trixie
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /app
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin app
COPY --from=build /venv /venv
COPY --from=build /app /app
# The only places it may write to; volumes mounted here inherit the owner.
RUN install --directory --owner=app var media /srv/static
COPY --chmod=755 <<"END" /usr/local/bin/entrypoint
#!/bin/sh
# With no SECRET_KEY, but a SECRET_KEY_FILE: the key is in that file, and is made if it is not.
set -eu
if [ -z "${SECRET_KEY:-}" ] && [ -n "${SECRET_KEY_FILE:-}" ]; then
    if [ ! -s "$SECRET_KEY_FILE" ]; then
        (umask 077; python -c 'import secrets; print(secrets.token_urlsafe(50))' >"$SECRET_KEY_FILE.new")
        mv "$SECRET_KEY_FILE.new" "$SECRET_KEY_FILE"
    fi
    SECRET_KEY=$(cat "$SECRET_KEY_FILE")
    export SECRET_KEY
fi
exec "$@"
END

USER 10001
EXPOSE 8000

# By the host of SITE_URL, which is always an allowed one.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --start-interval=1s --retries=3 \
    CMD ["python", "-c", "import os; from urllib.parse import urlsplit; from urllib.request import Request, urlopen; urlopen(Request('http://127.0.0.1:8000/healthz/', headers={'Host': urlsplit(os.environ['SITE_URL']).netloc}), timeout=4)"]

ENTRYPOINT ["entrypoint"]
# Connections from nginx are kept for longer than nginx keeps them, so that none is closed under a request.
CMD ["gunicorn", "--config", "config/gunicorn.py", "--bind", "0.0.0.0:8000", "--keep-alive", "75", "--worker-tmp-dir", "/dev/shm", "config.wsgi"]
