# Functions of the scripts in this folder. Source it in bash, from the root of the project.
# shellcheck shell=bash

SCRATCH=$(mktemp -d)
trap 'stop_server; rm -rf "$SCRATCH"' EXIT
PATH=$PATH:/usr/sbin

step() { printf '\n=== %s (%s s)\n' "$1" "$SECONDS"; }

have() { command -v "$1" >/dev/null; }

# Installs the Debian packages of the commands that are missing.
install_debian() {
  local -A packages=(
    [msgfmt]=gettext [npx]="nodejs npm" [nginx]=nginx-light [python3]="python3 python3-venv"
  )
  local missing=() sudo=""
  for command in make python3 curl "$@"; do
    # shellcheck disable=SC2206 # a command may need two packages
    have "$command" || missing+=(${packages[$command]:-$command})
  done
  python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
  [ ${#missing[@]} -eq 0 ] && return
  [ "$(id -u)" -eq 0 ] || sudo=sudo
  $sudo apt-get update -qq
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# Starts `make run` on its own database; stop_server or the end of the script stops it. The
# arguments go to its environment. The first start installs everything, so it may take long.
start_server() {
  PORT=$(free_port)
  export PORT
  rm -f "$SCRATCH"/db.sqlite3*
  env DATABASE_URL="sqlite:///$SCRATCH/db.sqlite3" "$@" setsid make run >"$SCRATCH/server.log" 2>&1 &
  SERVER=$!
  for _ in $(seq 180); do
    curl -fs "http://127.0.0.1:$PORT/readyz/" >/dev/null && return
    kill -0 "$SERVER" 2>/dev/null || break
    sleep 1
  done
  cat "$SCRATCH/server.log"
  return 1
}

stop_server() {
  [ -z "${SERVER:-}" ] || kill -- "-$SERVER" 2>/dev/null || true
  SERVER=
  unset PORT
}

# Runs `make run` and `make test` in a fresh clone, with uncommitted changes. The arguments are the
# name of its folder, then variables for make.
two_commands() {
  local clone=$SCRATCH/$1
  shift
  git clone --quiet . "$clone"
  git diff --binary HEAD | git -C "$clone" apply --allow-empty
  cd "$clone" || return
  start_server "$@"
  stop_server
  .venv/bin/python -m pip --version
  env "$@" make test
  cd - >/dev/null || return
  rm -rf "$clone"
}
