/** Temporal's side of an apply. */
import { CancellationScope, condition, workflowInfo } from '@temporalio/workflow';
import { isHistoryFull } from '../../rules/provision/history-limit';
import type { ApplyState } from '../../rules/provision/apply-state';
import { onCancelOf } from '../on-cancel-of';
import { carryOut, type ApplyIo } from './apply-io';
import { driveApply } from './drive-apply';
import { deadlineSummary } from '../engine/summaries';

/** What the driver is told from outside. */
export interface ApplyWatch {
  /** When the whole apply has to end, milliseconds since the epoch. */
  deadline: number;
  onState: (state: ApplyState) => void;
}

/**
 * Until the apply has ended, undoing included. A cancellation of the surrounding scope stops it: waits and runs are
 * cancelled, writes under way are awaited, and what was created is undone within its limit.
 */
export async function runApply(io: ApplyIo, begin: ApplyState, { deadline, onState }: ApplyWatch): Promise<ApplyState> {
  const outer = CancellationScope.current();
  const onCancel = (listener: () => void): void => onCancelOf(outer, listener);
  const until = async (isReady: () => boolean, at: number | null): Promise<void> => {
    if (at === null) await condition(isReady);
    else await condition(isReady, Math.max(1, at - Date.now()), { summary: deadlineSummary });
  };
  const carry = (state: ApplyState, command: Parameters<typeof carryOut>[2]) => {
    const scope = new CancellationScope();
    let events: ReturnType<typeof carryOut> = [];
    // The scope's own promise is not awaited: the events are.
    void scope.run(async () => void (events = carryOut(io, state, command)));
    return { events, abandon: () => scope.cancel() };
  };
  const isFull = (): boolean => isHistoryFull(workflowInfo());
  const driven = { now: () => Date.now(), carryOut: carry, until, onCancel, onState, isFull };
  return CancellationScope.nonCancellable(() => driveApply(driven, begin, deadline));
}
