/** `activateSyncs`: switches syncs on or off once everything they need is in place. */
import { Context } from '@temporalio/activity';
import { failureTypes } from '../../contracts/failure-types';
import type { ActivatedSyncs, ActivateSyncsRequest, ProvisionActivities } from '../../contracts/provision-activities';
import type { PolytomicClient } from '../../polytomic/client';
import { resourceKinds } from '../../provisioning/kinds';
import { truncateText } from '../../rules/quoted';
import type { HoldsSecret } from '../../secrets/known-secrets';
import { organizationOf } from '../allowed';
import type { ActivityDependencies } from '../dependencies';
import { toItemFailure } from '../failure';
import { startHeartbeats } from '../heartbeats';
import { inParallel } from '../in-parallel';
import { beforeWrite, changeAsHolder } from './set-activities';
import type { SetRecords } from './set-records';
import { secretFinder, withhold } from './withhold';

const parallelCalls = 10;
/** A killed worker is noticed after 20 s without a heartbeat. */
const heartbeatEveryMs = 5_000;

type Item = ActivateSyncsRequest['items'][number];
type Activated = ActivatedSyncs[string];

/**
 * Makes the activity. All are read before any is activated, and none is where one has problems or could not be read; one that is
 * as it should be is left alone.
 */
export function createActivateSyncs(
  deps: ActivityDependencies,
  records: SetRecords,
): ProvisionActivities['activateSyncs'] {
  return async ({ organization: name, set, token, items, readOnly = false }) => {
    const organization = organizationOf(deps, name, 'activateSyncs');
    const { client } = organization;
    const holdsSecret = await secretFinder(organization);
    const context = Context.current();
    const mayWrite = (): Promise<void> =>
      beforeWrite(context.cancellationSignal, records, { organization: name, set, token });
    const stop = startHeartbeats(context, heartbeatEveryMs, () => null, client.clock);
    try {
      const read = await inParallel(items, parallelCalls, (item) => check(client, item, holdsSecret));
      const isClear = !readOnly && read.every(({ state }) => state !== 'failed');
      const ended = isClear
        ? await inParallel(items, parallelCalls, async (item, index) => {
            const one = read[index];
            return one?.state === 'ready' ? activate(client, item, mayWrite) : one;
          })
        : read;
      const entries = items.flatMap(({ address }, index) => {
        const one = ended[index];
        return one ? [[address, one] as const] : [];
      });
      const addresses = entries.filter(([, { state }]) => state === 'done').map(([address]) => address);
      await changeAsHolder(records, { organization: name, set }, { type: 'activated', token, addresses });
      return Object.fromEntries(entries);
    } finally {
      stop();
    }
  };
}

/** `ready`: it can be activated. */
async function check(
  client: PolytomicClient,
  { kind, id, active, address, isChecked = false }: Item,
  holdsSecret: HoldsSecret,
): Promise<Activated> {
  if (isChecked) return { state: 'ready' };
  try {
    const live = await resourceKinds[kind].read(client, id);
    if (!live) return refused(failureTypes.NotFound, `${address} (${id}) no longer exists`);
    const [problem] = live.problems;
    if (active && problem !== undefined) {
      const problems = live.problems.slice(0, 5).map((one) => withhold(one, holdsSecret));
      const named = truncateText(problems.join('; '), 500);
      return refused(failureTypes.SyncHasProblems, `${address} has problems: ${named}`);
    }
    return live.active === active ? { state: 'done', changed: false } : { state: 'ready' };
  } catch (error) {
    return { state: 'failed', failure: toItemFailure(error) };
  }
}

async function activate(
  client: PolytomicClient,
  { kind, id, active, key }: Item,
  mayWrite: () => Promise<void>,
): Promise<Activated> {
  const input = { id, active };
  try {
    await mayWrite();
    if (kind === 'modelSyncs') await client.modelSync.activate(input, { idempotencyKey: key });
    else await client.bulkSync.activate(input, { idempotencyKey: key });
    return { state: 'done', changed: true };
  } catch (error) {
    return { state: 'failed', failure: toItemFailure(error) };
  }
}

const refused = (type: (typeof failureTypes)[keyof typeof failureTypes], message: string): Activated => ({
  state: 'failed',
  failure: { type, message, nonRetryable: true },
});
