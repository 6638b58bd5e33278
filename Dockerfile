# syntax=docker/dockerfile:1

# The locked dependencies and the static files
FROM python:3.13-slim-trixie AS build
WORKDIR /app
COPY requirements/base.txt requirements/
COPY locale locale
# Leaves out pip, tests, and data that the application does not read: translation sources, languages
# without a folder in locale/, places by phone number. Compiles the bytecode here, because the
# container cannot write it.
RUN --mount=type=cache,target=/root/.cache/pip \
    python -m venv --without-pip /venv && \
    pip --python /venv/bin/python install --disable-pip-version-check --no-compile \
        --only-binary :all: --no-deps --require-hashes --requirement requirements/base.txt && \
    pip --python /venv/bin/python check
RUN find /venv/lib -type d \( -name tests -o -name testsuite \) -prune -exec rm -r {} + && \
    find /venv/lib -name '*.po' -delete && \
    find /venv/lib -path '*/locale/*/LC_MESSAGES' -prune -exec sh -c \
        'language=$(basename "${1%/*}"); [ "$language" = en ] || [ -d "locale/$language" ] || rm -r "$1"' \
        keep {} \; && \
    find /venv/lib -path '*/phonenumbers/*' \( -name geodata -o -name carrierdata -o -name tzdata \) \
        -prune -exec rm -r {} + && \
    python -m compileall -q -j 0 --invalidation-mode unchecked-hash /venv/lib
COPY . .
# The settings require both variables; the image keeps neither. nginx sends the compressed files.
RUN SECRET_KEY=of-this-command-only SITE_URL=http://127.0.0.1 \
    /venv/bin/python manage.py collectstatic --noinput \
        --ignore '*.map' --ignore redoc-old --ignore 'swagger-ui-es-*' --ignore rest_framework && \
    find staticfiles -type f \( -name '*.css' -o -name '*.js' -o -name '*.svg' \) -size +1 \
        -exec gzip -9 --keep --no-name {} + && \
    rm -r /venv/lib/python3.*/site-packages/drf_yasg/static && \
    /venv/bin/python -m compileall -q --invalidation-mode unchecked-hash config users referrals lib manage.py

# The image that runs
FROM python:3.13-slim-trixie
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    BIND_HOST=0.0.0.0 \
    PORT=8000
WORKDIR /app
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin app
COPY --from=build /venv /venv
COPY --from=build /app /app
# The only folders it may write to, besides /tmp; volumes mounted here inherit the owner.
RUN install --directory --owner=app var media /srv/static

USER 10001
EXPOSE 8000

HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s --retries=3 \
    CMD ["python", "-IS", "/app/deploy/healthcheck.py"]

ENTRYPOINT ["/app/deploy/entrypoint.sh"]
CMD ["gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]
