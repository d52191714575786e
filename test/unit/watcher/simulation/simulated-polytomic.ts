/** Executions that run and end by a simulated clock, with the faults that a test asks for. */
import type { Execution } from '../../../../src/contracts/execution';
import type { ExecutionRef, SyncKind } from '../../../../src/contracts/sync-kind';
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

  constructor(
    readonly clock: SimulatedClock,
    readonly latency: () => number = () => 100,
  ) {}

  /** Adds a run that was just created. */
  add(executionId: string, durationMs: number, kind: SyncKind = 'model'): SimulatedRun {
    const createdAt = this.clock.now();
    const run = { executionId, syncId: `sync-of-${executionId}`, kind, createdAt, endsAt: createdAt + durationMs };
    this.runs.set(executionId, run);
    return run;
  }

  readonly read = async ({ executionId }: ExecutionRef, signal: AbortSignal): Promise<Execution> => {
    await this.answer({ what: 'read', executionId, bytes: 1_500 }, signal);
    const run = this.runs.get(executionId);
    if (!run) throw apiError('NotFound');
    return { ...toExecution(run, this.clock.now()), ...this.statuses.get(executionId) };
  };

  /** One request: logged, under way for a while, perhaps failing. */
  protected async answer(request: Omit<LoggedRequest, 'at'>, signal: AbortSignal): Promise<void> {
    const logged = { ...request, at: this.clock.now() };
    this.requests.push(logged);
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    await this.clock.sleep(this.latency());
    this.inFlight -= 1;
    if (signal.aborted) throw apiError('Network');
    for (const fault of this.faults) {
      const error = fault(logged);
      if (error) throw error;
    }
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
