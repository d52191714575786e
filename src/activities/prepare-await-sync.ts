/** `prepareAwaitSync`: from the input of `awaitSync` to what is true of its sync, and Polytomic's time. */
import { Context } from '@temporalio/activity';
import type { PreparedAwaitSync } from '../contracts/await-sync';
import type { CompositeActivities } from '../contracts/composite-activities';
import type { SyncSnapshot } from '../contracts/sync-snapshot';
import { adapterFor } from '../executions/adapter-for';
import { readSnapshot } from '../executions/snapshot';
import { polytomicNow } from '../polytomic/server-clock';
import { parseAwaitSyncInput, type ParsedAwait } from '../inputs/await-sync-input';
import { InvalidInputError } from '../inputs/invalid-input-error';
import { isIngesting } from '../rules/ingestion';
import { organizationOf, requireOperation, requireSteps } from './allowed';
import type { ActivityDependencies, Organization } from './dependencies';
import { notifyTargets } from './notify-targets';
import { readOrRefusal, withResultOf } from './refused-read';
import { readTakenAt } from './attempt-time';
import { attemptWithin, expired } from './timeout-passed';

/** How long the time of the next run may take to read. */
const patienceMs = 10_000;

/** What is read of the sync. */
interface ReadSync extends Pick<PreparedAwaitSync, 'serverTime' | 'nextRunAt'> {
  snapshot: SyncSnapshot;
  /** When the server's time was read: by this machine's clock, and since the attempt began, milliseconds. */
  readAt: { clock: number; sinceBeginMs: number };
}

/** Makes the activity. It throws at once for a wrong input, an unknown organization, and reads not allowed. */
export function createPrepareAwaitSync(deps: ActivityDependencies): CompositeActivities['prepareAwaitSync'] {
  return async ({ input, beganAt }) => {
    const parsed = parseAwaitSyncInput(input);
    const organization = organizationOf(deps, parsed.organization, 'awaitSync');
    const { kind, syncId } = parsed;
    const run = { kind, organization: parsed.organization, syncId, name: null, attached: true };
    return withResultOf(run, async () => prepareAwait(deps, organization, { parsed, beganAt }));
  };
}

async function prepareAwait(
  deps: ActivityDependencies,
  organization: Organization,
  { parsed, beganAt }: { parsed: ParsedAwait; beganAt: string },
): Promise<PreparedAwaitSync> {
  requireSteps(organization, parsed.kind, ['read']);
  const { syncId, notify, caughtUpWithinMs, ...frame } = parsed;
  if (caughtUpWithinMs !== null) requireOperation(organization, 'bulkSync.getStatus');
  const prepared = {
    ...frame,
    ...(caughtUpWithinMs !== null && { caughtUpWithinMs }),
    syncIds: [syncId],
    create: null,
    setup: deps.setup,
    ...(notify.length > 0 ? { notify: notifyTargets(deps, notify, 'awaitSync') } : {}),
  };
  const unread = { ...prepared, syncs: [], serverTime: '', serverTimeLagMs: 0 };
  const attempt = (signal: AbortSignal) =>
    Promise.all([readSync(organization, parsed, signal), readTakenAt(Context.current())]);
  const terms = { ...parsed.options, clock: organization.client.clock };
  const told = await readOrRefusal(attemptWithin(terms, attempt));
  if ('refusal' in told) return { ...unread, expired: false, refusal: told.refusal };
  if (!told.read) return { ...unread, ...expired() };
  const [{ snapshot, readAt, ...read }, takenAt] = told.read;
  const serverTimeLagMs = lagOf({ ...readAt, takenAt }, Date.parse(beganAt));
  return { ...prepared, syncs: [snapshot], ...read, serverTimeLagMs, expired: false };
}

/**
 * How long after the wait began the server's time was read, by whichever clock says more: this machine's may be behind, and
 * a worker that stalls begins some time after Temporal gave it the attempt. The workflow knows what it can be at most.
 */
function lagOf({ clock, sinceBeginMs, takenAt }: ReadSync['readAt'] & { takenAt: number }, began: number): number {
  return Math.max(0, clock - began, takenAt - began + sinceBeginMs);
}

/** The server's time is that of the first answer: what is read as in progress was so then or later. */
async function readSync(organization: Organization, parsed: ParsedAwait, signal: AbortSignal): Promise<ReadSync> {
  const { client } = organization;
  const beganAt = client.clock.monotonic();
  const readNow = (date?: string): { serverNow: number; readAt: ReadSync['readAt'] } => {
    const now = client.clock.now();
    const readAt = { clock: now, sinceBeginMs: client.clock.monotonic() - beganAt };
    return { serverNow: polytomicNow(date, now, readAt.sinceBeginMs), readAt };
  };
  let first: ReturnType<typeof readNow> | undefined;
  const onAnswer = ({ date }: { date?: string }): void => {
    first ??= readNow(date);
  };
  const [snapshot, nextRunAt] = await Promise.all([
    readSnapshot(adapterFor(parsed.kind, client), parsed.syncId, { signal, onAnswer, client }),
    readNextRun(organization, parsed, signal),
    checkIngestion(organization, parsed, signal),
  ]);
  const { serverNow, readAt } = first ?? readNow();
  // A run that was due already is no next one: it has begun, or its schedule is off.
  const isToCome = nextRunAt !== null && Date.parse(nextRunAt) > serverNow;
  return {
    ...{ snapshot, serverTime: new Date(serverNow).toISOString(), readAt },
    ...(isToCome && { nextRunAt }),
  };
}

/** A convenience: whatever goes wrong, or lasts, the wait begins without it. */
async function readNextRun(
  organization: Organization,
  { kind, syncId, executionId, caughtUpWithinMs }: ParsedAwait,
  cancelled: AbortSignal,
): Promise<string | null> {
  const isSearched = executionId === null && caughtUpWithinMs === null;
  if (!isSearched || !organization.allows(`${kind}Sync.getStatus`)) return null;
  const signal = AbortSignal.any([cancelled, AbortSignal.timeout(patienceMs)]);
  try {
    return (await adapterFor(kind, organization.client).readStatus(syncId, { signal })).nextRunAt;
  } catch {
    return null;
  }
}

/** @throws InvalidInputError where an ingestion is waited for that is not there, as it would never catch up. */
async function checkIngestion(
  { client }: Organization,
  { kind, syncId, caughtUpWithinMs }: ParsedAwait,
  signal: AbortSignal,
): Promise<void> {
  if (caughtUpWithinMs === null) return;
  const { ingestion } = await adapterFor(kind, client).readStatus(syncId, { signal });
  if (isIngesting(ingestion)) return;
  const what = ingestion === null ? 'Polytomic reports no ingestion of this sync' : 'the ingestion of this sync is off';
  const message = `expected a sync by change data capture (CDC), but ${what}`;
  throw new InvalidInputError('awaitSync', [{ field: 'caughtUpWithin', message }]);
}
