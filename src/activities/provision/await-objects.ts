/** `awaitObjects`: waits until some objects can be built on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { AwaitedObjects, AwaitObjectsRequest, ProvisionActivities } from '../../contracts/provision-activities';
import { isPolytomicError } from '../../polytomic/errors';
import { resourceKinds } from '../../provisioning/kinds';
import type { Settled } from '../../provisioning/resource-kind';
import { failureRules } from '../../executions/item-failure';
import { organizationOf } from '../allowed';
import type { ActivityDependencies } from '../dependencies';
import { inParallel } from '../in-parallel';

const parallelReads = 10;
/** Between two rounds: soon at first, as most connections are ready at once. */
const firstPauseMs = 1_000;
const maxPauseMs = 30_000;

/** How the activity tells the time and waits; a simulation has a clock of its own. */
export interface WaitClock {
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<unknown>;
}

/** The system's clock. */
export const systemClock: WaitClock = {
  now: () => Date.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};

/** Makes the activity. Polytomic's trouble is waited out; only a read decides. */
export function createAwaitObjects(
  deps: ActivityDependencies,
  clock: WaitClock = systemClock,
): ProvisionActivities['awaitObjects'] {
  return async (request) => {
    const { client } = organizationOf(deps, request.organization);
    const context = Context.current();
    const signal = context.cancellationSignal;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, maxPauseMs)) {
      context.heartbeat(null);
      const settled = await inParallel(request.items, parallelReads, async ({ kind, id, schemas }) =>
        resourceKinds[kind].settle(client, id, { schemas, signal }).catch((error: unknown) => toSettled(error)),
      );
      const found = endedOf(request, settled, clock.now());
      if (Object.keys(found).length > 0) return found;
      await clock.sleep(pauseMs, signal);
    }
  };
}

function toSettled(error: unknown): Settled {
  if (!isPolytomicError(error)) throw error;
  if (failureRules[error.code].nonRetryable) return { state: 'failed', reason: error.message };
  return { state: 'waiting', why: 'Polytomic does not answer', consent: false };
}

function endedOf(
  { items, deadline, consentDeadline }: AwaitObjectsRequest,
  settled: readonly Settled[],
  now: number,
): AwaitedObjects {
  const found: AwaitedObjects = {};
  items.forEach(({ address }, index) => {
    const one = settled[index];
    if (!one) return;
    if (one.state !== 'waiting') found[address] = one;
    else if (now >= (one.consent ? consentDeadline : deadline)) {
      found[address] = {
        state: 'failed',
        reason: one.consent ? 'nobody consented in time' : `did not become ready in time (${one.why})`,
      };
    }
  });
  return found;
}
