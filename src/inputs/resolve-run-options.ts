/** Applies the default of every option of a run. */
import type { ResolvedRunOptions } from '../contracts/run-options';
import type { IfInactive, RunBulkSyncInput, SharedRunInput } from '../contracts/run-inputs';
import type { SyncKind } from '../contracts/sync-kind';
import { defaultTimeoutMs, toMilliseconds } from '../rules/duration';

/** Between two attempts: what made one fail, a restart of a database say, has often passed by then. */
const defaultDelayMs = 60_000;

const usualRetries = ['failed', 'partiallyFailed'] as const;

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
    ...(input.maxWarnings !== undefined && { maxWarnings: input.maxWarnings }),
    ...(input.minRecordsRatio !== undefined && { minRecordsRatio: input.minRecordsRatio }),
    ...(input.stalledAfter !== undefined && { stalledAfterMs: toMilliseconds(input.stalledAfter) ?? 0 }),
    ...(input.onStalled && input.onStalled !== 'report' && { onStalled: input.onStalled }),
    ...(input.checkConnections && { checkConnections: true }),
    ...resolveAttempts(input),
  };
}

/** Of options that few use, nothing is said where they are absent. */
function resolveAttempts(input: RunOptionsInput): Pick<ResolvedRunOptions, 'retry' | 'timeoutPerAttemptMs'> {
  const { retry, timeoutPerAttempt, onTimeout } = input;
  const timeoutPerAttemptMs = toMilliseconds(timeoutPerAttempt);
  const mayTimeOut = timeoutPerAttemptMs !== undefined && onTimeout !== 'leaveRunning';
  const usual = [...usualRetries, ...(mayTimeOut ? (['timedOut'] as const) : [])];
  return {
    ...(retry && {
      retry: {
        attempts: retry.attempts,
        delayMs: toMilliseconds(retry.delay) ?? defaultDelayMs,
        on: [...new Set(retry.on ?? usual)],
      },
    }),
    ...(timeoutPerAttemptMs !== undefined && { timeoutPerAttemptMs }),
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
