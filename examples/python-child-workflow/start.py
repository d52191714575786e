"""Starts the workflow once and prints its result. Usage: start.py BULK_SYNC_ID"""

import asyncio
import json
import os
import sys

from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ApplicationError


async def main(sync_id: str) -> int:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    try:
        published = await client.execute_workflow(
            "LoadAndPublish", sync_id, id=f"load-and-publish-{sync_id}", task_queue="python-etl"
        )
        print(json.dumps({"published": published}))
        return 0
    except WorkflowFailureError as error:
        cause = error.cause
        kind = cause.type if isinstance(cause, ApplicationError) else type(cause).__name__
        print(json.dumps({"type": kind, "message": str(cause)}))
        return 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    exit_code = asyncio.run(main(sys.argv[1]))
    # As in ../python/run_sync.py: skips the part of the end in which threads of temporalio may crash the interpreter.
    sys.stdout.flush()
    os._exit(exit_code)
