"""A workflow in Python that runs a Polytomic sync as a child workflow, and then goes on with an activity of its own."""

from datetime import timedelta

from temporalio import activity, workflow
from temporalio.exceptions import ApplicationError, ChildWorkflowError

POLYTOMIC_TASK_QUEUE = "polytomic"


@activity.defn
async def publish(report: dict) -> str:
    """Stands for what your project does with fresh data."""
    return f"{report['name']}: {report['records']['total']} records"


@workflow.defn
class LoadAndPublish:
    @workflow.run
    async def run(self, sync_id: str) -> str:
        try:
            # The task queue is that of a worker with our workflows, which may be written in another language.
            report = await workflow.execute_child_workflow(
                "runBulkSync",
                {"syncId": sync_id, "retryFailedSchemas": 1},
                id=f"{workflow.info().workflow_id}-load",
                task_queue=POLYTOMIC_TASK_QUEUE,
                # Terminating this workflow runs no code of it, but asks the child to cancel its run in Polytomic.
                parent_close_policy=workflow.ParentClosePolicy.REQUEST_CANCEL,
                # Cancelling this workflow waits until the run in Polytomic has ended.
                cancellation_type=workflow.ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
                result_type=dict,
            )
        except ChildWorkflowError as error:
            # The cause says what happened: `polytomic.SyncFailed` and its like, with the result as its first detail.
            if isinstance(error.cause, ApplicationError) and error.cause.type == "polytomic.SyncFailed":
                raise ApplicationError(f"Not published: {error.cause.message}", type="NotLoaded") from error
            raise
        return await workflow.execute_activity(publish, report, start_to_close_timeout=timedelta(minutes=1))
