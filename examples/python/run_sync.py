"""Runs a Polytomic sync from Python: starts one of our workflows by name and waits for its result.

Usage: run_sync.py runBulkSync|runModelSync SYNC_ID [WORKFLOW_ID]

Called again with the same WORKFLOW_ID while the run is under way, it joins that run instead of starting another one, so
that a caller may be retried safely.
"""

import asyncio
import json
import os
import sys

from temporalio.client import Client, WorkflowFailureError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError

TASK_QUEUE = os.environ.get("POLYTOMIC_TASK_QUEUE", "polytomic")


async def run_sync(client: Client, workflow: str, sync_id: str, workflow_id: str) -> dict:
    """Returns the SyncRunResult as a dict; raises WorkflowFailureError when the run did not succeed."""
    return await client.execute_workflow(
        workflow,
        {"syncId": sync_id},
        id=workflow_id,
        task_queue=TASK_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )


async def main(workflow: str, sync_id: str, workflow_id: str) -> int:
    client = await Client.connect(
        os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"),
        namespace=os.environ.get("TEMPORAL_NAMESPACE", "default"),
    )
    try:
        print(json.dumps(await run_sync(client, workflow, sync_id, workflow_id)))
        return 0
    except WorkflowFailureError as error:
        cause = error.cause
        if isinstance(cause, ApplicationError):
            print(json.dumps({"type": cause.type, "message": cause.message, "details": cause.details}))
        else:
            print(json.dumps({"type": type(cause).__name__, "message": str(cause)}))
        return 1


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    workflow_type, sync = sys.argv[1:3]
    run_id = sys.argv[3] if len(sys.argv) > 3 else f"{workflow_type}-{sync}"
    exit_code = asyncio.run(main(workflow_type, sync, run_id))
    # Threads of temporalio may still be at work while a short script ends, and then crash the interpreter
    # (github.com/temporalio/sdk-python/issues/300). Leaving like this skips that part of the end; a service needs none of it.
    sys.stdout.flush()
    os._exit(exit_code)
