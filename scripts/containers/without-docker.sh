#!/usr/bin/env bash
# What can be said of the containers without Docker: the build stage, from exactly what .dockerignore lets through, and
# the dev server's health check, against the Dockerfile of its image, which the Go module of the same version holds.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$repo"
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

sed -n 's/^!//p' .dockerignore | xargs cp -r --parents -t "$stage"
ln -s "$repo/node_modules" "$stage/node_modules"
(cd "$stage" && npm run --silent build) || fail 'the Dockerfile copies too little for npm run build'
[ -s "$stage/lib/worker.js" ] && [ -s "$stage/lib/workflow-bundle.js" ] || fail 'npm run build made no worker'
echo "built from the Dockerfile's context: $(find "$stage/lib" -type f | wc -l) files"

command -v go > /dev/null || { echo 'no Go to fetch the Dockerfile of the dev server by'; exit 0; }
module=github.com/temporalio/cli@v$(tag_of temporalio/temporal)
dockerfile=$(cd "$stage" && go mod download -json "$module" | sed -nE 's/.*"Dir": "(.*)".*/\1/p')/Dockerfile
program=$(sed -nE 's/.*test: \[CMD, ([^,]*), operator.*/\1/p' docker-compose.yml)
grep -qx "ENTRYPOINT \[\"$program\"\]" "$dockerfile" || fail "the health check runs $program, which $module does not have"
home=$(sed -nE 's#.*temporal-data:(/.*)#\1#p' docker-compose.yml)
grep -q "adduser -u 1000 -D $(basename "$home")" "$dockerfile" || fail "$home is no home in the image of $module"
echo "the health check runs $program, and the data is in $home: both are in the image"
