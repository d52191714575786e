/** Reports connections that need their owner's consent to targets that are activities. */
import type { PreparedProvision } from '../../contracts/provision-activities';
import { tell } from './tell';

/**
 * The link is a credential, and what an activity is given stands in the history: targets with a URL alone got it, from the
 * activity that made or asked for it. Nobody waits for the report: the other objects go on.
 */
export function reportConsent(
  prepared: PreparedProvision,
  connections: readonly { address: string; name: string }[],
  report: typeof tell = tell,
): void {
  const notify = prepared.notify.filter(({ activity }) => activity !== null);
  if (notify.length === 0) return;
  for (const { address, name } of connections) {
    const text = `The connection "${name}" needs the consent of its owner; the link goes to targets with a URL alone`;
    void report({ ...prepared, notify }, { event: 'needsConsent', text, addresses: [address] });
  }
}
