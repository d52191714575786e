/** `awaitObjects`: waits until some objects can be built on. */
import { Context } from '@temporalio/activity';
import { attemptTime } from '../attempt-time';
import type { AwaitedObjects, AwaitObjectsRequest, ProvisionActivities } from '../../contracts/provision-activities';
import { isPolytomicError } from '../../polytomic/errors';
import { askForConsent } from '../../provisioning/connections';
import { resourceKinds } from '../../provisioning/kinds';
import type { Settled } from '../../provisioning/resource-kind';
import { failureRuleOf } from '../../executions/error-classes';
import { sleep } from '../../polytomic/clock';
import { truncateText } from '../../rules/quoted';
import { organizationOf } from '../allowed';
import type { ActivityDependencies } from '../dependencies';
import { inParallel } from '../in-parallel';
import { deliverLink } from './deliver-link';
import { requireOperations } from './require-operations';
import { beforeWrite } from './set-activities';
import type { SetRecords } from './set-records';
import { secretFinder, withhold } from './withhold';

const parallelReads = 10;
const maxReasonLength = 600;
/** Between two rounds: soon at first, as most connections are ready at once. */
const firstPauseMs = 1_000;
const maxPauseMs = 30_000;

/** Makes the activity. Polytomic's trouble is waited out; only a read decides. */
export function createAwaitObjects(
  deps: ActivityDependencies,
  records: SetRecords,
): ProvisionActivities['awaitObjects'] {
  return async (request) => {
    const organization = organizationOf(deps, request.organization, 'awaitObjects');
    const { client } = organization;
    const context = Context.current();
    const signal = context.cancellationSignal;
    const now = attemptTime(context, client.clock);
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, maxPauseMs)) {
      context.heartbeat(null);
      const settled = await inParallel(request.items, parallelReads, async ({ kind, id, schemas }) =>
        resourceKinds[kind].settle(client, id, { schemas, signal }).catch((error: unknown) => toSettled(error)),
      );
      const found = endedOf(request, settled, now());
      const holdsSecret = await secretFinder(organization);
      for (const one of Object.values(found)) {
        if (one.state === 'failed') one.reason = truncateText(withhold(one.reason, holdsSecret), maxReasonLength);
      }
      for (const [index, item] of request.items.entries()) {
        if (found[item.address] || !item.mayAsk || !needsConsent(settled[index])) continue;
        const mayWrite = (): Promise<void> => beforeWrite(signal, records, request);
        await askOwner(deps, request, { ...item, mayWrite });
        found[item.address] = { state: 'needsConsent' };
      }
      if (Object.keys(found).length > 0) return found;
      await sleep(pauseMs, client.clock, signal);
      signal.throwIfAborted();
    }
  };
}

const needsConsent = (settled: Settled | undefined): boolean => settled?.state === 'waiting' && settled.consent;

/**
 * The first link was lost with its answer, or there never was one. Polytomic's trouble: the connection waits all the same.
 * @throws ApplicationFailure where this run no longer holds the lock
 */
async function askOwner(
  deps: ActivityDependencies,
  request: AwaitObjectsRequest,
  item: AwaitObjectsRequest['items'][number] & { mayWrite: () => Promise<void> },
): Promise<void> {
  const organization = organizationOf(deps, request.organization, 'awaitObjects');
  requireOperations(organization, ['connections.update']);
  try {
    const link = await askForConsent(organization.client, item.id, item.mayWrite);
    if (link !== null) await deliverLink(deps, request, { ...item, link });
  } catch (error) {
    if (!isPolytomicError(error)) throw error;
    deps.log.warn('The link for a consent could not be had', { connection: item.address, reason: error.code });
  }
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
