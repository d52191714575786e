#!/usr/bin/env bash
# The containers, for real: builds the image, brings up the profiles, loses workers. `all` tries profile postgres too.
# Starts a docker daemon of its own unless DOCKER_HOST names one; ends with 77 where none can be had. About ten minutes
# the first time, then two.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/daemon.sh" bash -euc '"$0/plugins.sh"; "$0/images.sh" "$1"; "$0/check.sh" "$1"' "$here" "${1:-demo}"
