/** `applyObjects`: one go at each of some objects, all at once. */
import { Context } from '@temporalio/activity';
import type { ApplyItem, ApplyObjectsRequest, ProvisionActivities } from '../../contracts/provision-activities';
import type { ProvisionNotification } from '../../contracts/provision';
import { ConnectionTypeSchemas } from '../../provisioning/connection-type-schemas';
import { resourceKinds } from '../../provisioning/kinds';
import { createAttemptLimits } from '../../executions/attempt-limits';
import { organizationOf } from '../allowed';
import type { ActivityDependencies } from '../dependencies';
import { startHeartbeats } from '../heartbeats';
import { postToTarget } from '../notify';
import { applyObject } from './apply-object';
import type { ApplyContext } from './application';
import { hashText } from './hash';
import { requireOperations } from './require-operations';
import type { SetRecords } from './set-records';

/** A killed worker is noticed after 20 s without a heartbeat. */
const heartbeatEveryMs = 5_000;

/** Makes the activity. */
export function createApplyObjects(
  deps: ActivityDependencies,
  records: SetRecords,
): ProvisionActivities['applyObjects'] {
  return async (request) => {
    const context = Context.current();
    const organization = organizationOf(deps, request.organization);
    for (const { object } of request.items) {
      const { read, write } = resourceKinds[object.kind].operations;
      requireOperations(organization, [...read.slice(0, 2), ...write]);
    }
    const { client } = organization;
    const { clock } = client;
    const limits = createAttemptLimits(clock, context.cancellationSignal);
    const stop = startHeartbeats(context, heartbeatEveryMs, () => null, clock);
    const application: ApplyContext = {
      deps,
      records,
      organization,
      ref: { organization: request.organization, set: request.set, token: request.token },
      types: new ConnectionTypeSchemas(client),
      deliverLink: (item, link) => deliverLink(deps, request, { item, link }),
      attempt: { client, errorText: 'include', ...limits },
      now: () => clock.now(),
      onProgress: () => context.heartbeat(null),
    };
    try {
      return await Promise.all(request.items.map((item) => applyObject(application, item)));
    } finally {
      stop();
      limits.end();
    }
  };
}

/** The link goes out from here, so that no history ever holds it; targets that are activities would. */
async function deliverLink(
  deps: ActivityDependencies,
  { organization, set, notify }: ApplyObjectsRequest,
  { item, link }: { item: ApplyItem; link: string },
): Promise<boolean> {
  const { workflowExecution } = Context.current().info;
  const { address, name } = item.object;
  const notification: ProvisionNotification = {
    text: `The connection "${name}" needs the consent of its owner: ${link}`,
    type: 'polytomic.provisioning',
    event: 'needsConsent',
    organization,
    set,
    workflowId: workflowExecution?.workflowId ?? '',
    runId: workflowExecution?.runId ?? '',
    addresses: [address],
    link,
  };
  const targets = notify.filter(({ activity }) => activity === null);
  const about = `-${hashText(address).slice(0, 16)}`;
  const posts = targets.map(({ name: target }) => postToTarget(deps, { target, body: notification, about }));
  const delivered = await Promise.allSettled(posts);
  const isDelivered = delivered.some(({ status }) => status === 'fulfilled');
  if (!isDelivered) deps.log.warn('The link for a consent reached nobody', { connection: address });
  return isDelivered;
}
