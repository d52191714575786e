/** From a result or an error of the SDK to how a workflow ended. Pure. */
import { toCliError } from '../cli-error';
import { exitCodeOfOutcome, exitCodes, type ExitCode } from '../exit-codes';
import { openCancellationMemo, type OpenCancellation } from '../../contracts/cancellation';
import type { RunOutcome } from '../../contracts/run-result';
import { isProvisioningFailure } from '../provision/plan-text';
import type { WatchEnd } from './watched-run';

interface FailureLike {
  readonly name?: string;
  readonly type?: string | null;
  readonly message?: string;
  readonly details?: unknown[];
}

const statuses: Readonly<Record<string, WatchEnd['status']>> = {
  CancelledFailure: 'canceled',
  TerminatedFailure: 'terminated',
  TimeoutFailure: 'timedOut',
};

/** @throws the error itself where it is not the end of a workflow */
export function toWatchEnd(end: { result: unknown } | { error: unknown }): WatchEnd {
  if ('result' in end) {
    return { status: 'completed', result: end.result ?? null, failure: null, exitCode: exitCodeOfResult(end.result) };
  }
  const { name, cause } = end.error as { name?: string; cause?: FailureLike };
  if (name !== 'WorkflowFailedError') throw end.error;
  const { exitCode, message } = toCliError(end.error);
  return {
    status: statuses[cause?.name ?? ''] ?? 'failed',
    result: resultInside(cause),
    failure: { type: cause?.type ?? null, message: cause?.message ?? message },
    exitCode,
  };
}

/** A cancel that Polytomic did not confirm is no success even of the command that asked for it. */
export function withOpenCancellation(end: WatchEnd, { memo }: { memo?: Record<string, unknown> }): WatchEnd {
  const open = memo?.[openCancellationMemo] as OpenCancellation | undefined;
  return open ? { ...end, openCancellation: open, exitCode: exitCodes.failed } : end;
}

/** A result without success is one only with `onFailure: 'return'`. */
function exitCodeOfResult(result: unknown): ExitCode {
  if (typeof result !== 'object' || result === null) return exitCodes.ok;
  if ('outcome' in result) return exitCodeOfOutcome(result.outcome as RunOutcome);
  if (!('total' in result)) return exitCodes.ok;
  const counts = result as Partial<Record<RunOutcome, number>>;
  if (counts.failed || counts.partiallyFailed) return exitCodes.failed;
  if (counts.timedOut) return exitCodes.timedOut;
  return counts.canceled ? exitCodes.canceled : exitCodes.ok;
}

function resultInside(cause: FailureLike | undefined): unknown {
  const first = cause?.details?.[0];
  const isResult =
    typeof first === 'object' &&
    first !== null &&
    ('outcome' in first || 'total' in first || isProvisioningFailure(first));
  return isResult ? first : null;
}
