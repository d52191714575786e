/** Waits until ingestions of CDC syncs have caught up: one for each client, and one read of a sync for all who wait for it. */
import type { CaughtUp, IngestionState } from '../../contracts/ingestion';
import type { SyncRef } from '../../contracts/sync-kind';
import type { PolytomicClient } from '../../polytomic/client';
import { caughtUpWithin } from '../../rules/ingestion';
import { adapterFor } from '../adapter-for';
import { nextReadAgeMs } from '../reads/hazard';
import type { ReadScheduler } from '../reads/read-scheduler';
import type { Moment } from '../reads/moment';
import { SyncCalls, SyncRead, type SyncCallsState, type SyncCallTerms } from '../reads/sync-calls';

/** One request for the ingestion of a bulk sync; null: it has none. Throws a `PolytomicError`. */
export type ReadIngestion = (syncId: string, signal: AbortSignal) => Promise<IngestionState | null>;

/** What is waited for, and how long. */
export interface IngestionRequest extends Omit<SyncCallTerms, 'kind'> {
  withinMs: number;
}

/** Builds the one watcher that a process needs for a client; it spends of the same budget as all waits. */
export function createClientIngestionWatcher(client: PolytomicClient, scheduler: ReadScheduler): IngestionWatcher {
  return new IngestionWatcher(scheduler, async (syncId, signal) => {
    return (await adapterFor('bulk', client).readStatus(syncId, { signal })).ingestion;
  });
}

/** A wait lasts until the ingestion has caught up, whatever goes wrong meanwhile, except refusals that last. */
export class IngestionWatcher {
  private readonly waits: SyncCalls<CaughtUp, IngestionRequest & SyncRef, WatchedIngestion>;

  constructor(scheduler: ReadScheduler, read: ReadIngestion) {
    this.waits = new SyncCalls(scheduler, (sync) => new WatchedIngestion(sync, read, () => scheduler.moment()));
  }

  /**
   * Null when the time is up. Throws the signal's reason when the caller leaves, and the `PolytomicError` of a refusal that
   * lasted.
   */
  wait(request: IngestionRequest): Promise<CaughtUp | null> {
    return this.waits.wait({ kind: 'bulk', ...request });
  }

  /** How the longest wait for a sync stands. */
  stateOf(syncId: string): SyncCallsState {
    return this.waits.stateOf(syncId);
  }
}

/** An ingestion that is read again and again, ever more rarely. No source tells of it. */
class WatchedIngestion extends SyncRead<CaughtUp, IngestionRequest & SyncRef> {
  constructor(
    sync: SyncRef,
    private readonly read: ReadIngestion,
    private readonly moment: () => Moment,
  ) {
    super(sync);
  }

  hazard(): number {
    return 0;
  }

  async request(signal: AbortSignal): Promise<() => void> {
    const state = await this.read(this.syncId, signal);
    return () => this.recordState(state);
  }

  protected override intervalMs(): number {
    return (nextReadAgeMs(null, this.ageMs) - this.ageMs) * (0.9 + 0.1 * this.chance);
  }

  private recordState(state: IngestionState | null): void {
    const at = this.moment();
    this.history.recordAnswer();
    for (const call of [...this.calls]) {
      const caughtUp = caughtUpWithin(state, call.terms.withinMs, at.serverNow);
      if (caughtUp) call.finish(caughtUp);
    }
    this.recordAlive(at);
  }
}
