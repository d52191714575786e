/** Workflows as users write them, around our inline functions; ours are startable beside them. */
import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  isCancellation,
} from '@temporalio/workflow';
import {
  awaitSync,
  deprovision,
  polytomicActivities,
  provision,
  runAllModelSyncs,
  runBulkSync,
  runModelSync,
  type ActivityPlacement,
  type FanOutResult,
  type ProvisionPlan,
  type ProvisionPolytomicInput,
  type ProvisionResult,
  type RunBulkSyncInput,
  type RunModelSyncInput,
  type RunProgress,
  type SyncRunResult,
} from '../../../src/workflow';

export * from '../../../src/workflows';

/** What a workflow saw of a cancelled inline run. */
export interface SeenCancellation {
  isCancelledFailure: boolean;
  details: unknown[];
}

/** One inline run, and every phase that it told. */
export async function runInline(input: RunModelSyncInput): Promise<{ result: SyncRunResult; phases: string[] }> {
  const phases: string[] = [];
  const result = await runModelSync(input, { onProgress: ({ phase }) => void phases.push(phase) });
  return { result, phases };
}

/** A run whose activities are those of another worker. */
export async function runElsewhere(
  input: RunModelSyncInput,
  placement: ActivityPlacement,
): Promise<{ run: SyncRunResult; many: FanOutResult; awaited: SyncRunResult }> {
  const run = await runModelSync(input, placement);
  const awaited = await awaitSync(
    { kind: 'model', syncId: input.syncId, executionId: run.executionId ?? '' },
    placement,
  );
  return { run, awaited, many: await runAllModelSyncs({ filter: { ids: [input.syncId] } }, placement) };
}

/** An apply and a destroy whose activities are those of another worker; the plan of each is agreed to at once. */
export async function provisionElsewhere(
  input: Pick<ProvisionPolytomicInput, 'spec' | 'notify'>,
  placement: ActivityPlacement,
): Promise<{ made: ProvisionResult; deleted: ProvisionResult }> {
  const asked = { ...input, approve: 'always' } as const;
  const options = { ...placement, awaitApproval: async ({ hash }: ProvisionPlan) => ({ planHash: hash, by: 'ann' }) };
  const made = await provision(asked, options);
  return { made, deleted: await deprovision(asked, options) };
}

/** Runs of both kinds at the same time; the same sync may be asked for more than once. */
export async function runInParallel(
  models: RunModelSyncInput[],
  bulks: RunBulkSyncInput[],
): Promise<(string | null)[]> {
  const runs = [...models.map((input) => runModelSync(input)), ...bulks.map((input) => runBulkSync(input))];
  return (await Promise.all(runs)).map(({ executionId }) => executionId);
}

/** Applies at the same time, each by its own inline function; what became of each object, or the failure's type. */
export async function provisionInParallel(
  inputs: ProvisionPolytomicInput[],
): Promise<(ProvisionResult['resources'] | string)[]> {
  return Promise.all(
    inputs.map((input) =>
      provision(input).then(
        ({ resources }) => resources,
        (error: unknown) => (error instanceof ApplicationFailure ? (error.type ?? '') : String(error)),
      ),
    ),
  );
}

/** Ends well with what it saw when it is cancelled. */
export async function catchCancellation(input: RunModelSyncInput): Promise<SeenCancellation> {
  try {
    await runModelSync(input);
  } catch (error) {
    if (isCancellation(error)) return seen(error);
    throw error;
  }
  throw new Error('The run was expected to be cancelled');
}

/** Cancels the first run once it is awaited, and lets the second end. */
export async function cancelFirst(
  first: RunModelSyncInput,
  second: RunModelSyncInput,
): Promise<{ first: SeenCancellation; second: SyncRunResult }> {
  const scope = new CancellationScope();
  let awaited = false;
  const onProgress = ({ phase }: RunProgress): void => void (awaited ||= phase === 'running');
  const cancelled = scope.run(() => runModelSync(first, { onProgress })).then(neverCancelled, seen);
  const completed = runModelSync(second);
  await condition(() => awaited);
  scope.cancel();
  return { first: await cancelled, second: await completed };
}

/** Waits until it is cancelled, and then runs a sync to clean up. */
export async function cleanUp(input: RunModelSyncInput): Promise<SyncRunResult> {
  await condition(() => false).catch(() => undefined);
  return CancellationScope.nonCancellable(() => runModelSync(input));
}

/** Applies in the same place. */
export async function applyToCleanUp(input: ProvisionPolytomicInput): Promise<ProvisionResult> {
  await condition(() => false).catch(() => undefined);
  return CancellationScope.nonCancellable(() => provision(input));
}

/** Reads one bulk execution as the API answers it. */
export async function readExecution(ids: { id: string; exec_id: string }): Promise<unknown> {
  return polytomicActivities({ startToCloseTimeout: '10 seconds' }).bulkSync.executions.get(ids);
}

/** Runs a model sync, then reads what of it is marked as secret: its passphrase, and the addresses of its record log. */
export async function readSecrets(input: RunModelSyncInput): Promise<unknown[]> {
  const { syncId: id, executionId } = await runModelSync(input);
  const { modelSync } = polytomicActivities({ startToCloseTimeout: '10 seconds' });
  const log = { sync_id: id, id: executionId ?? '', type: 'records' };
  return [await modelSync.get({ id }), await modelSync.executions.getLogUrls(log)];
}

function neverCancelled(): SeenCancellation {
  throw new Error('The first run was expected to be cancelled');
}

function seen(error: unknown): SeenCancellation {
  return {
    isCancelledFailure: error instanceof CancelledFailure,
    details: error instanceof CancelledFailure ? (error.details ?? []) : [],
  };
}
