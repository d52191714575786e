#!/usr/bin/env bash
# Asserts what the containers promise, against a real Docker. Wants plugins.sh and images.sh to have run. Argument: demo
# (default), or all, for profile postgres too.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$repo"
project=temporal-polytomic-check
export POLYTOMIC_API_KEY=test-key POLYTOMIC_URL=http://emulator:4600 POLYTOMIC_ALLOW_HTTP=on COMPOSE_PROFILES=demo
bulk_sync=5c0ffee5-0000-4000-8000-000000000002 model_sync=5c0ffee5-0000-4000-8000-000000000001
server=temporal

compose() { docker compose --project-name "$project" "$@"; }
give_up() { compose ps --all >&2 || true; compose logs --tail 30 >&2 || true; fail "$@"; }
same() { [ "$2" = "$3" ] || give_up "$1: expected $3, got $2"; }
# state SERVICE FORMAT: of its first container.
state() { docker inspect --format "$2" "$(compose ps --all --quiet "$1" | first)"; }
# until_true SECONDS WHAT COMMAND…
until_true() {
  local limit=$((SECONDS + $1)) what=$2 && shift 2
  until "$@" > /dev/null 2>&1; do
    [ "$SECONDS" -lt "$limit" ] || give_up "$what"
    sleep 0.5
  done
}
temporal() { compose exec -T temporal temporal "$@" --address "$server:7233"; }
status() { temporal workflow describe --workflow-id "$1" --output json | jq -r .workflowExecutionInfo.status; }
completed() { [ "$(status "$1")" = WORKFLOW_EXECUTION_STATUS_COMPLETED ]; }
runs_of() { curl -sS -H 'Authorization: Bearer test-key' "http://127.0.0.1:4600/api/$1/executions" | jq '.data | length'; }
# has_run N: so many runs of the model sync have begun, by the emulator's own count.
has_run() { [ "$(runs_of "syncs/$model_sync")" -ge "$1" ]; }
is_running() { [ "$(docker inspect --format '{{.State.Status}}' "$1")" = running ]; }
healthy() { [ "$(state "$1" '{{.State.Health.Status}}')" = healthy ]; }
crashed_and_back() { [ "$(state worker '{{.RestartCount}} {{.State.Health.Status}}')" = '1 healthy' ]; }
start_model_sync() {
  temporal workflow start --type runModelSync --task-queue polytomic --workflow-id "$1" --input "{\"syncId\":\"$model_sync\"}" > /dev/null
}
up() { compose up --detach --wait "$@" > "$CONTAINERS_CACHE/up.log" 2>&1 || give_up "not everything came up: $(tail -n 3 "$CONTAINERS_CACHE/up.log")"; }
down() { compose --profile '*' down --volumes --remove-orphans > /dev/null 2>&1; }
trap down EXIT
down

compose build > "$CONTAINERS_CACHE/build.log" 2>&1 || { tail -n 30 "$CONTAINERS_CACHE/build.log" >&2; fail 'the image cannot be built'; }
image=$(compose config --images | grep worker | first)
say 'the image is built'

# The image itself.
same 'user' "$(docker image inspect --format '{{.Config.User}}' "$image")" node
size=$(($(docker image inspect --format '{{.Size}}' "$image") / 1000000))
[ "$size" -lt 600 ] || fail "the image has $size MB"
packages=$(docker run --rm "$image" sh -c 'ls node_modules; ls node_modules/@temporalio')
for package in typescript jest eslint tsx prettier testing; do
  ! grep -qx "$package" <<< "$packages" || fail "the image has the dev dependency $package"
done
[ -z "$(docker run --rm "$image" sh -c 'command -v npm npx corepack yarn; ls -d /usr/local/lib/node_modules/npm 2> /dev/null' || true)" ] \
  || fail 'the image has npm'
history=$(docker history --no-trunc --format '{{.CreatedBy}}' "$image")
! grep -iE 'test-key|password=|api_key=|token=' <<< "$history" || fail 'docker history tells a secret'
say "user, size ($size MB), packages and history are as they should be"

