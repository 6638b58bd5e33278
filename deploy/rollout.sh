#!/usr/bin/env bash
# Starts a new image on this machine. If that fails, it goes back to the previous one:
#   rollout.sh FOLDER IMAGE
# FOLDER contains .env, and in next/ the Compose files, nginx/ and deploy/ of IMAGE.
# It does not undo migrations: the previous code must work after each of them.
set -uo pipefail

folder=$1
image=$2
cd "$folder" || exit 1

umask 022     # nginx's user must be able to read the copied files
trap '' HUP # a broken SSH connection must not stop it half-way
exec 9>.rollout.lock
if ! flock --nonblock 9; then
    echo "Another rollout is under way." >&2
    exit 1
fi
if [ ! -f .env ]; then
    echo "There is no $folder/.env; docs/deployment.md says what it contains." >&2
    exit 1
fi

say() { printf '\n=== %s\n' "$*"; }

# Copies the files from one folder, and saves the present ones in another. The nginx folders
# themselves stay, because its container has them mounted.
take_files() { # from to-keep-in
    rm -rf "$2" &&
        mkdir -p "$2/nginx" nginx/templates nginx/errors &&
        cp -R nginx/. "$2/nginx/" &&
        rm -f nginx/templates/* nginx/errors/* &&
        cp -R "$1/nginx/." nginx/ || return 1
    for file in docker-compose.yml docker-compose.tls.yml deploy; do
        if [ -e "$file" ]; then mv "$file" "$2/" || return 1; fi
        if [ -e "$1/$file" ]; then cp -R "$1/$file" . || return 1; fi
    done
}

# Starts new web servers beside the old ones, and stops those when the new ones are healthy.
replace_web() {
    local old new replicas
    replicas=$(sed -n "s/^WEB_REPLICAS=[\"']\{0,1\}\([0-9]*\).*/\1/p" .env | tail -n 1)
    mapfile -t old < <(docker compose ps --all --quiet web)
    docker compose up --detach --no-build --no-deps --no-recreate \
        --scale web=$((${#old[@]} + ${replicas:-1})) web || return 1
    mapfile -t new < <(docker compose ps --all --quiet web |
        grep --invert-match --line-regexp --fixed-strings --regexp="${old[0]:-none}" "${old[@]/#/--regexp=}")
    if ! wait_until_healthy "${new[@]}"; then
        docker logs --tail 50 "${new[0]}"
        docker rm --force "${new[@]}" >/dev/null
        return 1
    fi
    if [ ${#old[@]} -gt 0 ]; then
        sleep 6 # nginx looks the names up every 5 s
        docker stop --timeout 40 "${old[@]}" >/dev/null && docker rm "${old[@]}" >/dev/null
    fi
}

wait_until_healthy() {
    local container
    for container in "$@"; do
        for _ in $(seq 90); do
            case $(docker inspect --format '{{.State.Health.Status}}' "$container") in
                healthy) continue 2 ;;
                unhealthy) return 1 ;;
            esac
            sleep 1
        done
        return 1
    done
}

# nginx loads changed templates without losing a request; if they are wrong, it keeps the old ones.
reload_nginx() { # folder of the previous files
    if ! cmp --silent nginx/nginx.conf "$1/nginx/nginx.conf"; then
        docker compose up --detach --no-build --no-deps --force-recreate --wait nginx
        return
    fi
    docker compose up --detach --no-build --no-deps --wait nginx &&
        docker compose exec -T nginx sh -euc \
            '/docker-entrypoint.d/20-envsubst-on-templates.sh; nginx -t; nginx -s reload'
}

# Requests /readyz/ through nginx, with the public host name.
look() {
    local scheme=https address host
    if ! address=$(docker compose port nginx 443 2>/dev/null); then
        scheme=http
        address=$(docker compose port nginx 80) || return 1
    fi
    host=$(docker compose exec -T worker printenv SITE_URL | sed 's|^[a-z]*://||; s|/*$||')
    curl --fail --silent --show-error --insecure --max-time 5 --output /dev/null \
        --retry 10 --retry-delay 2 --retry-all-errors --header "Host: $host" \
        "$scheme://${address/#0.0.0.0/127.0.0.1}/readyz/"
}

serve() { # image, folder of the previous files
    export APP_IMAGE=$1
    docker compose up --detach --no-build --wait db redis &&
        docker compose run --rm -T --no-deps migrate &&
        replace_web &&
        docker compose up --detach --no-build --no-deps worker beat &&
        reload_nginx "$2" &&
        look
}

# Removes all images of this application except the present and the previous one.
forget_images() {
    docker image ls --format '{{.Repository}}:{{.Tag}}' "${image%:*}" |
        grep --invert-match --line-regexp --fixed-strings --regexp="$image" \
            --regexp="${previous:-$image}" | xargs --no-run-if-empty docker image rm >/dev/null
}

docker pull --quiet "$image" || exit 1
previous=$(sed -n 's/^APP_IMAGE=//p' .env)

say "Starting $image"
if take_files next previous && serve "$image" previous; then
    (umask 077; { grep --invert-match '^APP_IMAGE=' .env; echo "APP_IMAGE=$image"; } >.env.new)
    cat .env.new >.env && rm .env.new # its owner and mode stay
    rm -rf next
    forget_images
    say "$image serves"
    exit
fi

say "$image does not serve"
if [ -n "$previous" ]; then
    say "Going back to $previous"
    take_files previous failed && serve "$previous" failed && say "$previous serves"
fi
exit 1
