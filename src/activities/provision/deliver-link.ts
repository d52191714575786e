/** Delivers the link at which the owner of a connection consents. */
import { Context } from '@temporalio/activity';
import type { SetRef } from '../../contracts/provision-activities';
import type { NotifyTarget } from '../../contracts/prepared-fan-out';
import type { ProvisionNotification } from '../../contracts/provision';
import type { ActivityDependencies } from '../dependencies';
import { postToTarget } from '../notify';
import { hashText } from './hash';

/**
 * The link goes out from an activity, so that no history ever holds it; targets that are activities would. False where it
 * reached nobody.
 */
export async function deliverLink(
  deps: ActivityDependencies,
  { organization, set, notify }: SetRef & { notify: NotifyTarget[] },
  { address, name, link }: { address: string; name: string; link: string },
): Promise<boolean> {
  const { workflowExecution } = Context.current().info;
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
