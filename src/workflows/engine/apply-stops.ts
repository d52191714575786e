/** What outcomes of cancels mean for their jobs. Pure, over the engine's state. */
import type { CancelledItem } from '../../contracts/starts';
import { endStopped } from './ends';
import type { Job } from './job';
import { resumeStalled } from './stalls';
import { maxUnconfirmed, type EngineState, type Pending } from './state';

/** Outcomes of cancels and last reads, in the order of the pending activity's jobs. */
export function noteStopped(state: EngineState, pending: Pending, items: readonly CancelledItem[], now: number): void {
  for (const [index, id] of pending.jobs.entries()) {
    const job = state.jobs[id];
    if (job?.stage.type !== 'stopping') continue;
    const item = items[index];
    const known = job.stage.executionId;
    const settled = item ? { ...item, executionId: item.executionId ?? known } : null;
    if (settled && job.stop?.stalled && !settled.requested && !settled.confirmed) {
      resumeStalled(state, job, settled, now);
      continue;
    }
    if (settled) noteConfirmation(state, job, settled);
    endStopped(state, job, settled, now);
  }
}

function noteConfirmation(state: EngineState, job: Job, item: CancelledItem): void {
  const { executionId, confirmed, execution, problem } = item;
  state.cancellation = {
    executionId,
    cancelConfirmed: confirmed,
    status: execution?.status ?? null,
    ...(problem && { problem }),
  };
  // A job may have attached to one run before it started the one that was stopped.
  const isOwn = job.stage.type === 'stopping' && job.stage.ownership === 'own';
  if (confirmed || !job.stop?.cancel || !isOwn) return;
  state.unconfirmedCount += 1;
  if (state.unconfirmed.length < maxUnconfirmed) state.unconfirmed.push({ syncId: job.syncId, executionId });
  state.log.push({
    message: 'A cancel request was not confirmed',
    attributes: { syncId: job.syncId, executionId, problem },
  });
}
