/** Tells the targets of `notify` of what provisioning needs or could not do. */
import {
  ActivityFailure,
  CancellationScope,
  log,
  proxyActivities,
  workflowInfo,
  type ActivityOptions,
} from '@temporalio/workflow';
import type { PreparedProvision } from '../../contracts/provision-activities';
import type { ProvisionNotification } from '../../contracts/provision';
import { placedActivities } from './activities';

/** Tried for ten minutes, as later it is of little use to people. */
const notifyOptions: ActivityOptions = {
  startToCloseTimeout: '2 minutes',
  scheduleToCloseTimeout: '10 minutes',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

/** Most addresses of one notification. */
const maxAddresses = 50;

type UserActivities = Record<string, (notification: ProvisionNotification) => Promise<unknown>>;

/**
 * Sends it to all targets; never throws, as that people could not be told is no failure of the work. An activity of the user's
 * is where the workflow's own worker is.
 */
export async function tell(
  { organization, set, notify }: Pick<PreparedProvision, 'organization' | 'set' | 'notify'>,
  about: Pick<ProvisionNotification, 'text' | 'event' | 'addresses' | 'planHash'>,
  placement: ActivityOptions = {},
): Promise<void> {
  const { workflowId, runId } = workflowInfo();
  const notification: ProvisionNotification = {
    ...about,
    type: 'polytomic.provisioning',
    organization,
    set,
    workflowId,
    runId,
    addresses: about.addresses.slice(0, maxAddresses),
  };
  const summary = `Notify: ${about.event}`;
  const ours = placedActivities(placement)('notifyProvisioning', summary);
  const { priority } = placement;
  const users = proxyActivities<UserActivities>({ ...notifyOptions, ...(priority && { priority }), summary });
  await CancellationScope.nonCancellable(() =>
    Promise.all(
      notify.map(async ({ name, activity }) => {
        try {
          if (activity === null) await ours({ target: name, notification });
          else await users[activity]?.(notification);
        } catch (error) {
          const cause = error instanceof ActivityFailure ? error.cause : error;
          log.warn('People could not be notified', {
            target: name,
            reason: cause instanceof Error ? cause.message : 'unknown',
          });
        }
      }),
    ),
  );
}
