/** Decides whether one more sync may run: by how many run in all, and on each of its connections. */

/** Limits of what may run at the same time. */
export interface ConcurrencyLimits {
  maxConcurrent: number;
  /** Null: no limit. */
  maxConcurrentPerConnection: number | null;
}

/** Counts what runs. A sync with the same source and destination counts once there. */
export class Concurrency {
  #running = 0;
  readonly #onConnection: Map<string, number>;

  /** @param others runs of others on each connection, as far as known */
  constructor(
    readonly limits: ConcurrencyLimits,
    others: Readonly<Record<string, number>> = {},
  ) {
    this.#onConnection = new Map(Object.entries(others));
  }

  /** How many more may run, whatever their connections. */
  get free(): number {
    return Math.max(0, this.limits.maxConcurrent - this.#running);
  }

  /** Whether a sync on these connections may run too. */
  fits(connections: readonly string[]): boolean {
    const most = this.limits.maxConcurrentPerConnection;
    if (this.free === 0) return false;
    return most === null || connections.every((id) => (this.#onConnection.get(id) ?? 0) < most);
  }

  /** A sync on these connections runs. */
  enter(connections: readonly string[]): void {
    this.#running += 1;
    this.occupy(connections);
  }

  /** Another user's run is on these connections: it takes no place in all. */
  occupy(connections: readonly string[]): void {
    for (const id of new Set(connections)) this.#onConnection.set(id, (this.#onConnection.get(id) ?? 0) + 1);
  }
}

/** Runs of others on each connection: all that were seen there but our own. */
export function runsOfOthers(
  seen: Readonly<Record<string, number>>,
  own: readonly (readonly string[])[],
): Record<string, number> {
  const others = { ...seen };
  for (const connections of own) {
    for (const id of new Set(connections)) if (others[id] !== undefined) others[id] = Math.max(0, others[id] - 1);
  }
  return others;
}
