/** All that Temporal says of one workflow of ours. */
import type { Temporal } from '../connect';
import type { WorkflowState } from '../history/facts';
import { toWatchEnd } from '../watch/watch-end';
import { readLive } from '../watch/read-live';
import { readProgress, type KnownProgress, type WatchedRun, type WatchEnd } from '../watch/watched-run';
import { titleOf } from './title';

/** A workflow, under way or over. */
export interface ShownWorkflow {
  workflowId: string;
  runId: string;
  workflow: string;
  title: string;
  /** As every command has it, not in the words of Temporal. */
  status: WorkflowState;
  startedAt: string;
  closedAt: string | null;
  /** Under way: where it stands. */
  progress?: KnownProgress & Pick<WatchedRun, 'live' | 'trouble'>;
  /** Over: how it ended. */
  end?: WatchEnd;
}

/** @throws WorkflowNotFoundError */
export async function showWorkflow(
  { client, connection, codec }: Temporal,
  workflowId: string,
): Promise<ShownWorkflow> {
  const handle = client.workflow.getHandle(workflowId);
  const { runId, type, memo, status, startTime, closeTime } = await handle.describe();
  const known = {
    ...{ workflowId, runId, workflow: type, title: titleOf(memo, type) },
    startedAt: startTime.toISOString(),
    closedAt: closeTime?.toISOString() ?? null,
  };
  if (status.name !== 'RUNNING') {
    const end = await handle.result().then(
      (result: unknown) => toWatchEnd({ result }),
      (error: unknown) => toWatchEnd({ error }),
    );
    return { ...known, status: end.status, end };
  }
  const [progress, live] = await connection.withDeadline(Date.now() + 5_000, () =>
    Promise.all([handle.query<unknown>('progress').catch(() => undefined), readLive(handle, codec)]),
  );
  const trouble = progress === undefined ? { trouble: 'no worker answers' } : {};
  return { ...known, status: 'running', progress: { ...readProgress(progress), ...(live && { live }), ...trouble } };
}
