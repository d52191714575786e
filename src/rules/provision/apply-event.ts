/** What happened, and what it makes of an apply's state: pure. */
import type { ActivatedSyncs, AppliedItem, AwaitedObjects, DeletedObjects } from '../../contracts/provision-activities';
import type { ItemFailure } from '../../contracts/item-failure';
import { failureTypes } from '../../contracts/failure-types';
import { pauseMs } from '../attempt-state';
import { isSyncKind } from './to-objects';
import type { ApplyEntry, ApplyState, StopReason } from './apply-state';
import { afterDeletion, type Deletion } from './deletions';

/** One thing that happened. A null answer: the activity was lost, and what it did is not known. */
export type ApplyEvent =
  | { type: 'applied'; addresses: string[]; results: AppliedItem[] | null }
  | { type: 'awaited'; addresses: string[]; results: AwaitedObjects | null; failure: ItemFailure | null }
  | { type: 'activated'; addresses: string[]; results: ActivatedSyncs | null; failure: ItemFailure | null }
  | { type: 'ran'; address: string; result: ApplyEntry['runResult']; failure: ItemFailure | null }
  | { type: 'deleted'; keys: string[]; results: DeletedObjects | null }
  | { type: 'refused'; addresses: string[]; failure: ItemFailure }
  | { type: 'stop'; why: StopReason };

/** How long a refusal that passes (schemas that are still being read) is met with patience. */
const notReadyLimitMs = 30 * 60_000;
const lostDelayMs = 1_000;
/** Pauses this long end on multiples of it. */
const alignedFromMs = 30_000;

/** The state after an event; the given one stays as it is. */
export function applyEvent(state: ApplyState, event: ApplyEvent, now: number): ApplyState {
  const next: ApplyState = { ...state, entries: { ...state.entries } };
  const change = (address: string, make: (entry: ApplyEntry) => Partial<ApplyEntry>): void => {
    const entry = next.entries[address];
    if (entry) next.entries[address] = { ...entry, ...make(entry) };
  };
  switch (event.type) {
    case 'applied':
      event.addresses.forEach((address, index) =>
        change(address, (entry) => afterApplied(entry, event.results?.[index], now)),
      );
      break;
    case 'awaited':
      for (const address of event.addresses)
        change(address, (entry) => afterAwaited(entry, event.results?.[address], event.failure));
      break;
    case 'activated':
      for (const address of event.addresses)
        change(address, (entry) => afterActivated(entry, event.results?.[address], { now, failure: event.failure }));
      break;
    case 'ran':
      change(event.address, () => ({ run: 'done', runResult: event.result, failure: event.failure }));
      break;
    case 'refused':
      for (const address of event.addresses)
        change(address, (entry) => ({
          status: entry.status === 'applying' || entry.status === 'settling' ? 'failed' : entry.status,
          failure: event.failure,
          activation: 'done',
        }));
      break;
    case 'deleted':
      afterDeleted(next, event, now);
      break;
    case 'stop':
      next.stopping ??= event.why;
      break;
  }
  return stopOnFailure(next);
}

/** A failure undoes everything with `rollback`; without it, what does not depend on it goes on. */
function stopOnFailure(state: ApplyState): ApplyState {
  const failed = Object.values(state.entries).some(({ failure }) => failure !== null);
  const isLate = state.phase === 'activating' || state.phase === 'running';
  if (
    failed &&
    state.stopping === null &&
    (state.rollback || isLate) &&
    state.phase !== 'undoing' &&
    state.phase !== 'ended'
  ) {
    return { ...state, stopping: 'failed' };
  }
  return state;
}

