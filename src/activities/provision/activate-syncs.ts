/** `activateSyncs`: switches syncs on or off once everything they need is in place. */
import { Context } from '@temporalio/activity';
import { failureTypes } from '../../contracts/failure-types';
import type { ActivatedSyncs, ActivateSyncsRequest, ProvisionActivities } from '../../contracts/provision-activities';
import type { PolytomicClient } from '../../polytomic/client';
import { resourceKinds } from '../../provisioning/kinds';
import type { HoldsSecret } from '../../secrets/known-secrets';
import { organizationOf } from '../allowed';
import type { ActivityDependencies } from '../dependencies';
import { toItemFailure } from '../failure';
import { inParallel } from '../in-parallel';
import { beforeWrite, changeAsHolder } from './set-activities';
import type { SetRecords } from './set-records';
import { secretFinder, withhold } from './withhold';

const parallelCalls = 10;

/** Makes the activity. A sync with problems is never activated; one that is as it should be is left alone. */
export function createActivateSyncs(
  deps: ActivityDependencies,
  records: SetRecords,
): ProvisionActivities['activateSyncs'] {
  return async ({ organization: name, set, token, items }) => {
    const organization = organizationOf(deps, name);
    const { client } = organization;
    const holdsSecret = await secretFinder(organization);
    const context = Context.current();
    const mayWrite = (): Promise<void> =>
      beforeWrite(context.cancellationSignal, records, { organization: name, set, token });
    const entries = await inParallel(items, parallelCalls, async (item) => {
      context.heartbeat(null);
      return [item.address, await activate(client, item, { mayWrite, holdsSecret })] as const;
    });
    const addresses = entries.filter(([, { state }]) => state === 'done').map(([address]) => address);
    await changeAsHolder(records, { organization: name, set }, { type: 'activated', token, addresses });
    return Object.fromEntries(entries);
  };
}

async function activate(
  client: PolytomicClient,
  { kind, id, active, key, address }: ActivateSyncsRequest['items'][number],
  { mayWrite, holdsSecret }: { mayWrite: () => Promise<void>; holdsSecret: HoldsSecret },
): Promise<ActivatedSyncs[string]> {
  try {
    const live = await resourceKinds[kind].read(client, id);
    if (!live) return refused(failureTypes.NotFound, `${address} (${id}) no longer exists`);
    const [problem] = live.problems;
    if (active && problem !== undefined) {
      const problems = live.problems.slice(0, 5).map((one) => withhold(one, holdsSecret));
      return refused(failureTypes.SyncHasProblems, `${address} has problems: ${problems.join('; ').slice(0, 500)}`);
    }
    if (live.active === active) return { state: 'done', changed: false };
    const input = { id, active };
    await mayWrite();
    if (kind === 'modelSyncs') await client.modelSync.activate(input, { idempotencyKey: key });
    else await client.bulkSync.activate(input, { idempotencyKey: key });
    return { state: 'done', changed: true };
  } catch (error) {
    return { state: 'failed', failure: toItemFailure(error) };
  }
}

const refused = (type: (typeof failureTypes)[keyof typeof failureTypes], message: string): ActivatedSyncs[string] => ({
  state: 'failed',
  failure: { type, message, nonRetryable: true },
});
