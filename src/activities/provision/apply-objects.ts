/** `applyObjects`: one go at each of some objects, all at once. */
import { Context } from '@temporalio/activity';
import { attemptTime } from '../attempt-time';
import type { ProvisionActivities } from '../../contracts/provision-activities';
import { ConnectionTypeSchemas } from '../../provisioning/connection-type-schemas';
import { resourceKinds } from '../../provisioning/kinds';
import { createAttemptLimits } from '../../executions/attempt-limits';
import { organizationOf } from '../allowed';
import type { ActivityDependencies } from '../dependencies';
import { startHeartbeats } from '../heartbeats';
import { applyObject } from './apply-object';
import type { ApplyContext } from './application';
import { deliverLink } from './deliver-link';
import { requireOperations } from './require-operations';
import { beforeWrite } from './set-activities';
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
    const organization = organizationOf(deps, request.organization, 'applyObjects');
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
      beforeWrite: () => beforeWrite(context.cancellationSignal, records, request),
      deliverLink: (object, link) => deliverLink(deps, request, { ...object, link }),
      attempt: { client, errorText: 'include', ...limits },
      now: attemptTime(context, clock),
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
