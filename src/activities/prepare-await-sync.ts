/** `prepareAwaitSync`: from the input of `awaitSync` to what is true of its sync, and Polytomic's time. */
import { Context } from '@temporalio/activity';
import type { CompositeActivities, SyncSnapshot } from '../contracts/composite-activities';
import { adapterFor } from '../executions/adapter-for';
import { readSnapshot } from '../executions/snapshot';
import { polytomicNow } from '../polytomic/server-clock';
import { parseAwaitSyncInput, type ParsedAwait } from '../inputs/await-sync-input';
import { organizationOf, requireSteps } from './allowed';
import type { ActivityDependencies, Organization } from './dependencies';
import { notifyTargets } from './notify-targets';
import { timeoutPassed } from './timeout-passed';

/** Makes the activity. It throws at once for a wrong input, an unknown organization or sync, and reads not allowed. */
export function createPrepareAwaitSync(deps: ActivityDependencies): CompositeActivities['prepareAwaitSync'] {
  return async ({ input, beganAt }) => {
    const parsed = parseAwaitSyncInput(input);
    const organization = organizationOf(deps, parsed.organization);
    requireSteps(organization, parsed.kind, ['read']);
    const { syncId, notify, ...frame } = parsed;
    const prepared = {
      ...frame,
      syncIds: [syncId],
      create: null,
      setup: deps.setup,
      ...(notify.length > 0 ? { notify: notifyTargets(deps, notify, 'awaitSync') } : {}),
    };
    if (timeoutPassed(parsed.options.timeoutMs, organization.client.clock)) {
      return { ...prepared, syncs: [], serverTime: '', serverTimeLagMs: 0, expired: true };
    }
    const { snapshot, serverTime, readAt } = await readSync(organization, parsed);
    const serverTimeLagMs = Math.max(0, readAt - Date.parse(beganAt));
    return { ...prepared, syncs: [snapshot], serverTime, serverTimeLagMs, expired: false };
  };
}

/** The server's time is that of the first answer: what is read as in progress was so then or later. */
async function readSync(
  { client }: Organization,
  { kind, syncId }: ParsedAwait,
): Promise<{ snapshot: SyncSnapshot; serverTime: string; readAt: number }> {
  const { cancellationSignal: signal } = Context.current();
  let first: { serverNow: number; readAt: number } | undefined;
  const onAnswer = ({ date }: { date?: string }): void => {
    const readAt = client.clock.now();
    first ??= { serverNow: polytomicNow(date, readAt), readAt };
  };
  const snapshot = await readSnapshot(adapterFor(kind, client), syncId, { signal, onAnswer, clock: client.clock });
  const { serverNow, readAt } = first ?? { serverNow: client.clock.now(), readAt: client.clock.now() };
  return { snapshot, serverTime: new Date(serverNow).toISOString(), readAt };
}
