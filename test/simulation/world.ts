/** Polytomic and the workers of one simulation: the real activities and client, on the emulator, in simulated time. */
import { createActivities } from '../../src/activities';
import type { Activity } from '../../src/activities/guarded';
import { createClient } from '../../src/polytomic/client';
import type { Fetch, FetchAnswer, FetchInit } from '../../src/polytomic/http';
import { createEmulator, type InProcessEmulator } from '../../src/testing';
import type { ExecutionRecord, FaultHandle, FaultSpec, Seed } from '../../src/testing';
import { unreadName, type UnreadSync } from './obstacles';
import type { Random } from './random';
import { simulatedTarget, type Behaviour, type Scenario } from './scenario';
import type { SimWorker } from './sim-temporal';
import type { SimProcess, SimTime } from './sim-time';
import type { Strikes } from './strikes';

/** The API key of the simulation; it must cross nowhere. */
export const simulatedKey = 'simulated-secret-key-5e1f';

/** Longer than any caller waits for an answer. */
const hangMs = 10 * 60_000;

/** Polytomic, as the simulation's workers reach it. */
export class SimPolytomic {
  readonly emulator: InProcessEmulator;
  /** Starts whose answers reached nobody: their callers had given up, or were dead. */
  readonly undelivered: { at: number; path: string }[] = [];
  readonly #faults: { name: string; handle: FaultHandle; hits: number; isLasting?: true }[] = [];
  /** Syncs of which the batch status has no row, and until when. */
  readonly #unread = new Map<string, number>();
  readonly #losses: FaultHandle[] = [];
  readonly #lost = new Set<string>();

  constructor(
    readonly time: SimTime,
    readonly random: Random,
    readonly options: { seed: Seed; idSeed: string; behaviour: Behaviour; strikes: Strikes },
  ) {
    this.emulator = createEmulator({
      clock: { now: () => time.now(), sleep: (ms) => time.sleep(ms) },
      idSeed: options.idSeed,
      keys: [simulatedKey],
      seed: options.seed,
      cancelMs: 2_000,
    });
  }

  /** A fault of the API from now on. */
  inject(name: string, spec: FaultSpec): void {
    const { loseEvents: share } = spec;
    if (typeof share === 'number') {
      const loses = (id: string): boolean => Number.parseInt(id.slice(0, 6), 16) / 0x1000000 < share;
      this.#losses.push(
        this.emulator.fault({ ...spec, loseEvents: ({ id }) => loses(id) && this.#loseEvent(name, id) }),
      );
      return;
    }
    this.#faults.push({ name, handle: this.emulator.fault(spec), hits: 0 });
  }

  /** One sync cannot be read from now on, while all else works. */
  injectUnread({ syncId, forMs, status }: UnreadSync): void {
    const untilEndMs = forMs ?? Infinity;
    const operation = ['modelSync.get', 'bulkSync.get'];
    const how = status === 'hangs' ? { delayEffectMs: hangMs } : { status };
    const spec = { operation, path: new RegExp(`/${syncId}$`), ...how, forMs: untilEndMs };
    this.#unread.set(syncId, this.time.now() + untilEndMs);
    this.#faults.push({ name: unreadName, handle: this.emulator.fault(spec), hits: 0, isLasting: true });
  }

  /** What the API tells of runs that have ended, once the story is over: no fault is in force any more. */
  async readCounts(executions: readonly ExecutionRecord[]): Promise<Map<string, RunCounts>> {
    for (const handle of [...this.#losses, ...this.#faults.map((fault) => fault.handle)]) handle.remove();
    const counts = new Map<string, RunCounts>();
    const headers = { authorization: `Bearer ${simulatedKey}`, 'x-polytomic-version': '2025-09-18' };
    for (const { id, kind, syncId, completedAt } of executions) {
      if (completedAt === undefined) continue;
      const url = `${kind === 'bulk' ? '/api/bulk/syncs' : '/api/syncs'}/${syncId}/executions/${id}`;
      const { status, body } = await this.emulator.handle({ url, headers });
      // Those of a sync that was deleted are gone.
      if (status === 200) counts.set(id, toCounts((JSON.parse(body) as { data: Told }).data));
    }
    return counts;
  }

  #loseEvent(name: string, id: string): true {
    if (!this.#lost.has(id)) this.options.strikes.note(name);
    this.#lost.add(id);
    return true;
  }

  #noteHits(): void {
    for (const fault of this.#faults) {
      if (fault.handle.hits === fault.hits) continue;
      fault.hits = fault.handle.hits;
      if (fault.isLasting) this.options.strikes.noteLasting(fault.name);
      else this.options.strikes.note(fault.name);
    }
  }

  /** The fetch of one worker; whatever a dead worker had sent goes on without it. */
  fetchOf(process: SimProcess): Fetch {
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
      if (!(await this.time.isAwake(process))) return never();
      if (init.signal.aborted) throw new Error('aborted');
      const answered = this.emulator.handle({
        method: init.method,
        url,
        headers: init.headers,
        ...(init.body !== undefined && { body: init.body }),
      });
      answered.catch(() => undefined);
      this.#noteHits();
      const sent = await this.#orAborted(answered, init.signal).catch(async (error: unknown) => {
        noteUndelivered();
        await this.time.isAwake(process);
        throw error;
      });
      // What it tells, and its date, are of when it was sent, whenever it is read.
      const answer = this.#toAnswer(url, init, sent);
      await latency();
      const isAwake = await this.time.isAwake(process);
      if (init.signal.aborted || !isAwake) noteUndelivered();
      if (!isAwake) return never();
      return answer;
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
    if (skew !== 0) this.options.strikes.noteLasting('clocks differ');
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
    if (path === '/api/events') return this.#bendEvents(body);
    if (path === '/api/bulk/syncs/status') return this.#bendStatus(body);
    const isList = /\/executions$/.test(path) || /\/syncs$/.test(path);
    if (!isList || (behaviour.listLagMs === 0 && !behaviour.readsUnlike)) return body;
    const parsed = JSON.parse(body) as { data?: Record<string, unknown>[] };
    if (!Array.isArray(parsed.data)) return body;
    const shown = parsed.data.filter((item) => {
      const created = Date.parse(String(item.created_at));
      // What was there before the story began has long been listed.
      return created <= this.time.startAt || !(this.time.now() - created < behaviour.listLagMs);
    });
    if (shown.length < parsed.data.length) this.options.strikes.noteLasting('a list lagged');
    const bent = behaviour.readsUnlike
      ? shown.map((item) => ('is_resync' in item ? { ...item, is_resync: false } : item))
      : shown;
    return JSON.stringify({ ...parsed, data: bent });
  }

