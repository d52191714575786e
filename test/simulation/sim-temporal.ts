/** A simulated Temporal: activities with their timeouts and retries, workers that come and go, timers, continue-as-new. */
import { ActivityCancellationDetails, ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Activity } from '../../src/activities/guarded';
import { activityOf } from '../../src/workflows/engine/activity-of';
import { optionsOf } from '../../src/workflows/engine/activity-options';
import type { Command, CommandError } from '../../src/workflows/engine/commands';
import type { Io, Running } from '../../src/workflows/engine/drive';
import type { EngineState } from '../../src/workflows/engine/state';
import type { Random } from './random';
import type { SimProcess, SimTime } from './sim-time';

/** A process that serves both task queues. */
export interface SimWorker extends SimProcess {
  readonly name: string;
  /** Takes no new activities: it is being stopped. */
  isStopping: boolean;
  activity(name: string): Activity<unknown, unknown>;
}

/** What happened, for the judge. */
export interface TemporalLedger {
  events: number;
  largestPayload: number;
  /** Secrets that crossed. */
  leaks: string[];
  /** Failures that ended an activity as their next delay was 0. */
  notRetriedForZero: number;
  attempts: number;
  lostAttempts: number;
  /** When starts were scheduled whose attempt was lost, and their requests. */
  lostStarts: { at: number; request: string }[];
  continued: number;
}

interface Attempt {
  worker: SimWorker;
  environment: MockActivityEnvironment;
  lastHeartbeatAt: number;
}

/** One activity, through all its attempts. */
interface Scheduled {
  name: string;
  text: string;
  options: Options;
  heartbeat: unknown;
  attempt: number;
  current: Attempt | null;
  isOver: boolean;
  scheduledAt: number;
  settle: (end: { result: unknown } | { error: CommandError }) => void;
}

/** Options in milliseconds. */
interface Options {
  startToCloseMs: number;
  scheduleToStartMs: number | null;
  scheduleToCloseMs: number | null;
  heartbeatMs: number | null;
  maxAttempts: number;
  firstPauseMs: number;
  coefficient: number;
  maxPauseMs: number;
  waitsForCancellation: boolean;
  isTryCancel: boolean;
}

/** How many events a task of the workflow costs, and an activity's end. */
/** Why activities are cancelled whose worker stops, as the SDK says it. */
const shutdown = 'WORKER_SHUTDOWN';
const eventsPerActivity = 6;
const eventsPerTimer = 2;
/** No run of the workflow is shorter: Temporal suggests to continue as new after thousands of events, a story after 20 or more. */
const shortestRunMs = 100;

/** Serves the engines of one simulation. */
export class SimTemporal {
  readonly workers: SimWorker[] = [];
  readonly ledger: TemporalLedger = {
    events: 0,
    largestPayload: 0,
    leaks: [],
    notRetriedForZero: 0,
    attempts: 0,
    lostAttempts: 0,
    lostStarts: [],
    continued: 0,
  };
  readonly #scheduled = new Set<Scheduled>();
  readonly #waiting = new Set<() => void>();

  constructor(
    readonly time: SimTime,
    readonly random: Random,
    readonly workflowId: string,
    readonly secrets: readonly string[],
  ) {}

