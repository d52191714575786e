/** `runSync`: what every workflow that runs one sync does, inline or as a workflow of its own. */
import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { PreparedRuns, SingleRunName, SyncBefore } from '../../contracts/composite-activities';
import type { SyncRunResult } from '../../contracts/run-result';
import { isSuccess } from '../../rules/run-outcome';
import { emptyResult, mergeRetry, resultOf } from '../../rules/run-result';
import { createSyncs, prepareRuns } from './composites';
import { Deadline } from './deadline';
import { atDoor } from './door';
import { itemFailure, outcomeFailure } from './failures';
import { drawKeys } from './keys';
import { ProgressTracker, type ProgressListener } from './progress';
import { settleCancelled, settleTimedOut, type Gathered } from './settle';
import { SyncRun } from './sync-run';

/** Options of the inline functions. */
export interface RunOptions {
  /** Told of each change of the run's progress; runs in workflow code, so it must be deterministic. */
  onProgress?: ProgressListener;
}

/** Runs one sync as `input` (of the named workflow) asks; see the workflows' own docs for what is thrown. */
export async function runSync(
  workflow: SingleRunName,
  input: unknown,
  options: RunOptions = {},
  deadline: Deadline = new Deadline(),
): Promise<SyncRunResult> {
  const began = Date.now();
  const createKeys = drawKeys();
  const startKeys = drawKeys();
  const progress = new ProgressTracker(options.onProgress);
  return atDoor(async () => {
    const prepared = await prepareRuns({ workflow, input });
    deadline.begin(began + prepared.options.timeoutMs);
    const gathered = gather(prepared, new SyncRun(prepared, startKeys, progress));
    return conclude(gathered, () => guarded(gathered, deadline, () => pursue(gathered, createKeys)));
  });
}

/** The result of the work, or the failure that it is, once everybody has been told. */
export async function conclude(
  { prepared, run, frame }: Gathered,
  work: () => Promise<SyncRunResult>,
): Promise<SyncRunResult> {
  const result = await work().catch(async (error: unknown) => {
    if (!isCancellation(error)) await run.telling.broke({ ...frame, executionId: run.executionId }, error);
    throw error;
  });
  run.progress.end(result.executionId, result.status);
  await run.telling.ended(result);
  if (isSuccess(result.outcome) || prepared.options.onFailure === 'return') return result;
  throw outcomeFailure(result);
}

function gather(prepared: PreparedRuns, run: SyncRun): Gathered {
  const { kind, organization } = prepared;
  const syncId = prepared.syncIds[0] ?? '';
  if (syncId) run.progress.name(syncId);
  return { prepared, run, frame: { kind, organization, syncId, name: null, attached: false }, executions: [] };
}

/** Within the deadline; whatever ends the run early, what it started is settled before this returns or throws. */
export async function guarded(
  gathered: Gathered,
  deadline: Deadline,
  work: () => Promise<SyncRunResult>,
): Promise<SyncRunResult> {
  const scope = CancellationScope.current();
  try {
    return await deadline.guard(work);
  } catch (error) {
    if (scope.consideredCancelled) throw await settleCancelled(gathered);
    if (!isCancellation(error)) throw error;
  }
  const result = await settleTimedOut(gathered);
  if (scope.consideredCancelled) throw await settleCancelled(gathered);
  return result;
}

async function pursue(gathered: Gathered, createKeys: string[]): Promise<SyncRunResult> {
  const { prepared, run, frame } = gathered;
  if (prepared.expired) return emptyResult(frame, { outcome: 'timedOut', reason: 'Polytomic did not answer' }, null);
  const before = prepared.create ? await create(prepared, createKeys) : prepared.syncs[0];
  if (!before) throw itemFailure({ type: 'polytomic.NotFound', message: 'No sync was found', nonRetryable: true });
  frame.syncId = before.syncId;
  frame.name = before.name;
  run.progress.name(before.syncId);
  return runAndRetry(gathered, before);
}

async function create(prepared: PreparedRuns, keys: string[]): Promise<SyncBefore | undefined> {
  const { kind, organization, serverTime, create: wanted } = prepared;
  if (!wanted) return undefined;
  const [created] = await createSyncs({ organization, items: [{ ...wanted, kind, keys, notBefore: serverTime }] });
  return created?.before;
}

/** The run as asked, then the failed schemas alone, as often as asked. */
async function runAndRetry(gathered: Gathered, first: SyncBefore): Promise<SyncRunResult> {
  const { run, frame, executions } = gathered;
  const { options } = gathered.prepared;
  let retriesLeft = options.retryFailedSchemas;
  let obtained = await run.obtain(first, options, retriesLeft > 0);
  if ('skippedFor' in obtained) {
    const { executionId, status } = obtained.skippedFor;
    return { ...emptyResult(frame, { outcome: 'skipped', reason: 'a run is in progress' }, executionId), status };
  }
  frame.attached = obtained.attached;
  executions.push(obtained.execution);
  for (; retriesLeft > 0 && obtained.next; retriesLeft--) {
    const schemas = executions.reduce(mergeRetry).failedSchemas ?? [];
    if (schemas.length === 0 || isSuccess(resultOf(frame, executions, options).outcome)) break;
    const again = { ...options, ifRunning: 'waitThenStart', start: { ...options.start, schemas } } as const;
    const retried = await run.obtain(obtained.next, again, retriesLeft > 1);
    if ('skippedFor' in retried) break;
    executions.push(retried.execution);
    obtained = retried;
  }
  return resultOf(frame, executions, options);
}
