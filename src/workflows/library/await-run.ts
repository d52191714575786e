/** Waits for a run that somebody else starts, inline or as a workflow of its own. */
import { log } from '@temporalio/workflow';
import type { AwaitNextRunRequest, AwaitSyncInput, FoundRun, PreparedAwaitSync } from '../../contracts/await-sync';
import type { SyncBefore } from '../../contracts/composite-activities';
import type { SyncRunResult } from '../../contracts/run-result';
import { lateAfterMs } from '../../rules/lateness';
import { emptyResult, resultOf } from '../../rules/run-result';
import { awaitNextRun, prepareAwaitSync } from './composites';
import { Deadline } from './deadline';
import { atDoor } from './door';
import { itemFailure } from './failures';
import { drawKeys } from './keys';
import { ProgressTracker } from './progress';
import { conclude, guarded, type RunOptions } from './run';
import type { Gathered } from './settle';
import { SyncRun } from './sync-run';

interface Awaited extends Gathered {
  prepared: PreparedAwaitSync;
  /** When the wait began, milliseconds since the epoch, workflow time. */
  beganAt: number;
}

/**
 * Waits for a run of a sync that somebody else starts: the next one that ends, a given one, or the first that ended after
 * a time. Starts nothing and cancels nothing. Throws as the workflow of this name does.
 */
export async function awaitSync(input: AwaitSyncInput, options?: RunOptions): Promise<SyncRunResult> {
  return awaitRun(input, Date.now(), options);
}

/** The same for a wait that began at `beganAt` (milliseconds since the epoch, workflow time). */
export async function awaitRun(
  input: unknown,
  beganAt: number,
  options: RunOptions = {},
  deadline: Deadline = new Deadline(),
): Promise<SyncRunResult> {
  const called = Date.now();
  const keys = drawKeys();
  const progress = new ProgressTracker(options.onProgress);
  return atDoor(async () => {
    const prepared = await prepareAwaitSync({ input, beganAt: new Date(beganAt).toISOString() });
    deadline.begin(called + prepared.options.timeoutMs);
    const gathered = gather(prepared, new SyncRun(prepared, keys, progress), beganAt);
    return conclude(gathered, () => guarded(gathered, deadline, () => pursue(gathered)));
  });
}

function gather(prepared: PreparedAwaitSync, run: SyncRun, beganAt: number): Awaited {
  const { kind, organization, syncs } = prepared;
  const syncId = prepared.syncIds[0] ?? '';
  run.progress.name(syncId);
  const frame = { kind, organization, syncId, name: syncs[0]?.name ?? null, attached: true };
  return { prepared, run, frame, executions: [], beganAt };
}

async function pursue(awaited: Awaited): Promise<SyncRunResult> {
  const { prepared, run, frame, executions } = awaited;
  const [before] = prepared.syncs;
  if (!before) return emptyResult(frame, { outcome: 'timedOut', reason: 'Polytomic did not answer' }, null);
  const { executionId } = prepared;
  const { execution } = await run.attach(
    executionId === null ? await findRun(awaited, before) : knownRun(executionId, before),
    before,
  );
  executions.push(execution);
  return resultOf(frame, executions, prepared.options);
}

/** Of a run given by its id more is known only if it is the newest; that one has ended unless it is in progress. */
function knownRun(executionId: string, { running, newest }: SyncBefore): Parameters<SyncRun['attach']>[0] {
  if (running?.executionId === executionId) return running;
  return newest?.executionId === executionId ? { ...newest, ended: true } : { executionId, createdAt: null };
}

/** Costs the same whatever it lasts: one activity, and one more when the run is late. */
async function findRun(awaited: Awaited, before: SyncBefore): Promise<FoundRun> {
  const { prepared, run, beganAt } = awaited;
  const { options, setup } = prepared;
  // How late a run is can be told of a run only; of one that does not come, no more than how long it is waited for.
  const lateAfter = lateAfterMs(options.warnAfter, null);
  const request = searchFor(awaited, before, lateAfter === null ? null : beganAt + lateAfter);
  run.progress.enter('waitingForOther');
  for (;;) {
    const { found } = await awaitNextRun(setup)(request);
    if (found) return found;
    if ((request.deadline ?? null) === null) throw itemFailure({ ...noAnswer });
    request.deadline = null;
    run.progress.markLate();
    const { kind, syncId, name } = before;
    run.telling.late({ kind, syncId, name, executionId: null });
    log.warn('A run that is waited for does not come', { kind, syncId, lateAfterMs: lateAfter });
  }
}

function searchFor(awaited: Awaited, before: SyncBefore, deadline: number | null): AwaitNextRunRequest {
  const { organization, completedAfter, serverTime } = awaited.prepared;
  const { kind, syncId, running } = before;
  const endedAfter = completedAfter ?? beginningByPolytomic(awaited);
  const seenInTime = running !== null && Date.parse(serverTime) >= Date.parse(endedAfter);
  return {
    organization,
    kind,
    syncId,
    endedAfter,
    inProgress: seenInTime ? [running.executionId] : [],
    deadline: deadline === null ? null : new Date(deadline).toISOString(),
  };
}

/**
 * When the wait began by Polytomic's clock. The lag was measured between two machines, whose clocks may differ: it cannot
 * have been longer than what has passed since by the one clock of workflow time.
 */
function beginningByPolytomic({ prepared, beganAt }: Awaited): string {
  const lag = Math.min(prepared.serverTimeLagMs, Date.now() - beganAt);
  return new Date(Date.parse(prepared.serverTime) - lag).toISOString();
}

const noAnswer = {
  type: 'polytomic.UnexpectedResponse',
  message: 'The search for a run ended without one',
  nonRetryable: false,
} as const;
