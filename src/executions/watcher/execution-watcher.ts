/** Waits for ends of executions, for all who wait in this process: one for each client, however many executions are awaited. */
import type { Execution } from '../../contracts/execution';
import type { ExecutionRef, SyncKind } from '../../contracts/sync-kind';
import type { SettledExecution } from '../../contracts/waits';
import { isPolytomicError } from '../../polytomic/errors';
import { classifyRead, classifyReadError, type ReadResult } from './classify-read';
import type { OrganizationReads } from './organization-reads';
import { inRootContext } from './root-context';
import type { LastSeen, StatusListener } from './status-source';
import { Wait, type WatchOutcome, type WatchRequest } from './wait';
import { exportCheckpoint, restore, type WaitCheckpoint } from './wait-checkpoint';
import { toProgress, type WaitProgress } from './wait-progress';
import { WatchedExecution, type ExecutionReader, type Moment, type WatchItem } from './watched-execution';
import { WatchedExecutions } from './watched-executions';

export type { WatchOutcome, WatchRequest } from './wait';

/** What a watcher is built from. */
export interface WatcherOptions {
  /** Reads an execution by its id; throws a `PolytomicError`. The signal aborts when nobody waits any more. */
  read: (ref: ExecutionRef, signal: AbortSignal) => Promise<Execution>;
  /** Whether a status has a known meaning; others are logged, once each. Default: all are known. */
  isKnownStatus?: (kind: SyncKind, status: string) => boolean;
}

/** What a watcher is doing, for health and benchmarks. */
export interface WatcherStats {
  /** Requests sent since it was built. */
  requests: number;
  inFlight: number;
  waits: number;
  /** Executions that are remembered, waited for or not. */
  executions: number;
}

/**
 * No answer of Polytomic ends a wait but a read of the execution itself that shows its end, and refusals (401, 403, 404, 400)
 * that lasted.
 */
export class ExecutionWatcher implements ExecutionReader, StatusListener {
  private readonly executions: WatchedExecutions;
  private readonly waits = new Map<string, Wait>();
  private isClosed = false;

  constructor(
    private readonly shared: OrganizationReads,
    private readonly options: WatcherOptions,
  ) {
    this.executions = new WatchedExecutions(shared.clock);
    shared.listeners.add(this);
  }

  /**
   * Waits until some of the executions settle (or the time is up, or a newer wait of the same name takes over). Throws the
   * signal's reason when the caller leaves, and an Error when the watcher is closed.
   */
  watch(request: WatchRequest): Promise<WatchOutcome> {
    return inRootContext(() => this.register(request));
  }

  /** What a next worker needs to know to go on with a wait; of one that is not waiting, nothing. */
  checkpoint(waitId: string): WaitCheckpoint {
    const wait = this.waits.get(waitId);
    const { now } = this.moment();
    const executions = [...(wait?.pending ?? [])].map((watched) => {
      const state = watched.exportState({ now });
      const aliveAt = Math.max(state.aliveAt, this.shared.sources.quietUpTo(watched));
      return { executionId: watched.executionId, state: { ...state, aliveAt } };
    });
    return exportCheckpoint({ waitedMs: wait?.waitedMs ?? 0, executions });
  }

  /** Where the executions of a wait stood when they were last read. */
  progress(waitId: string): WaitProgress {
    return toProgress(this.waits.get(waitId)?.pending ?? []);
  }

  /** Says that an execution may have ended, so that it is read at once. Others than those waited for are ignored. */
  hint(executionId: string): void {
    inRootContext(() => {
      this.onEnd(executionId);
      this.shared.scheduler.dispatch();
    });
  }

  /** Fails every wait and leaves nothing behind. */
  close(): void {
    this.isClosed = true;
    for (const wait of [...this.waits.values()]) wait.fail(closedError());
    this.executions.clear();
    this.shared.listeners.delete(this);
  }

  get stats(): WatcherStats {
    const { scheduler, sources } = this.shared;
    const requests = scheduler.reads + sources.requests;
    return { requests, inFlight: scheduler.inFlight, waits: this.waits.size, executions: this.executions.size };
  }

  moment(): Moment {
    return this.shared.moment();
  }

  planRead(watched: WatchedExecution): void {
    const { scheduler, sources, clock } = this.shared;
    const isCovered = !watched.isAboutToEnd && scheduler.isCovered(watched);
    const plan = { safetyMs: isCovered ? sources.safetyMs : null, random: clock.random() };
    scheduler.schedule(watched, watched.planNext(this.moment(), plan));
  }

  async readOnce(watched: WatchedExecution, signal: AbortSignal): Promise<() => void> {
    try {
      const execution = await this.options.read(watched, signal);
      this.shared.recordAnswer();
      return () => this.applyResult(watched, classifyRead(watched.history, execution, this.moment().now));
    } catch (error) {
      if (!signal.aborted) this.shared.recordError(error);
      return () => this.applyError(watched, error);
    }
  }