function afterApplied(entry: ApplyEntry, result: AppliedItem | undefined, now: number): Partial<ApplyEntry> {
  if (!result) {
    const lost = { unanswered: true, mayExist: entry.id === null, lostAt: now };
    return { ...lost, status: 'waiting', wakeAt: now + lostDelayMs, why: 'its worker was lost' };
  }
  if (result.state === 'done') {
    const isConnection = entry.kind === 'connections' && (entry.isNeeded || result.wrote);
    const { id, created, wrote, needsConsent, firstRun } = result;
    return {
      status: isConnection ? 'settlingSoon' : 'done',
      id,
      created,
      wrote: wrote || created,
      needsConsent,
      firstRun,
      unanswered: false,
      mayExist: false,
      lostAt: lossThatCounts(entry),
      failure: null,
      why: needsConsent ? 'needs consent' : '',
    };
  }
  const id = result.id ?? entry.id;
  // Where the next try made nothing, a create that arrives late does.
  const lostAt = id === null ? entry.lostAt : lossThatCounts(entry);
  const known = { id, unanswered: false, mayExist: result.mayExist ?? id === null, lostAt };
  if (result.state === 'failed')
    return {
      ...known,
      status: 'failed',
      created: result.created,
      failure: result.failure,
      why: result.failure.message,
    };
  const isCreated = entry.id === null && result.id !== null;
  const isNotReady = result.failure.type === failureTypes.Rejected;
  const notReadySince = isNotReady ? (entry.notReadySince ?? now) : null;
  const again = {
    ...known,
    created: entry.created || isCreated,
    note: result.note,
    notReadySince,
    why: result.failure.message,
  };
  if (notReadySince !== null && now - notReadySince >= notReadyLimitMs)
    return { ...again, status: 'failed', failure: { ...result.failure, nonRetryable: true } };
  return { ...again, status: 'waiting', wakeAt: aligned(now + result.delayMs, result.delayMs) };
}

/**
 * Of an object whose next try was answered. A create that arrives late brings the key of its retry and changes nothing. What
 * overwrites fields could undo what is written later; the errors and schemas of a new sync are written so, too.
 */
const lossThatCounts = ({ id, kind, lostAt }: ApplyEntry): number | null =>
  id !== null || isSyncKind(kind) ? lostAt : null;

/** Objects that wait long for the same trouble to pass wake together, in one activity: a history does not grow with them. */
function aligned(at: number, delayMs: number): number {
  const gridMs = delayMs >= alignedFromMs ? alignedFromMs : 1;
  return Math.ceil(at / gridMs) * gridMs;
}

function afterAwaited(
  entry: ApplyEntry,
  result: AwaitedObjects[string] | undefined,
  failure: ItemFailure | null,
): Partial<ApplyEntry> {
  if (entry.status !== 'settling') return {};
  if (failure) return { status: 'failed', failure, why: failure.message };
  // It did not settle with the others of its wait: another wait goes on.
  if (!result) return { status: 'settlingSoon' };
  if (result.state === 'needsConsent') return { status: 'settlingSoon', needsConsent: true, why: 'needs consent' };
  if (result.state === 'ready') return { status: 'done', needsConsent: false, why: '' };
  const message = `${entry.address} ${result.reason}`;
  return { status: 'failed', failure: { type: failureTypes.Rejected, message, nonRetryable: true }, why: message };
}

function afterActivated(
  entry: ApplyEntry,
  result: ActivatedSyncs[string] | undefined,
  { now, failure }: { now: number; failure: ItemFailure | null },
): Partial<ApplyEntry> {
  if (result?.state === 'done') return { activation: 'done', wrote: entry.wrote || result.changed };
  if (result?.state === 'ready') return { activation: 'waiting', isChecked: true, why: '' };
  const why = result?.failure ?? failure;
  if (why?.nonRetryable) return { activation: 'done', failure: why, why: why.message };
  const lost = !result && !failure ? { lostAt: now } : {};
  const activationTries = entry.activationTries + 1;
  const delayMs = pauseMs(activationTries + 1);
  const message = why?.message ?? 'its worker was lost';
  return { ...lost, activation: 'waiting', activationTries, wakeAt: aligned(now + delayMs, delayMs), why: message };
}

function afterDeleted(
  state: ApplyState,
  { keys, results }: Extract<ApplyEvent, { type: 'deleted' }>,
  now: number,
): void {
  const isUndo = state.phase === 'undoing';
  const deadline = isUndo ? (state.undoDeadline ?? now) : Number.POSITIVE_INFINITY;
  const next = (deletion: Deletion): Deletion =>
    deletion.status === 'deleting' && keys.includes(deletion.key)
      ? afterDeletion(deletion, results?.[deletion.key], { now, deadline })
      : deletion;
  if (isUndo) state.undo = state.undo.map(next);
  else state.deletions = state.deletions.map(next);
}
