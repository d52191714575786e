/** Waits for ends of executions, for all who wait in this process: one for each client, however many executions are awaited. */
import type { Execution } from '../../contracts/execution';
import type { ExecutionRef, SyncKind } from '../../contracts/sync-kind';
import type { AwaitItem, SettledExecution } from '../../contracts/waits';
import type { PolytomicError } from '../../polytomic/errors';
import { toItemFailure } from '../error-classes';
import { classifyRead } from '../reads/classify-read';
import type { ReadScheduler } from '../reads/read-scheduler';
import { inRootContext } from '../reads/root-context';
import { Wait, type WatchOutcome, type WatchRequest } from './wait';
import { exportCheckpoint, restore, type WaitCheckpoint } from './wait-checkpoint';
import { toProgress, type WaitProgress } from './wait-progress';
import { WatchedExecution, type ExecutionReader } from './watched-execution';
import { WatchedExecutions } from './watched-executions';

/** What a watcher is built from. */
export interface WatcherOptions {
  /** Reads an execution by its id; throws a `PolytomicError`. The signal aborts when nobody waits any more. */
  read: (ref: ExecutionRef, signal: AbortSignal) => Promise<Execution>;
  /** Whether a status has a known meaning; others are logged, once each. Default: all are known. */
  isKnownStatus?: (kind: SyncKind, status: string) => boolean;
}

/**
 * No answer of Polytomic ends a wait but a read of the execution itself that shows its end, and refusals (401, 403, 404, 400)
 * that lasted.
 */
export class ExecutionWatcher implements ExecutionReader {
  private readonly executions: WatchedExecutions;
  private readonly waits = new Map<string, Wait>();
  private isClosed = false;

  constructor(
    private readonly scheduler: ReadScheduler,
    private readonly options: WatcherOptions,
  ) {
    this.executions = new WatchedExecutions(scheduler.clock);
    scheduler.listeners.add(this.onEnd);
  }

  /**
   * Waits until some of the executions settle (or the time is up, or a newer wait of the same name takes over). Throws the
   * signal's reason when the caller leaves, and an Error when the watcher is closed.
   */
  watch(request: WatchRequest): Promise<WatchOutcome> {
    return inRootContext(() => {
      const wait: Wait = new Wait(this.scheduler.clock, request, () => this.release(wait));
      if (this.isClosed) wait.fail(closedError());
      else this.addWait(wait);
      return wait.promise;
    });
  }

  /** What a next worker needs to know to go on with a wait; of one that is not waiting, nothing. */
  checkpoint(waitId: string): WaitCheckpoint {
    const wait = this.waits.get(waitId);
    const { now } = this.scheduler.moment();
    const executions = [...(wait?.pending ?? [])].map((watched) => {
      const state = watched.exportState(now, this.scheduler.sources.quietUpTo(watched));
      return { executionId: watched.executionId, state };
    });
    return exportCheckpoint(wait?.waitedMs ?? 0, executions);
  }

  /** Where the executions of a wait stood when they were last read. */
  progress(waitId: string): WaitProgress {
    return toProgress(this.waits.get(waitId)?.pending ?? []);
  }

  /** Says that an execution may have ended, so that it is read at once. */
  hint(executionId: string): void {
    inRootContext(() => {
      this.scheduler.reportEnd(executionId, null);
      this.scheduler.dispatch();
    });
  }

  /** Fails every wait and leaves nothing behind. */
  close(): void {
    this.isClosed = true;
    for (const wait of [...this.waits.values()]) wait.fail(closedError());
    this.scheduler.listeners.delete(this.onEnd);
  }

  /** What it is doing: `requests` since it was built, `executions` that are remembered, waited for or not. */
  get stats(): Record<'requests' | 'inFlight' | 'waits' | 'executions', number> {
    const { reads, sources, inFlight } = this.scheduler;
    return { requests: reads + sources.requests, inFlight, waits: this.waits.size, executions: this.executions.size };
  }

  /** An end is remembered for who asks again. */
  async readExecution(watched: WatchedExecution, signal: AbortSignal): Promise<() => void> {
    const answer = await this.options.read(watched, signal);
    return () => {
      const at = this.scheduler.moment();
      const execution = classifyRead(watched.history, answer, at.now);
      if (execution.phase === 'ended') return this.settle(watched, { state: 'ended', execution });
      const { kind, status } = execution;
      const isKnown = this.options.isKnownStatus?.(kind, status) ?? true;
      if (!isKnown) this.scheduler.warn('Waiting on an execution with an unknown status', { kind, status });
      watched.recordRunning(at, execution);
    };
  }

  /** That it cannot be read is not remembered, as it may be repaired. */
  loseExecution(watched: WatchedExecution, error: PolytomicError): void {
    const { executionId, syncId, kind } = watched;
    const failure = { ...toItemFailure(error), nonRetryable: true };
    this.settle(watched, { state: 'lost', executionId, syncId, kind, failure });
    this.executions.remove(watched);
  }

  private readonly onEnd = (executionId: string): boolean => {
    const watched = this.executions.get(executionId);
    if (watched && !watched.settled) watched.reportEnd(this.scheduler.moment());
    return watched !== undefined;
  };

  private addWait(wait: Wait): void {
    const { waitId, items, checkpoint } = wait.terms;
    const older = this.waits.get(waitId);
    this.waits.set(waitId, wait);
    const joined = items.map((item) => {
      const watched = this.executions.get(item.executionId) ?? this.createWatched(item, checkpoint);
      if (watched.settled) return watched;
      if (item.still) watched.takeStillness(item.still, this.scheduler.moment().now);
      watched.addListener(wait, item);
      this.executions.retain(watched);
      this.scheduler.add(watched);
      return watched;
    });
    wait.begin(joined);
    older?.return('superseded');
    this.scheduler.dispatch();
  }

  private createWatched(item: AwaitItem, checkpoint: WaitCheckpoint | undefined): WatchedExecution {
    const at = this.scheduler.moment();
    const watched = new WatchedExecution(item, this, at, restore(checkpoint, item.executionId));
    // It may have ended before anybody waited for it.
    if (this.scheduler.ends.has(item.executionId)) watched.reportEnd(at);
    return watched;
  }

  private release(wait: Wait): void {
    if (this.waits.get(wait.terms.waitId) === wait) this.waits.delete(wait.terms.waitId);
    for (const watched of wait.pending) {
      watched.listeners.delete(wait);
      if (watched.listeners.size > 0) continue;
      this.scheduler.remove(watched);
      this.executions.retain(watched);
    }
  }

  private settle(watched: WatchedExecution, settled: SettledExecution): void {
    this.scheduler.remove(watched);
    const listeners = watched.settle(settled);
    this.executions.retain(watched);
    for (const listener of listeners) listener.addSettled(watched, settled);
  }
}

const closedError = (): Error => new Error('The execution watcher is closed.');