  /** The world of one run of the workflow. `historyLimit`: events after which it should continue as new. */
  io(options: {
    runId: string;
    historyLimit: number | null;
    onCancel: (listener: () => void) => void;
    onStep: (state: EngineState) => void;
    onLog: Io['log'];
  }): Io {
    const { runId, historyLimit, onStep, onLog } = options;
    const firstEvents = this.ledger.events;
    const leavesFrom = this.time.now() + shortestRunMs;
    const isFull = (limit: number): boolean =>
      this.ledger.events - firstEvents > limit && this.time.now() >= leavesFrom;
    return {
      identity: { workflowId: this.workflowId, runId },
      now: () => this.time.temporalNow(),
      task: () => this.time.now(),
      run: (command) => this.runCommand(command, runId),
      toError: (error) => error as CommandError,
      armTimer: (at, onFired) => {
        this.ledger.events += eventsPerTimer;
        return this.time.setTimer(Math.max(1, at - this.time.temporalNow()), () => {
          onFired();
          this.wakeEngines();
        });
      },
      until: async (isReady) => {
        while (!isReady()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
      },
      onCancel: (listener) =>
        options.onCancel(() => {
          listener();
          this.wakeEngines();
        }),
      shouldLeave: () => historyLimit !== null && isFull(historyLimit),
      log: onLog,
      onStep,
    };
  }

  /** Something happened: whoever waits looks again. */
  wakeEngines(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  /** Performs an activity by its name, as a workflow schedules it. */
  async perform(name: string, request: unknown, options: Options): Promise<unknown> {
    const { result } = this.#schedule(name, { name, request, options, runId: 'first' });
    return result;
  }

  runCommand(command: Command, runId: string): Running {
    const { name, request } = activityOf(command);
    return this.#schedule(command.id, { name, request, options: toOptions(optionsOf(command)), runId });
  }

  /** Whether it has something under way. */
  isBusy(worker: SimWorker): boolean {
    return [...this.#scheduled].some(({ current }) => current?.worker === worker);
  }

  /** Kills a worker: what it had under way is lost, and comes back by its timeouts. */
  kill(worker: SimWorker): void {
    worker.isAlive = false;
  }

  /** Stops a worker gracefully: what it has under way is asked to end. */
  stop(worker: SimWorker): void {
    worker.isStopping = true;
    for (const { current, isOver } of this.#scheduled) {
      if (isOver || current?.worker !== worker) continue;
      const { environment } = current;
      this.time.within(worker, () =>
        environment.cancel(shutdown, new ActivityCancellationDetails({ workerShutdown: true })),
      );
    }
    this.time.setTimer(20_000, () => (worker.isAlive = false));
  }

  #schedule(
    text: string,
    { name, request, options, runId }: { name: string; request: unknown; options: Options; runId: string },
  ): Running {
    this.ledger.events += eventsPerActivity;
    let scheduled: Scheduled | null = null;
    const result = new Promise<unknown>((resolve, reject) => {
      const settle: Scheduled['settle'] = (end) => {
        if (!scheduled || scheduled.isOver) return;
        scheduled.isOver = true;
        this.#scheduled.delete(scheduled);
        if ('result' in end) resolve(this.#payload(end.result));
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as `toError` answers it
        else reject(end.error);
        void Promise.resolve().then(() => this.wakeEngines());
      };
      scheduled = {
        ...{ name, text, options, settle },
        heartbeat: undefined,
        attempt: 0,
        current: null,
        isOver: false,
        scheduledAt: this.time.now(),
      };
      this.#scheduled.add(scheduled);
      const { scheduleToCloseMs } = options;
      if (scheduleToCloseMs !== null)
        this.#after(scheduled, scheduleToCloseMs, () => settle({ error: lost('schedule to close', undefined) }));
      this.#offer(scheduled, this.#payload(request), runId);
    });
    result.catch(() => undefined);
    return { result, abandon: () => scheduled && this.#cancel(scheduled) };
  }

  #cancel(scheduled: Scheduled): void {
    if (scheduled.isOver) return;
    const canceled: CommandError = { type: 'canceled', failureType: null, message: 'canceled', nonRetryable: false };
    const { current, options } = scheduled;
    if (!current) return scheduled.settle({ error: canceled });
    // Cancellation travels by heartbeat.
    this.time.setTimer(Math.min(options.heartbeatMs ?? 60_000, 60_000) * this.random.next(), () => {
      this.time.within(current.worker, () => current.environment.cancel('CANCELLED'));
    });
    if (options.isTryCancel) scheduled.settle({ error: canceled });
  }

  /** Waits for a worker that takes it. */
  #offer(scheduled: Scheduled, request: unknown, runId: string): void {
    const { options } = scheduled;
    const offeredAt = this.time.now();
    const poll = (): void => {
      if (scheduled.isOver) return;
      const waited = this.time.now() - offeredAt;
      if (options.scheduleToStartMs !== null && waited >= options.scheduleToStartMs) {
        const heartbeat = scheduled.heartbeat;
        return scheduled.settle({ error: { ...lost('schedule to start', heartbeat), type: 'notPickedUp' } });
      }
      const ready = this.workers.filter(({ isAlive, isStopping }) => isAlive && !isStopping);
      if (ready.length > 0) return this.#begin(scheduled, { request, runId, worker: this.random.pick(ready) });
      this.time.setTimer(1_000, poll);
    };
    this.time.setTimer(this.random.chance(0.02) ? this.random.spread(100, 60_000) : this.random.int(1, 30), poll);
  }

  #begin(
    scheduled: Scheduled,
    { request, runId, worker }: { request: unknown; runId: string; worker: SimWorker },
  ): void {
    const { name, options, text } = scheduled;
    scheduled.attempt += 1;
    this.ledger.attempts += 1;
    const environment = new MockActivityEnvironment(
      {
        activityType: name,
        activityId: text,
        attempt: scheduled.attempt,
        heartbeatDetails: scheduled.heartbeat,
        heartbeatTimeoutMs: options.heartbeatMs ?? undefined,
        scheduledTimestampMs: scheduled.scheduledAt + this.time.temporalAheadMs,
        currentAttemptScheduledTimestampMs: this.time.temporalNow(),
        startToCloseTimeoutMs: options.startToCloseMs,
        workflowExecution: { workflowId: this.workflowId, runId },
      },
      { logger: silentLogger },
    );
    const attempt: Attempt = { worker, environment, lastHeartbeatAt: this.time.now() };
    scheduled.current = attempt;
    const retry = (error: CommandError, pauseMs?: number): void =>
      this.#retry(scheduled, { request, runId, error, attempt, pauseMs });
    environment.on('heartbeat', (details: unknown) => {
      if (!worker.isAlive || scheduled.current !== attempt) return;
      attempt.lastHeartbeatAt = this.time.now();
      scheduled.heartbeat = this.#payload(details);
    });
    this.#after(scheduled, options.startToCloseMs, () => retry(lost('start to close', scheduled.heartbeat)), attempt);
    this.#watchHeartbeats(scheduled, attempt, () => retry(lost('heartbeat', scheduled.heartbeat)));
    // A process that stalls takes a task, and begins with it later.
    this.time.within(worker, () => {
      environment.run(worker.activity(name), request).then(
        (result) => {
          if (!worker.isAlive || scheduled.current !== attempt) return;
          this.time.setTimer(this.random.int(1, 20), () => {
            if (worker.isAlive && scheduled.current === attempt) scheduled.settle({ result });
          });
        },
        (error: unknown) => {
          if (!worker.isAlive || scheduled.current !== attempt) return;
          this.#noteFailure(scheduled, error, retry);
        },
      );
    });
  }

  #noteFailure(scheduled: Scheduled, error: unknown, retry: (error: CommandError, pauseMs?: number) => void): void {
    if (error instanceof CancelledFailure && error.message === shutdown) {
      // The SDK's core fails what ends because its worker stops, so that another one takes it at once.
      return retry({ type: 'failed', failureType: 'WorkerShutdown', message: error.message, nonRetryable: false });
    }
    if (error instanceof CancelledFailure) {
      return scheduled.settle({
        error: { type: 'canceled', failureType: null, message: error.message, nonRetryable: false },
      });
    }
    const failure = error instanceof ApplicationFailure ? error : null;
    const failed: CommandError = {
      type: 'failed',
      failureType: failure?.type ?? (error instanceof Error ? error.name : null),
      message: error instanceof Error ? error.message : String(error),
      nonRetryable: failure?.nonRetryable ?? false,
    };
    const delay = failure?.nextRetryDelay;
    const delayMs = delay === undefined || delay === null ? undefined : toMs(delay);
    // Temporal reads a next delay of 0 as "do not retry".
    if (delayMs === 0) this.ledger.notRetriedForZero += 1;
    if (failed.nonRetryable || delayMs === 0) return scheduled.settle({ error: failed });
    retry(failed, delayMs);
  }

