/** `awaitIngestion`: waits until the ingestion of a CDC sync has caught up. */
import { Context } from '@temporalio/activity';
import type { CompositeActivities } from '../contracts/composite-activities';
import type { IngestionWatcher } from '../executions/ingestion/ingestion-watcher';
import { organizationOf, requireOperation } from './allowed';
import type { ActivityDependencies, Organization } from './dependencies';
import { holdWait, lengthOf } from './hold-wait';
import { retryably } from './retryably';
import { handoverOf, toHandover } from './search-handover';

/** Makes the activity. `watcherOf` gives the one watcher of an organization in this process. */
export function createAwaitIngestion(
  deps: ActivityDependencies,
  watcherOf: (organization: Organization) => IngestionWatcher,
): CompositeActivities['awaitIngestion'] {
  return async (request) => {
    const { syncId, withinMs } = request;
    const organization = retryably(() => {
      const found = organizationOf(deps, request.organization, 'awaitIngestion');
      requireOperation(found, 'bulkSync.getStatus');
      return found;
    });
    const watcher = watcherOf(organization);
    const context = Context.current();
    const { waitedMs, refusedForMs } = handoverOf(context, request.checkpoint);
    const { clock } = organization.client;
    const { heartbeatTimeoutMs } = deps.setup;
    const details = () => toHandover(watcher.stateOf(syncId));
    const caughtUp = await holdWait({ context, clock, heartbeatTimeoutMs, details }, () =>
      watcher.wait({
        ...{ syncId, withinMs, waitedMs, refusedForMs },
        waitForMs: lengthOf(request, { waitedMs, now: clock.now() }),
        signal: context.cancellationSignal,
      }),
    );
    return { caughtUp };
  };
}
