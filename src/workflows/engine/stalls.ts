/** Runs whose counts stand still: they are reported, and where the input asks for it cancelled. Pure, over the engine's state. */
import type { CancelledItem } from '../../contracts/starts';
import type { StalledExecution } from '../../contracts/waits';
import { followRun } from './decide';
import { notifiedSyncOf } from './ends';
import type { Job, StopWish } from './job';
import { recordStalled } from './outbox';
import type { EngineState } from './state';

/** A read showed that the run a job awaits stands still. */
export function noteStalled(state: EngineState, job: Job, { executionId, stillMs, counts }: StalledExecution): void {
  const { stage } = job;
  if (stage.type !== 'running' || stage.executionId !== executionId) return;
  job.stalled = executionId;
  const reason = `its counts have stood still for ${Math.floor(stillMs / 60_000)} minutes`;
  const sync = notifiedSyncOf(job, executionId);
  state.log.push({ message: 'A run is stalled', attributes: { ...sync, stillMs } });
  recordStalled(state, { ...sync, executionId, reason });
  const { onStalled } = state.settings.options;
  if (!onStalled || stage.ownership !== 'own' || state.closing || job.stop) return;
  const end = { type: 'verdict', verdict: { outcome: 'failed', reason: `stalled: ${reason}` } } as const;
  job.stop = { cancel: true, end, stalled: { counts, restarts: onStalled === 'restart' } };
}

/** A fresh read did not confirm that the run stands still, so that nothing was cancelled: it is awaited as before. */
export function resumeStalled(
  state: EngineState,
  job: Job,
  { executionId, execution }: CancelledItem,
  now: number,
): void {
  delete job.stalled;
  const wish = closingWish(state);
  if (wish) job.stop = wish;
  else delete job.stop;
  if (executionId === null) return;
  const createdAt = execution?.createdAt ?? null;
  const status = execution?.status ?? 'running';
  followRun(job, { executionId, createdAt, status }, { ownership: 'own', usual: null }, now);
}

/** What was asked of all jobs meanwhile. */
function closingWish({ closing, settings }: EngineState): StopWish | null {
  if (closing?.reason !== 'timeout' && closing?.reason !== 'cancel') return null;
  const { onTimeout, onCancel } = settings.options;
  const disposition = closing.reason === 'timeout' ? onTimeout : onCancel;
  return { cancel: disposition === 'cancelOwn', end: { type: 'verdict', verdict: closing.verdict } };
}
