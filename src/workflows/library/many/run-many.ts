/** Runs a loop to its end, whatever ends it: all is done, time is up, the caller cancelled, or it is to continue as new. */
import { CancellationScope, CancelledFailure, isCancellation, log } from '@temporalio/workflow';
import type { ResolvedRunOptions } from '../../../contracts/composite-activities';
import type { Deadline } from '../deadline';
import type { SelectLoop } from './select-loop';

/** `leave`: only waits are under way, and the workflow should continue as new. */
export type Ending = 'done' | 'leave';

/**
 * Within the deadline; what was started is settled before this returns or throws.
 *
 * @param onPhase told when it begins to cancel
 * @throws CancelledFailure once the caller's cancellation has been carried out
 */
export async function runMany(
  loop: SelectLoop,
  { deadline, options, onPhase }: { deadline: Deadline; options: ResolvedRunOptions; onPhase: () => void },
): Promise<Ending> {
  const scope = CancellationScope.current();
  try {
    return await deadline.guard(() => loop.run());
  } catch (error) {
    if (!isCancellation(error)) throw error;
  }
  onPhase();
  if (!scope.consideredCancelled) {
    const verdict = { outcome: 'timedOut', reason: 'the timeout of the workflow has passed' } as const;
    await loop.stopAll({ cancel: options.onTimeout === 'cancelOwn', verdict });
  }
  if (scope.consideredCancelled) throw await cancelled(loop, options);
  return 'done';
}

async function cancelled(loop: SelectLoop, options: ResolvedRunOptions): Promise<CancelledFailure> {
  if (options.onCancel === 'cancelOwn') await loop.stopAll({ cancel: true, verdict: { outcome: 'canceled' } });
  const { unconfirmed } = loop.stops;
  const details = { cancelConfirmed: unconfirmed.length === 0, unconfirmed: unconfirmed.slice(0, 100) };
  if (unconfirmed.length > 0) log.warn('Cancel requests were not confirmed', details);
  return new CancelledFailure('The workflow was cancelled', [details]);
}
