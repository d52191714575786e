"""The body of a Dagster asset that a Polytomic sync fills: plain functions, with nothing but `temporalio` imported.

Try it without Dagster: polytomic_asset.py DAGSTER_RUN_ID BULK_SYNC_ID
"""

import asyncio
import json
import os
import sys
from types import SimpleNamespace
from typing import Any

from temporalio.client import Client, WorkflowFailureError
from temporalio.common import WorkflowIDConflictPolicy

TASK_QUEUE = os.environ.get("POLYTOMIC_TASK_QUEUE", "polytomic")


class NotMaterialized(Exception):
    """The run did not succeed; raise dagster.Failure with this description and metadata from it."""

    def __init__(self, description: str, metadata: dict[str, Any]) -> None:
        super().__init__(description)
        self.metadata = metadata


def fill(context: Any, sync_id: str) -> dict[str, Any]:
    """Runs the bulk sync and returns metadata for MaterializeResult.

    `context` is the AssetExecutionContext. The workflow id names the Dagster run that was asked for first, so that a step
    that is retried, in the same run or from failure in a new one, joins what is still under way.
    """
    run = context.run
    key = "-".join(context.asset_key.path)
    return asyncio.run(_fill(f"dagster-{run.root_run_id or run.run_id}-{key}", sync_id))


async def _fill(workflow_id: str, sync_id: str) -> dict[str, Any]:
    client = await Client.connect(
        os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"),
        namespace=os.environ.get("TEMPORAL_NAMESPACE", "default"),
    )
    try:
        result = await client.execute_workflow(
            "runBulkSync",
            # A failed run is told with all its counts, as a result and not as an error.
            {"syncId": sync_id, "retryFailedSchemas": 1, "onFailure": "return"},
            id=workflow_id,
            task_queue=TASK_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            result_type=dict,
        )
    except WorkflowFailureError as error:
        raise NotMaterialized(str(error.cause), {"workflow_id": workflow_id}) from error
    metadata = _metadata(result, workflow_id)
    if result["outcome"] in ("completed", "completedWithErrors"):
        return metadata
    raise NotMaterialized(f"{result['name']}: {result['outcome']}", metadata)


def _metadata(result: dict[str, Any], workflow_id: str) -> dict[str, Any]:
    """What Dagster shows beside the materialization; the first key is the one that it draws as a row count."""
    return {
        "dagster/row_count": result["records"]["total"],
        "outcome": result["outcome"],
        "rejected_records": result["records"]["errors"],
        "execution_id": result["executionId"],
        "completed_at": result["completedAt"],
        "workflow_id": workflow_id,
    }


def main(run_id: str, sync_id: str) -> int:
    run = SimpleNamespace(run_id=run_id, root_run_id=None)
    context = SimpleNamespace(run=run, asset_key=SimpleNamespace(path=["raw", "lake"]))
    try:
        print(json.dumps(fill(context, sync_id)))
        return 0
    except NotMaterialized as error:
        print(json.dumps({"description": str(error), "metadata": error.metadata}))
        return 1


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    exit_code = main(*sys.argv[1:])
    # As in ../python/run_sync.py: skips the part of the end in which threads of temporalio may crash the interpreter.
    sys.stdout.flush()
    os._exit(exit_code)