  onEnd(executionId: string): void {
    const watched = this.executions.get(executionId);
    if (!watched || watched.settled) return;
    watched.reportEnd(this.moment(), this.shared.scheduler.isReading(watched));
    this.planRead(watched);
  }

  onRunning(executionId: string, at: number, seen: LastSeen): void {
    const watched = this.executions.get(executionId);
    if (!watched || watched.settled || at < watched.aliveAt) return;
    watched.recordSeen(seen);
    this.planRead(watched);
  }

  private register(request: WatchRequest): Promise<WatchOutcome> {
    const wait = new Wait(request, { clock: this.shared.clock, onLeave: (left) => this.release(left) });
    if (this.isClosed) wait.fail(closedError());
    else this.addWait(wait);
    return wait.promise;
  }

  private addWait(wait: Wait): void {
    const { waitId, items, checkpoint } = wait.request;
    const older = this.waits.get(waitId);
    this.waits.set(waitId, wait);
    const joined = items.map((item) => {
      const watched = this.executions.get(item.executionId) ?? this.createWatched(item, checkpoint);
      if (item.liveCountsMs !== undefined) watched.wantLiveCounts(item.liveCountsMs);
      return watched;
    });
    for (const watched of joined) {
      if (watched.settled) continue;
      watched.listeners.add(wait);
      wait.pending.add(watched);
      this.executions.retain(watched);
      this.shared.scheduler.add(watched);
      this.planRead(watched);
    }
    for (const watched of joined) if (watched.settled) wait.addSettled(watched, watched.settled);
    older?.finish('superseded');
    wait.listen();
    this.shared.scheduler.dispatch();
  }

  private createWatched(item: WatchItem, checkpoint: WaitCheckpoint | undefined): WatchedExecution {
    const watched = new WatchedExecution(item, this, restore(checkpoint, item.executionId));
    if (this.shared.sources.hasReported(item.executionId)) watched.reportEnd(this.moment(), false);
    return watched;
  }

  private release(wait: Wait): void {
    if (this.waits.get(wait.request.waitId) === wait) this.waits.delete(wait.request.waitId);
    for (const watched of wait.pending) {
      watched.listeners.delete(wait);
      if (watched.listeners.size > 0) continue;
      this.shared.scheduler.remove(watched);
      this.executions.retain(watched);
    }
  }

  private applyError(watched: WatchedExecution, error: unknown): void {
    if (!isPolytomicError(error)) {
      this.shared.warn('A read of an execution failed unexpectedly', { error: String(error) });
    }
    const { keyRefusedSince } = this.shared;
    if (keyRefusedSince !== null) watched.history.recordKeyRefused(keyRefusedSince);
    this.applyResult(watched, classifyReadError(watched.history, error, this.moment().now));
  }

  private applyResult(watched: WatchedExecution, result: ReadResult): void {
    switch (result.type) {
      case 'ended':
        return this.settle(watched, { state: 'ended', execution: result.execution });
      case 'unreadable':
        return this.settle(watched, lost(watched, result.failure));
      case 'keyRefused':
        void this.settleRefused(watched, result.failure);
        return;
      case 'running':
        this.warnUnknownStatus(result.execution);
        watched.recordRunning(this.moment(), result.execution);
        break;
      case 'unread':
        watched.recordUnread(this.moment(), result.delayMs * (0.8 + 0.2 * this.shared.clock.random()));
    }
    this.planRead(watched);
  }

  /** A key that is refused for one run for long is tried on something else before all waits are ended. */
  private async settleRefused(watched: WatchedExecution, failure: Extract<ReadResult, { failure: object }>['failure']) {
    const [other] = [...this.executions.awaited()].filter((one) => one !== watched);
    const isRefused = await this.shared.isKeyRefused(other && ((signal) => this.options.read(other, signal)));
    if (isRefused === null) {
      watched.recordUnread(this.moment(), watched.history.retryDelayMs);
      return this.planRead(watched);
    }
    const refused = isRefused ? [...this.executions.awaited()] : [watched];
    for (const one of refused) this.settle(one, lost(one, failure));
  }

  /** An end is remembered for who asks again; that it cannot be read is not, as it may be repaired. */
  private settle(watched: WatchedExecution, settled: SettledExecution): void {
    this.shared.scheduler.remove(watched);
    const listeners = watched.settle(settled);
    if (settled.state === 'ended') this.executions.retain(watched);
    else this.executions.remove(watched);
    for (const listener of listeners) listener.addSettled(watched, settled);
  }

  private warnUnknownStatus({ kind, status }: Execution): void {
    if (this.options.isKnownStatus?.(kind, status) !== false) return;
    this.shared.warn('Waiting on an execution with an unknown status', { kind, status });
  }
}

function lost({ executionId, syncId, kind }: WatchedExecution, failure: SettledItemFailure): SettledExecution {
  return { state: 'lost', executionId, syncId, kind, failure };
}

type SettledItemFailure = Extract<SettledExecution, { state: 'lost' }>['failure'];

const closedError = (): Error => new Error('The execution watcher is closed.');
