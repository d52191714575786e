#!/usr/bin/env bash
# Docker Compose and buildx, built from the Go module proxy where the docker command has none.
set -euo pipefail
. "$(dirname "$0")/env.sh"
plugins=$DOCKER_CONFIG/cli-plugins
docker compose version > /dev/null 2>&1 && docker buildx version > /dev/null 2>&1 && exit 0
command -v go > /dev/null || fail 'Docker Compose is missing, and so is Go to build it'
mkdir -p "$CONTAINERS_CACHE/plugins" "$plugins" && cd "$CONTAINERS_CACHE/plugins"
[ -f go.mod ] || printf 'module plugins\n\ngo 1.26\n' > go.mod
# v5 speaks newer APIs than Debian's dockerd 20.10 does; 2.40.3 is the last v2, and buildx 0.29.1 the one made with it.
compose=2.40.3 buildx=0.29.1
go get -tool "github.com/docker/compose/v2/cmd@v$compose" "github.com/docker/buildx/cmd/buildx@v$buildx" 2> get.log \
  || fail "go get: $(tail -n 1 get.log)"
export CGO_ENABLED=0
go build -trimpath -ldflags "-s -w -X github.com/docker/compose/v2/internal.Version=v$compose" \
  -o "$plugins/docker-compose" github.com/docker/compose/v2/cmd
go build -trimpath -ldflags "-s -w -X github.com/docker/buildx/version.Version=v$buildx" \
  -o "$plugins/docker-buildx" github.com/docker/buildx/cmd/buildx
say "built Docker Compose $compose and buildx $buildx"
