/** Polytomic and the workers of one simulation: the real activities and client, on the emulator, in simulated time. */
import { createActivities } from '../../src/activities';
import type { Activity } from '../../src/activities/guarded';
import { createClient } from '../../src/polytomic/client';
import type { Fetch, FetchAnswer, FetchInit } from '../../src/polytomic/http';
import { createEmulator, type InProcessEmulator } from '../../src/testing';
import type { Seed } from '../../src/testing';
import type { Random } from './random';
import type { SimWorker } from './sim-temporal';
import type { SimTime } from './sim-time';

/** What Polytomic does besides what its emulator does. Times are milliseconds. */
export interface Behaviour {
  /** Lists of executions and syncs lag by so much. */
  listLagMs: number;
  /** What each answer's `Date` differs from the clock that dates runs. */
  clockSkewsMs: readonly number[];
  /** Of one exchange. */
  latencyMs: { min: number; max: number };
  /** Runs read unlike their request: resyncs as none, everything as not partial. */
  readsUnlike: boolean;
}

/** How often each fault struck. */
export type Struck = Map<string, number>;

/** The API key of the simulation; it must cross nowhere. */
export const simulatedKey = 'simulated-secret-key-5e1f';

/** Polytomic, as the simulation's workers reach it. */
export class SimPolytomic {
  readonly emulator: InProcessEmulator;
  /** Starts whose answers reached nobody: their callers had given up, or were dead. */
  readonly undelivered: { at: number; path: string }[] = [];

  constructor(
    readonly time: SimTime,
    readonly random: Random,
    readonly options: { seed: Seed; idSeed: string; behaviour: Behaviour; struck: Struck },
  ) {
    this.emulator = createEmulator({
      clock: { now: () => time.now(), sleep: (ms) => time.sleep(ms) },
      idSeed: options.idSeed,
      keys: [simulatedKey],
      seed: options.seed,
      cancelMs: 2_000,
    });
  }

  /** The fetch of one worker; whatever a dead worker had sent goes on without it. */
  fetchOf(isAlive: () => boolean): Fetch {
    return async (url, init) => {
      const { behaviour } = this.options;
      const isStart = init.method === 'POST' && url.endsWith('/executions');
      const begin = this.time.now();
      const noteUndelivered = (): void => {
        if (isStart) this.undelivered.push({ at: begin, path: url });
      };
      const latency = (): Promise<void> =>
        this.time.sleep(this.random.int(behaviour.latencyMs.min, behaviour.latencyMs.max));
      await this.#orAborted(latency(), init.signal);
      if (!isAlive()) return never();
      const answered = this.emulator.handle({
        method: init.method,
        url,
        headers: init.headers,
        ...(init.body !== undefined && { body: init.body }),
      });
      answered.catch(() => undefined);
      const answer = await this.#orAborted(answered, init.signal).catch((error: unknown) => {
        noteUndelivered();
        throw error;
      });
      await latency();
      if (init.signal.aborted || !isAlive()) noteUndelivered();
      if (!isAlive()) return never();
      return this.#toAnswer(url, init, answer);
    };
  }

  #toAnswer(
    url: string,
    { method }: FetchInit,
    { status, headers, body }: Awaited<ReturnType<InProcessEmulator['handle']>>,
  ): FetchAnswer {
    const { behaviour } = this.options;
    const skew = this.random.pick(behaviour.clockSkewsMs);
    const dated = {
      ...headers,
      ...(headers.date !== undefined && { date: new Date(this.time.now() + skew).toUTCString() }),
    };
    if (skew !== 0) this.#strike('clocks differ');
    const text = status === 200 && method === 'GET' ? this.#bend(new URL(url).pathname, body) : body;
    return {
      status,
      headers: { get: (name) => dated[name.toLowerCase() as keyof typeof dated] ?? null },
      body: (async function* () {
        yield text;
      })(),
    };
  }

  /** Lists lag, and runs read unlike their request. */
  #bend(path: string, body: string): string {
    const { behaviour } = this.options;
    const isList = /\/executions$/.test(path) || /\/syncs$/.test(path);
    if (!isList || (behaviour.listLagMs === 0 && !behaviour.readsUnlike)) return body;
    const parsed = JSON.parse(body) as { data?: Record<string, unknown>[] };
    if (!Array.isArray(parsed.data)) return body;
    const shown = parsed.data.filter((item) => {
      const created = Date.parse(String(item.created_at));
      return !(this.time.now() - created < behaviour.listLagMs);
    });
    if (shown.length < parsed.data.length) this.#strike('a list lagged');
    const bent = behaviour.readsUnlike
      ? shown.map((item) => ('is_resync' in item ? { ...item, is_resync: false } : item))
      : shown;
    return JSON.stringify({ ...parsed, data: bent });
  }

  #strike(fault: string): void {
    this.options.struck.set(fault, (this.options.struck.get(fault) ?? 0) + 1);
  }

  #orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(new Error('aborted'));
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    });
  }
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}

/** A worker process, with clients and watchers of its own. */
export function createSimWorker(
  polytomic: SimPolytomic,
  { name, clockOffsetMs, random }: { name: string; clockOffsetMs: number; random: Random },
): SimWorker {
  const worker = { name, isAlive: true, isStopping: false };
  const isAlive = (): boolean => worker.isAlive;
  const clock = polytomic.time.machineClock(random, { offsetMs: clockOffsetMs, isAlive });
  const fetch = polytomic.fetchOf(isAlive);
  const client = createClient({
    apiKey: simulatedKey,
    url: 'https://polytomic.invalid',
    fetch,
    clock,
    idempotencySecret: 'simulated-fleet-secret',
  });
  const { activities, waitActivities } = createActivities({
    organizations: new Map([
      [
        'default',
        {
          name: 'default',
          client,
          allows: () => true,
          requestsPerMinute: 60,
          redactAnswer: async (_row: unknown, answer: unknown) => answer,
        },
      ],
    ]),
    setup: { waitTaskQueue: 'waits', heartbeatTimeoutMs: 75_000, cancelTimeoutMs: 60_000 },
    notify: new Map(),
    fetch,
    logs: { reaches: new Map(), maxFileBytes: 1, maxRunBytes: 1 },
    log: { info: () => undefined, warn: () => undefined },
  });
  const all = { ...activities, ...waitActivities } as Record<string, Activity<unknown, unknown>>;
  return Object.assign(worker, {
    activity(activityName: string): Activity<unknown, unknown> {
      const activity = all[activityName];
      if (!activity) throw new Error(`no activity ${activityName}`);
      return activity;
    },
  });
}
