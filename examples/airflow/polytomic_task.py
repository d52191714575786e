"""The body of an Airflow task that runs Polytomic syncs: plain functions, with nothing but `temporalio` imported.

Try it without Airflow: polytomic_task.py DAG_RUN_ID WORKFLOW 'INPUT_AS_JSON'
"""

import asyncio
import json
import os
import signal
import sys
from types import SimpleNamespace
from typing import Any

from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError

TASK_QUEUE = os.environ.get("POLYTOMIC_TASK_QUEUE", "polytomic")


class RunFailed(Exception):
    """The syncs did not succeed. `retry`: whether Airflow should try again; else raise AirflowFailException from it."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(str(cause))
        self.type = cause.type if isinstance(cause, ApplicationError) else type(cause).__name__
        self.retry = not (isinstance(cause, ApplicationError) and cause.non_retryable)


def run_polytomic(context: dict[str, Any], workflow: str, request: dict[str, Any]) -> dict[str, Any]:
    """Runs one of our workflows and returns its result, which Airflow keeps as the task's XCom.

    `context` is what Airflow gives every task. All tries of a task have one workflow id, so that a try after a lost worker
    joins the run that is under way instead of starting another one; a try after a failure starts anew.
    """
    ti = context["ti"]
    workflow_id = f"airflow-{ti.dag_id}-{ti.task_id}-{ti.run_id}-{ti.map_index}"
    return asyncio.run(_run(workflow_id, workflow, request))


async def _run(workflow_id: str, workflow: str, request: dict[str, Any]) -> dict[str, Any]:
    client = await Client.connect(
        os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"),
        namespace=os.environ.get("TEMPORAL_NAMESPACE", "default"),
    )
    handle = await client.start_workflow(
        workflow,
        request,
        id=workflow_id,
        task_queue=TASK_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        result_type=dict,
    )
    waiting = asyncio.ensure_future(handle.result())
    # Airflow ends a task by SIGTERM, say when somebody clears it. (What `execution_timeout` raises ends up here too: asyncio
    # cancels everything under way before it lets an exception pass.)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, waiting.cancel)
    try:
        return await waiting
    except asyncio.CancelledError:
        await _cancel(handle)
        raise
    except WorkflowFailureError as error:
        raise RunFailed(error.cause) from error


async def _cancel(handle: WorkflowHandle[Any, dict]) -> None:
    """Returns once the runs in Polytomic have ended too; whoever ended the task waits for that."""
    await handle.cancel()
    try:
        await handle.result()
    except WorkflowFailureError:
        pass


def main(run_id: str, workflow: str, request: str) -> int:
    ti = SimpleNamespace(dag_id="nightly", task_id="load", run_id=run_id, map_index=-1)
    try:
        print(json.dumps(run_polytomic({"ti": ti}, workflow, json.loads(request))))
        return 0
    except RunFailed as error:
        print(json.dumps({"type": error.type, "message": str(error), "retry": error.retry}))
        return 1
    except asyncio.CancelledError:
        print(json.dumps({"type": "cancelled"}))
        return 1


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    exit_code = main(*sys.argv[1:])
    # As in ../python/run_sync.py: skips the part of the end in which threads of temporalio may crash the interpreter.
    sys.stdout.flush()
    os._exit(exit_code)
