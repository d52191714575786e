/** Applies the default of every option of a run. */
import type { ResolvedRunOptions } from '../contracts/composite-activities';
import type { IfInactive, RunBulkSyncInput, SharedRunInput } from '../contracts/run-inputs';
import type { SyncKind } from '../contracts/sync-kind';
import { toMilliseconds } from '../rules/duration';

/** Of the whole workflow, when the input names no `timeout`: 7 days. */
export const defaultTimeoutMs = 7 * 86_400_000;

/** What an input says of its runs. */
export type RunOptionsInput = SharedRunInput &
  Pick<RunBulkSyncInput, 'retryFailedSchemas'> & { start?: ResolvedRunOptions['start'] };

/** The options of a run of this kind. */
export function resolveRunOptions(kind: SyncKind, input: RunOptionsInput): ResolvedRunOptions {
  const liveCountsMs = toMilliseconds(input.liveCounts);
  return {
    ifRunning: input.ifRunning ?? 'waitThenStart',
    startedAfter: input.startedAfter ?? null,
    timeoutMs: toMilliseconds(input.timeout) ?? defaultTimeoutMs,
    onCancel: input.onCancel ?? 'cancelOwn',
    onTimeout: input.onTimeout ?? 'cancelOwn',
    warnAfter: resolveWarnAfter(input.warnAfter),
    ...(liveCountsMs !== undefined && { liveCountsMs }),
    onFailure: input.onFailure ?? 'throw',
    maxErrorRecords: input.maxErrorRecords ?? null,
    maxErrorRatio: input.maxErrorRatio ?? null,
    minRecords: input.minRecords ?? null,
    errorText: input.errorText ?? 'include',
    ifInactive: input.ifInactive ?? defaultIfInactive(kind),
    start: input.start ?? {},
    retryFailedSchemas: input.retryFailedSchemas ?? 0,
  };
}

/** A bulk sync that is inactive may still be started by hand; an inactive model sync refuses. */
export function defaultIfInactive(kind: SyncKind): IfInactive {
  return kind === 'bulk' ? 'run' : 'fail';
}

function resolveWarnAfter(warnAfter: SharedRunInput['warnAfter']): ResolvedRunOptions['warnAfter'] {
  if (typeof warnAfter === 'object') return { timesMedian: warnAfter.timesMedian };
  const ms = toMilliseconds(warnAfter);
  return ms === undefined ? { timesMedian: 3 } : { ms };
}