  #retry(
    scheduled: Scheduled,
    {
      request,
      runId,
      error,
      attempt,
      pauseMs,
    }: { request: unknown; runId: string; error: CommandError; attempt: Attempt; pauseMs?: number },
  ): void {
    if (scheduled.isOver || scheduled.current !== attempt) return;
    if (error.type === 'lost') {
      this.ledger.lostAttempts += 1;
      const isStart = scheduled.name === 'polytomic.startExecutions';
      if (isStart) this.ledger.lostStarts.push({ at: scheduled.scheduledAt, request: JSON.stringify(request) });
    }
    scheduled.current = null;
    const { options } = scheduled;
    if (scheduled.attempt >= options.maxAttempts) return scheduled.settle({ error });
    const backoff = options.firstPauseMs * options.coefficient ** Math.min(scheduled.attempt - 1, 20);
    this.time.setTimer(pauseMs ?? Math.min(options.maxPauseMs, backoff), () => this.#offer(scheduled, request, runId));
  }

  #watchHeartbeats(scheduled: Scheduled, attempt: Attempt, onLost: () => void): void {
    const { heartbeatMs } = scheduled.options;
    if (heartbeatMs === null) return;
    const check = (): void => {
      if (scheduled.isOver || scheduled.current !== attempt) return;
      const left = attempt.lastHeartbeatAt + heartbeatMs - this.time.now();
      if (left <= 0) return onLost();
      this.time.setTimer(left, check);
    };
    this.time.setTimer(heartbeatMs, check);
  }

  #after(scheduled: Scheduled, ms: number, then: () => void, attempt?: Attempt): void {
    this.time.setTimer(ms, () => {
      if (!scheduled.isOver && (!attempt || scheduled.current === attempt)) then();
    });
  }

  /** What crosses is JSON. */
  #payload(value: unknown): unknown {
    if (value === undefined) return undefined;
    const text = JSON.stringify(value);
    this.ledger.largestPayload = Math.max(this.ledger.largestPayload, text.length);
    for (const secret of this.secrets) if (text.includes(secret)) this.ledger.leaks.push(text.slice(0, 200));
    return JSON.parse(text) as unknown;
  }
}