  #bendStatus(body: string): string {
    if (this.#unread.size === 0) return body;
    const parsed = JSON.parse(body) as { data?: { sync_id?: string }[] };
    if (!Array.isArray(parsed.data)) return body;
    const isShown = (id = ''): boolean => (this.#unread.get(id) ?? 0) <= this.time.now();
    return JSON.stringify({ ...parsed, data: parsed.data.filter(({ sync_id }) => isShown(sync_id)) });
  }

  /** Events are hints alone: late, doubled and in any order they must do no harm. */
  #bendEvents(body: string): string {
    const { eventsLateMs, areEventsDoubled, areEventsShuffled } = this.options.behaviour;
    if (eventsLateMs === 0 && !areEventsDoubled && !areEventsShuffled) return body;
    const parsed = JSON.parse(body) as { data?: Record<string, unknown>[] };
    if (!Array.isArray(parsed.data) || parsed.data.length === 0) return body;
    const { strikes } = this.options;
    let shown = parsed.data.filter(
      ({ created_at }) => this.time.now() - Date.parse(String(created_at)) >= eventsLateMs,
    );
    if (shown.length < parsed.data.length) strikes.noteLasting('events came late');
    if (areEventsDoubled) {
      if (shown.length > 0) strikes.noteLasting('events came twice');
      shown = shown.flatMap((event) => [event, event]);
    }
    if (areEventsShuffled && shown.length > 1) {
      strikes.noteLasting('events came in another order');
      shown = this.random.shuffle(shown);
    }
    return JSON.stringify({ ...parsed, data: shown });
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

/** Records of a run. */
export interface RunCounts {
  total: number;
  errors: number;
  warnings: number;
  /** Written in any way, as far as its kind of sync tells. */
  written: number | null;
  failedSchemas: number;
}

interface Told {
  counts?: { total: number; error: number; warnings: number; insert: number };
  record_count?: number;
  error_count?: number;
  warning_count?: number;
  schemas?: { status: string }[] | null;
}

function toCounts({ counts, schemas, ...bulk }: Told): RunCounts {
  const failedSchemas = (schemas ?? []).filter(({ status }) => status === 'failed').length;
  return {
    total: counts?.total ?? bulk.record_count ?? 0,
    errors: counts?.error ?? bulk.error_count ?? 0,
    warnings: counts?.warnings ?? bulk.warning_count ?? 0,
    written: counts?.insert ?? null,
    failedSchemas,
  };
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}

/** A worker process, with clients and watchers of its own. */
export function createSimWorker(
  polytomic: SimPolytomic,
  {
    name,
    clockOffsetMs,
    random,
    notify,
    organization = 'default',
  }: {
    name: string;
    clockOffsetMs: number;
    random: Random;
    notify: Scenario['notify'];
    /** The only one that it knows. */
    organization?: string;
  },
): SimWorker {
  const worker = { name, isAlive: true, isStopping: false, stalledUntil: 0 };
  const clock = polytomic.time.machineClock(random, { offsetMs: clockOffsetMs, process: worker });
  const fetch = polytomic.fetchOf(worker);
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
        organization,
        {
          name: organization,
          client,
          allows: () => true,
          requestsPerMinute: 60,
          redactAnswer: async (_row: unknown, answer: unknown) => answer,
        },
      ],
    ]),
    setup: { waitTaskQueue: 'waits', heartbeatTimeoutMs: 75_000, cancelTimeoutMs: 60_000 },
    notify: new Map([[simulatedTarget, { activity: simulatedTarget }]]),
    fetch,
    logs: { reaches: new Map(), maxFileBytes: 1, maxRunBytes: 1 },
    log: { info: () => undefined, warn: () => undefined },
  });
  const all = { ...activities, ...waitActivities } as Record<string, Activity<unknown, unknown>>;
  return Object.assign(worker, {
    activity(activityName: string): Activity<unknown, unknown> {
      if (activityName === simulatedTarget) return () => notifyPeople(polytomic, notify);
      const activity = all[activityName];
      if (!activity) throw new Error(`no activity ${activityName}`);
      return activity;
    },
  });
}

/** An activity of the user's. */
function notifyPeople(polytomic: SimPolytomic, notify: Scenario['notify']): Promise<unknown> {
  if (notify === 'answers') return Promise.resolve(null);
  polytomic.options.strikes.note('a notification got no answer');
  return notify === 'fails' ? Promise.reject(new Error('nobody is there')) : never();
}
