#!/usr/bin/env bash
# Runs a command with a docker daemon of its own, or with the one that DOCKER_HOST names. Ends with 77 where none can be had.
set -euo pipefail
. "$(dirname "$0")/env.sh"

if [ -n "${DOCKER_HOST:-}" ] && docker info > /dev/null 2>&1; then exec "$@"; fi

cannot() { echo "No docker daemon can be had here: $*" >&2; exit 77; }
[ "$(id -u)" = 0 ] || cannot 'starting one needs root, or set DOCKER_HOST'
# The daemon changes the machine's packet filter, for the bridge networks.
if ! command -v dockerd iptables debootstrap busybox jq > /dev/null || ! command -v dockerd > /dev/null; then
  command -v apt-get > /dev/null || cannot 'dockerd is missing, and so is apt-get to install it'
  packages=(docker.io iptables debootstrap busybox-static jq)
  export DEBIAN_FRONTEND=noninteractive
  apt-get install --no-install-recommends -y "${packages[@]}" > "$CONTAINERS_CACHE/apt.log" 2>&1 \
    || { apt-get update > "$CONTAINERS_CACHE/apt.log" 2>&1 && apt-get install --no-install-recommends -y "${packages[@]}" >> "$CONTAINERS_CACHE/apt.log" 2>&1; } \
    || fail "apt-get cannot install ${packages[*]} ($CONTAINERS_CACHE/apt.log)"
  say "installed ${packages[*]}"
fi

run=$(mktemp -d)
export DOCKER_HOST=unix://$run/docker.sock
dockerd --data-root "$CONTAINERS_CACHE/data" --exec-root "$run/exec" -H "$DOCKER_HOST" --pidfile "$run/pid" \
  > "$CONTAINERS_CACHE/dockerd.log" 2>&1 &
daemon=$!
stop() {
  kill "$daemon" 2> /dev/null || true
  wait "$daemon" 2> /dev/null || true
  rm -rf "$run"
}
trap stop EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
for _ in $(seq 120); do
  docker info > /dev/null 2>&1 && break
  kill -0 "$daemon" 2> /dev/null || cannot "dockerd does not start: $(tail -n 1 "$CONTAINERS_CACHE/dockerd.log")"
  sleep 0.5
done
docker info > /dev/null 2>&1 || cannot "dockerd is not up after a minute ($CONTAINERS_CACHE/dockerd.log)"
say 'dockerd is up'
"$@"
