/** Starts one execution once: the same key until it is answered, then a look, then the next key. */
import type { Execution } from '../contracts/execution';
import type { StartedItem, StartItem, SyncBefore } from '../contracts/composite-activities';
import { findOurs, isSince } from './adopt';
import { activateOnce, type ActivateStep } from './activate';
import { readBefore } from './before';
import { postOnce, restOfWait, withWakeAt, type Again, type PostStep } from './post-once';
import type { SyncAdapter } from './sync-adapter';
import { keyAt, resumeNote, type TryNote } from './try-note';

/** One call of {@link startOnce}. */
export interface StartRequest {
  adapter: SyncAdapter;
  item: StartItem;
  /** What the last call left, perhaps by way of a history; null on the first. */
  note: unknown;
  /** The previous attempt ended without leaving a note of its own: its try may have started a run. */
  unansweredTry: boolean;
  /** Local clock, milliseconds. Default: the system's. */
  now?: () => number;
  /** Told what must survive the end of this process, as soon as it is known; the note of an `again` included. */
  onNote: (note: TryNote) => void;
}

/** What came of one call: the end, or when to call again and why. */
export type StartStep = { done: StartedItem } | { again: Again };

type Target = Pick<StartRequest, 'adapter' | 'item'>;
type Step = PostStep<Execution, SyncBefore>;

/**
 * Makes at most one try of the start, and never sleeps. Polytomic's trouble is never thrown. What nobody can know: after
 * a try without an answer that no key brings back, a run that somebody else started in that very moment is taken for
 * ours, as both look alike.
 */
export async function startOnce(request: StartRequest): Promise<StartStep> {
  const { onNote, now = Date.now } = request;
  const resumed = resumeNote(request.note, { ...request, now: now() });
  const early = restOfWait(resumed, now());
  if (early) return { again: early };
  const step = await takeStep({ ...request, now }, resumed);
  if (step.state !== 'again') return { done: toStarted(step) };
  const again = withWakeAt(step, now());
  onNote(again.note);
  return { again };
}

async function takeStep({ adapter, item, now, onNote }: Required<StartRequest>, resumed: TryNote): Promise<Step> {
  const ready = await makeReady({ adapter, item }, resumed);
  if (ready.state !== 'active') return ready;
  return postOnce(
    {
      keys: item.keys,
      post: (key) => adapter.start(item.syncId, item.options, key),
      findOurs: () => findOurs({ adapter, item }),
      pick: ([likeliest]) => likeliest,
      findForeign: () => findForeign({ adapter, item, now }),
      now,
      onNote,
    },
    ready.note,
  );
}

function toStarted(step: Exclude<Step, { state: 'again' }>): StartedItem {
  switch (step.state) {
    case 'done': {
      const { executionId, status, createdAt } = step.value;
      return { state: 'started', executionId, status, createdAt, adopted: step.found };
    }
    case 'blocked':
      return { state: 'refused', before: step.by };
    case 'failed':
      return { state: 'failed', failure: step.failure };
  }
}

async function makeReady({ adapter, item }: Target, note: TryNote): Promise<ActivateStep> {
  if (!item.activate) return { state: 'active', note };
  return activateOnce({ adapter, syncId: item.syncId, key: keyAt(item.keys, 0), note });
}

/** A run in progress, or one that began and perhaps ended since the baseline: either explains why ours was refused. */
async function findForeign({ adapter, item, now }: Target & { now: () => number }): Promise<SyncBefore | undefined> {
  const before = await readBefore(adapter, item.syncId, { now });
  const { newest, running } = before;
  const isNewer =
    newest !== null && newest.executionId !== item.newestBefore && isSince(newest.createdAt ?? '', item.notBefore);
  return running || isNewer ? before : undefined;
}
