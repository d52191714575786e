/** `awaitObjects`: waits until some objects can be built on. */
import { Context } from '@temporalio/activity';
import type { AwaitedObjects, AwaitObjectsRequest, ProvisionActivities } from '../../contracts/provision-activities';
import { isPolytomicError } from '../../polytomic/errors';
import { resourceKinds } from '../../provisioning/kinds';
import type { Settled } from '../../provisioning/resource-kind';
import { failureRuleOf } from '../../executions/error-classes';
import { sleep } from '../../polytomic/clock';
import { organizationOf } from '../allowed';
import type { ActivityDependencies } from '../dependencies';
import { inParallel } from '../in-parallel';

const parallelReads = 10;
/** Between two rounds: soon at first, as most connections are ready at once. */
const firstPauseMs = 1_000;
const maxPauseMs = 30_000;

/** Makes the activity. Polytomic's trouble is waited out; only a read decides. */
export function createAwaitObjects(deps: ActivityDependencies): ProvisionActivities['awaitObjects'] {
  return async (request) => {
    const { client } = organizationOf(deps, request.organization);
    const context = Context.current();
    const signal = context.cancellationSignal;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, maxPauseMs)) {
      context.heartbeat(null);
      const settled = await inParallel(request.items, parallelReads, async ({ kind, id, schemas }) =>
        resourceKinds[kind].settle(client, id, { schemas, signal }).catch((error: unknown) => toSettled(error)),
      );
      const found = endedOf(request, settled, client.clock.now());
      if (Object.keys(found).length > 0) return found;
      await sleep(pauseMs, client.clock, signal);
      signal.throwIfAborted();
    }
  };
}

function toSettled(error: unknown): Settled {
  if (!isPolytomicError(error)) throw error;
  if (failureRuleOf(error).nonRetryable) return { state: 'failed', reason: error.message };
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
