/** Runs whose counts stand still: they are reported, and where the input asks for it cancelled. Pure, over the engine's state. */
import type { CancelledItem } from '../../contracts/starts';
import type { AwaitExecutionsResult, StalledExecution } from '../../contracts/waits';
import { notifiedSyncOf } from './ends';
import { enterStage, type Job, type StopWish } from './job';
import { recordStalled } from './outbox';
import type { EngineState } from './state';

/** What a wait saw of the counts of those that go on. */
export function noteStillRuns(
  state: EngineState,
  byExecution: ReadonlyMap<string, Job>,
  { still = [], stalled = [] }: Pick<AwaitExecutionsResult, 'still' | 'stalled'>,
  now: number,
): void {
  for (const { executionId, counts, forMs } of still) {
    const { stage } = byExecution.get(executionId) ?? {};
    if (stage?.type === 'running') stage.still = { counts, since: now - forMs };
  }
  for (const one of stalled) {
    const job = byExecution.get(one.executionId);
    if (job && state.jobs[job.id]) noteStalled(state, job, one);
  }
}

/** A read showed that the run a job awaits stands still. */
function noteStalled(state: EngineState, job: Job, { executionId, stillMs, counts }: StalledExecution): void {
  const { stage } = job;
  if (stage.type !== 'running' || stage.executionId !== executionId) return;
  const reason = `its counts have stood still for ${Math.floor(stillMs / 60_000)} minutes`;
  if (job.stalled !== executionId) {
    const sync = notifiedSyncOf(job, executionId);
    state.log.push({ message: 'A run is stalled', attributes: { ...sync, stillMs } });
    recordStalled(state, { ...sync, executionId, reason });
  }
  job.stalled = executionId;
  delete job.stalledAgainAfterMs;
  const { onStalled } = state.settings.options;
  if (!onStalled || stage.ownership !== 'own' || job.stop) return;
  const end = { type: 'verdict', verdict: { outcome: 'failed', reason: `stalled: ${reason}` } } as const;
  job.stop = { cancel: true, end, stalled: { counts, stillMs, restarts: onStalled === 'restart' } };
}

/**
 * The run was not cancelled, as a fresh read did not confirm that it stands still, or as no cancel was taken: it is awaited
 * as before. One that has moved is compared anew; of another one, the cancel is asked for again after as long a time.
 */
export function resumeStalled(state: EngineState, job: Job, { execution, hasMoved }: CancelledItem, now: number): void {
  const { stage, stop } = job;
  if (stage.type !== 'stopping' || !stage.resumes || !stop?.stalled) return;
  const { stalledAfterMs = Infinity } = state.settings.options;
  if (hasMoved) delete job.stalled;
  else job.stalledAgainAfterMs = stop.stalled.stillMs + stalledAfterMs;
  const wish = closingWish(state);
  if (wish) job.stop = wish;
  else delete job.stop;
  const status = execution?.status ?? stage.resumes.status;
  enterStage(job, { ...stage.resumes, status, isAwaited: false }, now);
}

/** What was asked of all jobs meanwhile. */
function closingWish({ closing, settings }: EngineState): StopWish | null {
  if (closing?.reason !== 'timeout' && closing?.reason !== 'cancel') return null;
  const { onTimeout, onCancel } = settings.options;
  const disposition = closing.reason === 'timeout' ? onTimeout : onCancel;
  return { cancel: disposition === 'cancelOwn', end: { type: 'verdict', verdict: closing.verdict } };
}
