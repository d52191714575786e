#!/bin/sh
# Runs a bulk sync and ends as it does. TEMPORAL_ADDRESS (and TEMPORAL_API_KEY or TLS settings) say where Temporal is.
#   sync.sh NAME-OR-ID KEY: the same KEY (a commit, a date) never runs the sync twice at the same time.
set -eu
sync="$1"
key="$2"

code=0
temporal-polytomic run bulk "$sync" --workflow-id "ci-$key" --timeout 2h --retry-failed-schemas 1 -o json > sync.json || code=$?

# A table of what happened, also for a sync that failed; it must not hide the outcome.
if [ "$code" -ne 2 ] && [ "$code" -ne 5 ] && [ "$code" -ne 6 ]; then
  temporal-polytomic report "ci-$key" --html sync.html --quiet || true
fi
exit "$code"
