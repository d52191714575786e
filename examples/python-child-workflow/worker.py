"""Serves the workflow and activity of workflows.py on the task queue `python-etl`, until it is stopped."""

import asyncio
import os
import signal

from temporalio.client import Client
from temporalio.worker import Worker

from workflows import LoadAndPublish, publish


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with Worker(client, task_queue="python-etl", workflows=[LoadAndPublish], activities=[publish]):
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(main())
