/** What the watcher remembers of one execution, kept small as thousands are waited for at once. */
import type { AwaitItem, SettledExecution } from '../../contracts/waits';
import type { Execution, RecordCounts, SchemaExecution } from '../../contracts/execution';

/** One execution to wait for. */
export type WatchItem = AwaitItem;

/** Who wants to know of an end. */
export interface EndListener {
  add(watched: WatchedExecution, settled: SettledExecution): void;
}

/** What the last look told of a run in progress. */
export interface LastSeen {
  status: string;
  records: RecordCounts | null;
  schemas: Pick<SchemaExecution, 'schema' | 'status' | 'records' | 'errors'>[];
}

/** Timing and state of one execution, shared by all who wait for it. Times are milliseconds since the epoch. */
export interface WatchedExecution {
  readonly item: WatchItem;
  readonly listeners: Set<EndListener>;
  /** When it began, by this machine's clock. */
  readonly beganAt: number;
  readonly registeredAt: number;
  /** When it was last known not to have ended, or until when no event told of an end. */
  aliveAt: number;
  /** When it was last looked at, here or by a previous worker; else when it was registered. */
  lookedAt: number;
  looked: boolean;
  dueAt: number;
  /** How long it should go unseen, as of the last look. */
  intervalMs: number;
  /** Factor on the interval, so that what was registered together is not looked at together. */
  jitter: number;
  reading: boolean;
  /** Something said that the run has ended, and no read has answered to that yet. */
  suspect: boolean;
  hintedWhileReading: boolean;
  /** Tries left for the one confirming read that comes on top of the budget. */
  freeReads: number;
  /** Hints that a read did not confirm. */
  falseHints: number;
  /** Reads that failed one after the other. */
  failures: number;
  refusals: number;
  uncertainSince: number | null;
  missing: { since: number; reads: number } | null;
  deniedSince: number | null;
  seen: LastSeen | null;
  settled: SettledExecution | null;
  /** Since when nobody waits for it, or since it settled. */
  idleSince: number;
}

/** Clocks differ by up to a minute, so a run that seems so young was just started. */
const justStartedMs = 90_000;

/** A confirming read that meets a 5xx or a rate limit is tried again. */
const freeTries = 3;

/** What a new execution starts from; the optional times are what a previous worker knew. */
export interface WatchStart {
  now: number;
  lookedAt?: number;
  aliveAt?: number;
  uncertainSince?: number;
  deniedSince?: number;
}

/** An execution that is to be looked at for the first time by this watcher. */
export function watchedExecution(item: WatchItem, { now, lookedAt, aliveAt, ...known }: WatchStart): WatchedExecution {
  const createdAt = item.createdAt === null ? NaN : Date.parse(item.createdAt);
  const old = lookedAt !== undefined || Math.abs(now - createdAt) > justStartedMs;
  const beganAt = old && createdAt < now ? createdAt : (lookedAt ?? now);
  return {
    item,
    listeners: new Set(),
    beganAt,
    registeredAt: now,
    aliveAt: aliveAt ?? lookedAt ?? beganAt,
    lookedAt: lookedAt ?? now,
    dueAt: Infinity,
    intervalMs: Infinity,
    looked: lookedAt !== undefined,
    jitter: 1,
    reading: false,
    suspect: false,
    hintedWhileReading: false,
    freeReads: freeTries,
    falseHints: 0,
    failures: 0,
    refusals: 0,
    uncertainSince: known.uncertainSince ?? null,
    missing: null,
    deniedSince: known.deniedSince ?? null,
    seen: null,
    settled: null,
    idleSince: now,
  };
}

/** Schemas kept of one execution for whoever looks at a wait in progress. */
const keptSchemas = 20;

/** The little of a read that is kept while the run goes on. */
export function lastSeen({ status, records, schemas = [] }: Execution): LastSeen {
  const kept = schemas.slice(0, keptSchemas).map((one) => ({
    schema: one.schema,
    status: one.status,
    records: one.records,
    errors: one.errors,
  }));
  return { status, records, schemas: kept };
}
