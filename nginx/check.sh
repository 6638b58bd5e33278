#!/usr/bin/env bash
# Fills in the templates, for http and for https, and checks them with `nginx -t`.
set -euo pipefail
cd "$(dirname "$0")"
PATH=$PATH:/usr/sbin:/usr/local/sbin

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/conf.d"
cp /etc/nginx/mime.types "$folder"
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost \
    -keyout "$folder/privkey.pem" -out "$folder/fullchain.pem" 2>/dev/null
sed -e '/^user /d' -e "s|/run/nginx.pid|$folder/pid|" nginx.conf >"$folder/nginx.conf"

export NGINX_UPSTREAM='127.0.0.1:8001; server 127.0.0.1:8002' NGINX_RESOLVER=127.0.0.1 \
    NGINX_LISTEN=127.0.0.1:8000 NGINX_LISTEN_TLS=127.0.0.1:8443 NGINX_STATUS=127.0.0.1:8081 \
    NGINX_SITE_URL=https://localhost NGINX_FRONT_PROXY=255.255.255.255 NGINX_FLOOD_GUARD=true \
    NGINX_SMS_INBOX=false NGINX_STATIC=/srv/static NGINX_MEDIA=/srv/media \
    NGINX_ERRORS="$PWD/errors" NGINX_CERTIFICATES="$folder" NGINX_LOG="$folder/access.log"

for scheme in http https; do
    export NGINX_SCHEME=$scheme
    for template in templates/*.template; do
        name=$(basename "$template" .template)
        # shellcheck disable=SC2016 # the names, not their values
        envsubst "$(printf '${%s} ' "${!NGINX_@}")" <"$template" >"$folder/conf.d/$name"
    done
    if dpkg --compare-versions "$(nginx -v 2>&1 | grep -o '[0-9.]*$')" lt 1.25.1; then
        sed -i -e '/http2 on;/d' -e 's/ ssl default_server;/ ssl http2 default_server;/' \
            "$folder/conf.d/https.server"
    fi
    nginx -t -q -p "$folder" -c "$folder/nginx.conf"
    echo "nginx: $scheme is well formed"
done
