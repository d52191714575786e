/** Activates a sync. Repeating it does no harm, so that each try has a key of its own and no outcome is replayed. */
import type { ItemFailure } from '../contracts/composite-activities';
import { isPolytomicError } from '../polytomic/errors';
import { failureRules, toItemFailure } from './item-failure';
import { retryDelayMs, type Again } from './post-once';
import type { SyncAdapter } from './sync-adapter';
import type { TryNote } from './try-note';

/** One call of {@link activateOnce}. */
export interface ActivateRequest {
  adapter: SyncAdapter;
  syncId: string;
  /** The start's or create's first key; those of the activation are derived from it. */
  key: string;
  note: TryNote;
}

/** What one try came to; `active` carries the note to go on with. */
export type ActivateStep =
  { state: 'active'; note: TryNote } | { state: 'failed'; failure: ItemFailure } | ({ state: 'again' } & Again);

/** A conflict of state that lasts longer than so many tries is told. */
const mostConflicts = 5;

/** Makes one try unless the note says that it is done. A sync that turns out active needs none. */
export async function activateOnce({ adapter, syncId, key, note }: ActivateRequest): Promise<ActivateStep> {
  const done: ActivateStep = { state: 'active', note: { ...note, activated: true } };
  if (note.activated) return done;
  const tries = (note.activations ?? 0) + 1;
  try {
    if (tries > 1 && (await adapter.readSync(syncId)).active) return done;
    await adapter.activate(syncId, `${key.slice(0, 230)}-activate-${tries}`);
    return done;
  } catch (error) {
    if (!isPolytomicError(error)) throw error;
    const hopeless = failureRules[error.code].nonRetryable || (error.code === 'Conflict' && tries >= mostConflicts);
    if (hopeless) return { state: 'failed', failure: toItemFailure(error) };
    const next = { ...note, activations: tries };
    return { state: 'again', note: next, delayMs: retryDelayMs(error, tries), cause: toItemFailure(error) };
  }
}
