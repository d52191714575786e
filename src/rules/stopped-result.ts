/** What a run comes to that its workflow stopped: because it was out of time, or not wanted any more. */
import type { ResolvedRunOptions } from '../contracts/run-options';
import type { CancelledItem } from '../contracts/starts';
import type { Execution } from '../contracts/execution';
import type { SyncRunResult } from '../contracts/run-result';
import type { Verdict } from './run-outcome';
import { emptyResult, givenUpResult, resultOf, type RunIdentity } from './run-result';

/** A run that was stopped. */
export interface StoppedRun {
  identity: RunIdentity;
  /** Ended executions before the last one, oldest first. */
  executions: Execution[];
  /** The last one, where its id was known before it was stopped. */
  executionId: string | null;
  /** What became of it; null when there was nothing to cancel or read. */
  settled: CancelledItem | null;
  /** Whether it was to be cancelled, and not only read once more: what others started is left alone. */
  isCancelWanted: boolean;
  /** What it counts as, unless it ended by itself meanwhile. */
  verdict: Verdict;
}

/** A run that ended by itself in the shadow of its stop counts as it ended. */
export function stoppedResult(run: StoppedRun, options: ResolvedRunOptions): SyncRunResult {
  const { identity, executions, settled, verdict } = run;
  const execution = settled?.execution;
  if (!settled || !execution) {
    const known = settled?.executionId ?? run.executionId;
    const unread =
      executions.length > 0
        ? givenUpResult(identity, executions, { verdict, options })
        : emptyResult(identity, verdict, known);
    return { ...unread, ...confirmation(run) };
  }
  const all = [...executions, execution];
  if (endedByItself(settled, execution)) return resultOf(identity, all, options);
  return { ...givenUpResult(identity, all, { verdict, options }), ...confirmation(run) };
}

/** An end other than the cancellation that we asked for. */
function endedByItself(settled: CancelledItem, execution: Execution): boolean {
  return execution.phase === 'ended' && !(settled.requested && execution.ending === 'canceled');
}

/** Whether its cancel was confirmed; reported also where every request was refused, as such a run goes on. */
export function confirmation({ settled, isCancelWanted }: StoppedRun): Pick<SyncRunResult, 'cancelConfirmed'> {
  if (!settled || !isCancelWanted) return {};
  const { requested, execution, problem, confirmed } = settled;
  return requested || !execution || problem !== null ? { cancelConfirmed: confirmed } : {};
}
