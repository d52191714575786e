/** What the watcher remembers of one execution, kept small as thousands are waited for at once. */
import type { AwaitItem, SettledExecution } from '../../contracts/composite-activities';
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
  /** When it was last known not to have ended. */
  aliveAt: number;
  /** When it was last looked at, or first registered. */
  lookedAt: number;
  dueAt: number;
  /** How long it should go unseen, as of the last look. */
  intervalMs: number;
  reading: boolean;
  hinted: boolean;
  /** The one read that comes on top of the budget, because something said that the run has ended, was sent. */
  confirmed: boolean;
  /** Hints that a read did not confirm, one after the other. */
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

/** What a new execution starts from; `lookedAt` is when a previous worker last saw it, if one did. */
export interface WatchStart {
  now: number;
  lookedAt?: number;
  uncertainSince?: number;
  deniedSince?: number;
}

/** An execution that is to be looked at for the first time by this watcher. */
export function watchedExecution(item: WatchItem, { now, lookedAt, ...known }: WatchStart): WatchedExecution {
  const createdAt = item.createdAt === null ? NaN : Date.parse(item.createdAt);
  const old = lookedAt !== undefined || Math.abs(now - createdAt) > justStartedMs;
  const beganAt = old && createdAt < now ? createdAt : (lookedAt ?? now);
  return {
    item,
    listeners: new Set(),
    beganAt,
    registeredAt: now,
    aliveAt: lookedAt ?? beganAt,
    lookedAt: lookedAt ?? now,
    dueAt: Infinity,
    intervalMs: Infinity,
    reading: false,
    hinted: false,
    confirmed: false,
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
