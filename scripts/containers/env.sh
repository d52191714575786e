# Sourced by the other scripts: where things are kept, and how they speak.
: "${CONTAINERS_CACHE:=${XDG_CACHE_HOME:-$HOME/.cache}/temporal-polytomic/containers}" # images, downloads, plugins: about 2 GiB
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$repo/scripts/containers
export DOCKER_CLI_HINTS=false DOCKER_CONFIG="$CONTAINERS_CACHE/config"
mkdir -p "$CONTAINERS_CACHE"

say() { printf '%s %4ss %s\n' "$(date +%T)" "$SECONDS" "$*"; }
# A command that ends a script without a word is named.
set -o errtrace
trap 'echo "$0, line $LINENO: $BASH_COMMAND ended with $?" >&2' ERR
fail() { echo "FAILED: $*" >&2; exit 1; }
# The first line. Reads on to the end, for a writer whose reader is gone fails, and `pipefail` tells so.
first() { sed -n 1p; }
# The tag of an image that docker-compose.yml names.
tag_of() { sed -nE "s#.*image: $1:(.*)#\1#p" "$repo/docker-compose.yml" | first; }