function lost(timeout: string, heartbeat: unknown): CommandError {
  const message = `the activity timed out (${timeout})`;
  return {
    type: 'lost',
    failureType: null,
    message,
    nonRetryable: false,
    ...(heartbeat !== undefined && { heartbeat }),
  };
}

/** Activity options in the simulation's terms. */
export function toOptions(options: ReturnType<typeof optionsOf>): Options {
  const { retry = {} } = options;
  const optional = (value: string | number | undefined): number | null => (value === undefined ? null : toMs(value));
  return {
    startToCloseMs: optional(options.startToCloseTimeout) ?? Infinity,
    scheduleToStartMs: optional(options.scheduleToStartTimeout),
    scheduleToCloseMs: optional(options.scheduleToCloseTimeout),
    heartbeatMs: optional(options.heartbeatTimeout),
    maxAttempts: retry.maximumAttempts ?? Infinity,
    firstPauseMs: optional(retry.initialInterval) ?? 1_000,
    coefficient: retry.backoffCoefficient ?? 2,
    maxPauseMs: optional(retry.maximumInterval) ?? 100_000,
    waitsForCancellation: options.cancellationType === 'WAIT_CANCELLATION_COMPLETED',
    isTryCancel: options.cancellationType !== 'WAIT_CANCELLATION_COMPLETED',
  };
}

/** A duration as activities' options and inputs write it, in milliseconds. */
export function toMs(value: string | number): number {
  if (typeof value === 'number') return value;
  const [, count, unit] = /^(\d+)\s*(ms|milliseconds?|s|seconds?|minutes?|hours?|days?)$/.exec(value) ?? [];
  const units: Record<string, number> = { m: 60_000, s: 1_000, h: 3_600_000, d: 86_400_000 };
  const ms = unit?.startsWith('ms') || unit?.startsWith('milli') ? 1 : units[unit?.[0] ?? ''];
  if (count === undefined || ms === undefined)
    throw new Error(`a duration that the simulation does not know: ${value}`);
  return Number(count) * ms;
}

const silentLogger = {
  log: () => undefined,
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
