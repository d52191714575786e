/** Executions that run and end by a simulated clock, with the faults that a test asks for. */
import type { Execution } from '../../../../src/contracts/execution';
import type { ExecutionRef, SyncKind } from '../../../../src/contracts/sync-kind';
import type { BatchQuery, BatchRow } from '../../../../src/executions/sources/batch-source';
import type { EventQuery, FeedEvent } from '../../../../src/executions/sources/event-feed';
import { PolytomicError, type PolytomicErrorCode } from '../../../../src/polytomic/errors';
import type { SimulatedClock } from './simulated-clock';

/** One run: it exists from `createdAt` and ends at `endsAt`. */
export interface SimulatedRun extends ExecutionRef {
  createdAt: number;
  endsAt: number;
}

/** What answers a request instead of the truth; undefined lets the truth through. */
export type Fault = (request: { at: number; executionId?: string }) => PolytomicError | undefined;

/** Time of each request, and what it was. */
export interface LoggedRequest {
  at: number;
  what: 'read' | 'batch' | 'events';
  executionId?: string;
  /** Rough size of the answer. */
  bytes: number;
}

/** An error as the client throws it. */
export function apiError(code: PolytomicErrorCode, retryAfterMs?: number): PolytomicError {
  return new PolytomicError(`failed: ${code}`, {
    code,
    operation: 'modelSync.executions.get',
    method: 'GET',
    path: '/api/syncs/{sync_id}/executions/{id}',
    answered: code !== 'Network',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** An event, and when the feed shows it. */
interface SimulatedEvent extends FeedEvent {
  visibleAt: number;
}

/** Rough sizes of answers. */
const bytes = { read: 1_500, event: 450, batchRow: 600 };

/** The organization: its runs, and a log of what was asked. */
export class SimulatedPolytomic {
  readonly runs = new Map<string, SimulatedRun>();
  readonly requests: LoggedRequest[] = [];
  /** First faults win. */
  readonly faults: Fault[] = [];
  /** Statuses shown instead of `running` or `completed`. */
  readonly statuses = new Map<string, Partial<Execution>>();
  inFlight = 0;
  mostInFlight = 0;
  /** How many bulk syncs the organization has besides those that run. */
  idleBulkSyncs = 0;
  /** Ends as they were first seen by a read: when the answer arrived. */
  readonly detectedAt = new Map<string, number>();
  private readonly events: SimulatedEvent[] = [];

  constructor(
    readonly clock: SimulatedClock,
    readonly latency: () => number = () => 100,
  ) {}

  /** Adds a run that was just created. */
  add(executionId: string, durationMs: number, kind: SyncKind = 'model'): SimulatedRun {
    const createdAt = this.clock.trueTime;
    const run = { executionId, syncId: `sync-of-${executionId}`, kind, createdAt, endsAt: createdAt + durationMs };
    this.runs.set(executionId, run);
    return run;
  }

  readonly read = async ({ executionId }: ExecutionRef, signal: AbortSignal): Promise<Execution> => {
    await this.answer({ what: 'read', executionId, bytes: bytes.read }, signal);
    const run = this.runs.get(executionId);
    if (!run) throw apiError('NotFound');
    const execution = { ...toExecution(run, this.clock.trueTime), ...this.statuses.get(executionId) };
    if (execution.phase === 'ended' && !this.detectedAt.has(executionId)) {
      this.detectedAt.set(executionId, this.clock.trueTime);
    }
    return execution;
  };

  /** Newest first, both bounds strict, as the API's feed. */
  readonly readEvents = async (query: EventQuery, signal: AbortSignal): Promise<FeedEvent[]> => {
    const logged = await this.answer({ what: 'events', bytes: 0 }, signal);
    const { startingAfter, endingBefore = Infinity, limit } = query;
    const found: FeedEvent[] = [];
    for (let index = this.newerThan(endingBefore) - 1; index >= 0; index--) {
      const event = this.events[index];
      if (!event || event.at <= startingAfter || found.length === limit) break;
      if (event.visibleAt <= this.clock.trueTime) found.push(event);
    }
    logged.bytes = found.length * bytes.event;
    return found;
  };

  readonly readBatchStatus = async (query: BatchQuery, signal: AbortSignal): Promise<BatchRow[]> => {
    const logged = await this.answer({ what: 'batch', bytes: 0 }, signal);
    const wanted = 'syncIds' in query ? new Set(query.syncIds) : null;
    const runs = [...this.runs.values()].filter(({ kind, syncId }) => kind === 'bulk' && (wanted?.has(syncId) ?? true));
    const rows = runs.map((run) => this.toRow(run));
    const idle = wanted ? 0 : this.idleBulkSyncs;
    for (let index = 0; index < idle; index++) {
      rows.push({ syncId: `idle-${index}`, ended: true, executions: new Map() });
    }
    logged.bytes = rows.length * bytes.batchRow;
    return rows;
  };

  /** Puts an event into the feed; it shows `lagMs` after its time. */
  tell(executionId: string, at: number, { ended = true, lagMs = 0 } = {}): void {
    const event = { id: `event-${this.events.length}`, executionId, at, ended, visibleAt: at + lagMs };
    this.events.push(event);
    for (let index = this.events.length - 1; index > 0 && this.events[index - 1]!.at > at; index--) {
      [this.events[index - 1], this.events[index]] = [event, this.events[index - 1]!];
    }
  }

  private toRow({ syncId, executionId, endsAt }: SimulatedRun): BatchRow {
    const ended = this.clock.trueTime >= endsAt;
    return { syncId, ended, executions: new Map([[executionId, ended]]) };
  }

  /** Index of the first event that is too new: of those at or after `before`. */
  private newerThan(before: number): number {
    let [low, high] = [0, this.events.length];
    const bound = Math.min(before, this.clock.trueTime + 1);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.events[middle]!.at < bound) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** One request: logged, under way for a while, perhaps failing. */
  private async answer(request: Omit<LoggedRequest, 'at'>, signal: AbortSignal): Promise<LoggedRequest> {
    const logged = { ...request, at: this.clock.trueTime };
    this.requests.push(logged);
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    await this.clock.sleep(this.latency());
    this.inFlight -= 1;
    if (signal.aborted) throw apiError('Network');
    for (const fault of this.faults) {
      const error = fault(logged);
      if (error) throw error;
    }
    return logged;
  }
}

function toExecution({ createdAt, endsAt, kind, syncId, executionId }: SimulatedRun, now: number): Execution {
  const ended = now >= endsAt;
  const count = ended ? 10 : 5;
  return {
    kind,
    syncId,
    executionId,
    ...(ended ? { status: 'completed', phase: 'ended', ending: 'completed' } : { status: 'running', phase: 'running' }),
    createdAt: new Date(createdAt).toISOString(),
    startedAt: new Date(createdAt).toISOString(),
    completedAt: ended ? new Date(endsAt).toISOString() : null,
    records: { total: count, inserted: null, updated: null, upserted: null, deleted: null, errors: 0, warnings: 0 },
    errors: [],
  };
}
