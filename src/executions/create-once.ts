/** Creates one sync once, or finds the one that bears its name. */
import type { CreatedSync, CreateSyncItem, ItemFailure } from '../contracts/composite-activities';
import { failureTypes } from '../contracts/failure-types';
import { isPolytomicError, type PolytomicError } from '../polytomic/errors';
import { activateOnce } from './activate';
import { isSince } from './adopt';
import { readBefore } from './before';
import { failureRules, toItemFailure } from './item-failure';
import { lookEveryMs, patienceMs, postOnce, restOfWait, withWakeAt, type Again } from './post-once';
import type { FoundSync, SyncAdapter } from './sync-adapter';
import { keyAt, resumeNote, type TryNote } from './try-note';

/** One call of {@link createOnce}. */
export interface CreateRequest {
  adapter: SyncAdapter;
  /** Its request holds the secrets themselves, no references. */
  item: CreateSyncItem;
  /** What the last call left; null on the first. */
  note: TryNote | null;
  /** The previous attempt ended without leaving a note of its own: its try may have created a sync. */
  unansweredTry: boolean;
  /** Local clock, milliseconds. Default: the system's. */
  now?: () => number;
  /** Told what must survive the end of this process, as soon as it is known; the note of an `again` included. */
  onNote: (note: TryNote) => void;
}

/** What one call came to: the end, or when to call again and why. */
export type CreateStep = { done: CreatedSync } | { failed: ItemFailure } | { again: Again };

type Creation = Required<CreateRequest>;
/** Each step on the way works on the note that the one before left. */
type Progress =
  { state: 'next'; note: TryNote } | { state: 'failed'; failure: ItemFailure } | ({ state: 'again' } & Again);

/** Several new syncs bear the name after a create without a clear answer: no one can tell which of them is ours. */
class SeveralCreated extends Error {
  override readonly name = 'SeveralCreated';
}

/**
 * Makes at most one try of the create, and never sleeps. Polytomic's trouble is never thrown. What nobody can know: after
 * a try without an answer that no key brings back, a sync of the same name that somebody else created in that very
 * moment is taken for ours.
 */
export async function createOnce(request: CreateRequest): Promise<CreateStep> {
  const creation: Creation = { ...request, now: request.now ?? Date.now };
  const { now, onNote } = creation;
  const note = resumeNote(request.note, { ...request, now: now() });
  const early = restOfWait(note, now());
  if (early) return { again: early };
  const step = await takeSteps(creation, note);
  if (!('again' in step)) return step;
  const again = withWakeAt(step.again, now());
  onNote(again.note);
  return { again };
}

async function takeSteps(creation: Creation, resumed: TryNote): Promise<CreateStep> {
  let note = resumed;
  for (const takeStep of [searchByName, create, activateAdopted]) {
    const progress = await takeStep(creation, note);
    if (progress.state === 'failed') return { failed: progress.failure };
    if (progress.state === 'again') return { again: progress };
    note = progress.note;
  }
  return readCreated(creation, note);
}

async function searchByName({ adapter, item }: Creation, note: TryNote): Promise<Progress> {
  if (item.adopt !== 'byName' || note.searched) return { state: 'next', note };
  const name = nameOf(item);
  try {
    const [found, ...others] = await adapter.findByName(name);
    const searched = { ...note, searched: true };
    if (!found) return { state: 'next', note: searched };
    if (others.length > 0)
      return { state: 'failed', failure: ambiguous(`${others.length + 1} syncs are named "${name}"`) };
    return { state: 'next', note: { ...searched, adopted: true, activated: found.active, syncId: found.syncId } };
  } catch (error) {
    return afterError(error, note);
  }
}

async function create({ adapter, item, now, onNote }: Creation, note: TryNote): Promise<Progress> {
  if (note.syncId !== undefined) return { state: 'next', note };
  try {
    const step = await postOnce<FoundSync, never>(
      {
        keys: item.keys,
        post: (key) => adapter.create(item.sync, key),
        findOurs: () => findCreated(adapter, item),
        pick: (found) => onlyOne(found, item),
        findForeign: async () => undefined,
        now,
        onNote,
      },
      note,
    );
    if (step.state === 'blocked') return step.by;
    return step.state === 'done' ? { state: 'next', note: created(step.value, { note, now, onNote }) } : step;
  } catch (error) {
    if (error instanceof SeveralCreated) return { state: 'failed', failure: ambiguous(error.message) };
    throw error;
  }
}

/** From here on nothing may be created any more. */
function created(
  { syncId }: FoundSync,
  { note, now, onNote }: Pick<Creation, 'now' | 'onNote'> & { note: TryNote },
): TryNote {
  const noted = { ...note, lastTry: now(), syncId };
  onNote(noted);
  return noted;
}

async function findCreated(adapter: SyncAdapter, item: CreateSyncItem): Promise<FoundSync[]> {
  const named = await adapter.findByName(nameOf(item));
  return named.filter(({ createdAt }) => createdAt !== null && isSince(createdAt, item.notBefore));
}

function onlyOne(found: readonly FoundSync[], item: CreateSyncItem): FoundSync | undefined {
  if (found.length > 1) throw new SeveralCreated(`${found.length} syncs named "${nameOf(item)}" were created just now`);
  return found[0];
}

async function activateAdopted({ adapter, item }: Creation, note: TryNote): Promise<Progress> {
  if (!note.adopted || note.syncId === undefined || item.sync.active === false) return { state: 'next', note };
  const step = await activateOnce({ adapter, syncId: note.syncId, key: keyAt(item.keys, 0), note });
  return step.state === 'active' ? { state: 'next', note: step.note } : step;
}

/** A sync that was just created may take a moment to be readable. */
async function readCreated({ adapter, now }: Creation, note: TryNote): Promise<CreateStep> {
  try {
    const before = await readBefore(adapter, note.syncId ?? '', { now });
    return { done: { action: note.adopted ? 'adopted' : 'created', before } };
  } catch (error) {
    const early = isPolytomicError(error, 'NotFound') && now() - note.lastTry < patienceMs;
    if (early) return { again: { note, delayMs: lookEveryMs, cause: toItemFailure(error) } };
    const progress = afterError(error, note);
    return progress.state === 'failed' ? { failed: progress.failure } : { again: progress };
  }
}

/** Reads are tried again unless they will fail for ever. @throws what is not the client's */
function afterError(error: unknown, note: TryNote): Exclude<Progress, { state: 'next' }> {
  if (!isPolytomicError(error)) throw error;
  if (failureRules[error.code].nonRetryable) return { state: 'failed', failure: toItemFailure(error) };
  return { state: 'again', note, delayMs: retryReadMs(error), cause: toItemFailure(error) };
}

const retryReadMs = ({ retryAfterMs }: PolytomicError): number => retryAfterMs ?? lookEveryMs;

function ambiguous(message: string): ItemFailure {
  return { type: failureTypes.Ambiguous, message, nonRetryable: true };
}

/** A request without a name is refused by the API; until then it is like no other. */
function nameOf({ sync }: CreateSyncItem): string {
  return typeof sync.name === 'string' ? sync.name : '';
}
