/** The emulator's whole state as a plain value, and back. */
import type { SettableClock } from './clock';
import { EventFeed } from '../delivery/event-feed';
import { IdempotencyRecords } from '../http/idempotency';
import { decodeGraph, encodeGraph, type ObjectGraph } from './object-graph';
import { SyncTable } from './sync-table';
import type { StoredState } from './emulator-state';

/**
 * All that an emulator holds, as plain JSON: it can be written to a file and restored in another process. Keys and the
 * secrets of connections are in it as they are.
 */
export interface EmulatorSnapshot {
  /** Grows when what a snapshot holds changes; an emulator restores its own format only. */
  readonly format: 2;
  /** Milliseconds since the epoch, by the emulator's clock. */
  readonly at: number;
  /** All of the emulator's objects, as JSON. */
  readonly graph: ObjectGraph;
}

/** What is kept of a stage. */
export interface Kept {
  readonly state: StoredState;
  readonly records: IdempotencyRecords;
}

/** The classes of which state holds instances. They have no private names with a `#`, which nothing could bring back. */
const classes = { EventFeed, IdempotencyRecords, SyncTable };

/** Takes a snapshot. */
export const takeSnapshot = ({ state, records }: Kept, at: number): EmulatorSnapshot => ({
  format: 2,
  at,
  graph: encodeGraph({ state, records: records.settled() }, classes),
});

/** What a snapshot holds, all of it new. Sets a clock that it may set. Throws a RangeError when it is none. */
export function readSnapshot({ format, at, graph }: EmulatorSnapshot, clock: SettableClock): Kept {
  if (format !== 2) throw new RangeError(`snapshot.format: expected 2, not ${String(format)}`);
  if (!Array.isArray(graph)) throw new RangeError('snapshot.graph: expected a list');
  const kept = decodeGraph(graph, classes) as Kept;
  clock.set(at);
  return kept;
}