check_profiles() {
  up
  say 'everything is healthy'
  same 'capabilities' "$(compose exec -T worker grep CapEff /proc/1/status | tr -d '[:space:]')" CapEff:0000000000000000
  local inspected
  inspected=$(docker inspect "$(compose ps --quiet worker)")
  ! grep -q test-key <<< "$inspected" || fail 'docker inspect tells the key'
  same 'the key in its file' "$(compose exec -T worker cat /run/secrets/polytomic-api-key)" test-key
  temporal workflow execute --type runBulkSync --task-queue polytomic --workflow-id bulk --input "{\"syncId\":\"$bulk_sync\"}" \
    > "$CONTAINERS_CACHE/bulk.log" || { cat "$CONTAINERS_CACHE/bulk.log" >&2; give_up 'runBulkSync'; }
  completed bulk || give_up 'bulk did not complete'
  say 'a bulk sync has run'

  # A worker that is told to stop, in the middle of a run, hands over and ends with 0.
  start_model_sync model
  until_true 30 'the run was never started' has_run 1
  compose stop worker > /dev/null 2>&1
  same 'exit code after stop' "$(state worker '{{.State.ExitCode}}')" 0
  up worker
  until_true 120 'the run did not outlive its worker' completed model
  same 'runs of the model sync' "$(runs_of "syncs/$model_sync")" 1
  say 'a model sync has outlived a worker that was stopped'

  # docker kill does not trigger the restart policy, so the process itself is killed.
  start_model_sync model-2
  until_true 30 'the second run was never started' has_run 2
  kill -9 "$(docker top "$(compose ps --quiet worker)" -o pid,args | awk '/node lib/ && !/docker-init/ { print $1 }')"
  until_true 60 'a worker that crashed is not back' crashed_and_back
  until_true 180 'the run did not outlive the crash' completed model-2
  same 'runs of the model sync' "$(runs_of "syncs/$model_sync")" 2
  say 'a model sync has outlived a crash'

  up --scale worker=3 worker
  same 'workers' "$(compose ps --quiet worker | wc -l)" 3
  start_model_sync model-3
  until_true 60 'the third run was never started' has_run 3
  compose restart "$server" > /dev/null 2>&1
  until_true 60 'Temporal is not healthy again' healthy "$server"
  until_true 180 'the run did not outlive a restart of Temporal' completed model-3
  same 'runs of the model sync' "$(runs_of "syncs/$model_sync")" 3
  up --scale worker=1
  say 'three workers and a restart of Temporal'

  compose down > /dev/null 2>&1
  up
  completed bulk || give_up 'the history was not kept'
  say 'the history is kept'
  compose stop > /dev/null 2>&1
  for service in worker emulator "$@"; do same "exit code of $service" "$(state "$service" '{{.State.ExitCode}}')" 0; done
  say 'all stopped in good order'
}

check_profiles temporal
down

# Another namespace, a root that nobody may write to, and no key.
export TEMPORAL_NAMESPACE=polytomic
up temporal emulator worker
say 'a namespace of its own'
network=${project}_default
docker run --rm --detach --init --read-only --cap-drop ALL --network "$network" --name "$project-read-only" \
  --env TEMPORAL_ADDRESS=temporal:7233 --env TEMPORAL_NAMESPACE --env POLYTOMIC_API_KEY --env POLYTOMIC_URL --env POLYTOMIC_ALLOW_HTTP "$image" > /dev/null
trap 'docker rm --force "$project-read-only" > /dev/null 2>&1 || true; down' EXIT
until_true 60 'the worker does not run with a read-only root' is_running "$project-read-only"
until_true 60 'the worker is not healthy with a read-only root' \
  sh -c "[ \"\$(docker inspect --format '{{.State.Health.Status}}' $project-read-only)\" = healthy ]"
say 'a read-only root'
docker rm --force "$project-read-only" > /dev/null
POLYTOMIC_API_KEY='' compose run --rm --no-deps worker > "$CONTAINERS_CACHE/no-key.log" 2>&1 || true
grep -q 'POLYTOMIC_API_KEY' "$CONTAINERS_CACHE/no-key.log" && ! grep -q ENOENT "$CONTAINERS_CACHE/no-key.log" \
  || { cat "$CONTAINERS_CACHE/no-key.log" >&2; fail 'an empty key is not named'; }
say 'an empty key is named'
down
unset TEMPORAL_NAMESPACE

if [ "${1:-demo}" = all ]; then
  export COMPOSE_PROFILES=demo,postgres POSTGRES_PASSWORD=check-Only-1 TEMPORAL_ADDRESS=temporal-server:7233
  server=temporal-server
  check_profiles temporal postgresql temporal-server
fi
