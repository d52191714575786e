/** The syncs of one kind in one organization, found by id and listed in the API's order. */
import { notFound } from '../http/api-failure';
import { updatedAt, type Sync, type SyncKind } from './sync';

/** Syncs by id. Lists come newest change first, then by id, as the API orders them. */
export class SyncTable {
  private readonly syncs = new Map<string, Sync>();
  private sorted: readonly Sync[] | undefined;

  constructor(readonly kind: SyncKind) {}

  /** Adds or replaces a sync, or notes that its fields changed. */
  put(sync: Sync): void {
    this.syncs.set(sync.id, sync);
    this.sorted = undefined;
  }

  /** Removes a sync. */
  remove(id: string): void {
    this.syncs.delete(id);
    this.sorted = undefined;
  }

  /** The sync of that id, or undefined. */
  find(id: string): Sync | undefined {
    return this.syncs.get(id);
  }

  /** The sync of that id; throws a 404. */
  get(id: string): Sync {
    const sync = this.syncs.get(id);
    if (sync === undefined) throw notFound(`${this.kind} sync`, id);
    return sync;
  }

  /** All syncs in the API's order. */
  list(): readonly Sync[] {
    this.sorted ??= [...this.syncs.values()]
      .map((sync) => ({ sync, at: updatedAt(sync) }))
      .sort((one, other) => other.at - one.at || (one.sync.id < other.sync.id ? -1 : 1))
      .map(({ sync }) => sync);
    return this.sorted;
  }
}
