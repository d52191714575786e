/** The activities that start, create and cancel, whose requests meet a script, on a clock that the test moves. */
import type { Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createActivities } from '../../../../src/activities';
import type { Organization } from '../../../../src/activities/dependencies';
import type { Activity } from '../../../../src/activities/guarded';
import type { CompositeActivities } from '../../../../src/contracts/composite-activities';
import type { StartItem } from '../../../../src/contracts/starts';
import { createClient, type ClientOptions } from '../../../../src/polytomic/client';
import type { Fetch } from '../../../../src/polytomic/http';
import { toAnswer, type Scripted, type Sent } from '../../polytomic/support/scripted-fetch';
import { ManualClock, startOfTest } from './manual-clock';

/** Answers by the first entry whose key begins the request's line (`POST /api/syncs/s1/executions`). */
export type Script = Record<string, Scripted | ((request: Sent, nth: number) => Scripted | Promise<Scripted>)>;

export interface StartsOptions {
  client?: Partial<ClientOptions>;
  allows?: (operation: string) => boolean;
  /** How far Polytomic's clock is ahead of this machine's; null: it tells no time. */
  serverAheadMs?: number | null;
}

/** One attempt. */
export interface Attempt {
  info?: Partial<Info>;
  onStart?: (environment: MockActivityEnvironment) => void;
}

export interface StartsOnScript {
  clock: ManualClock;
  sent: Sent[];
  /** Lines of what was sent, such as `GET /api/syncs/s1`. */
  lines: () => string[];
  heartbeats: unknown[];
  /** Warnings in the worker's log. */
  warnings: string[];
  perform: <N extends keyof CompositeActivities>(
    name: N,
    request: Parameters<CompositeActivities[N]>[0],
    attempt?: Attempt,
  ) => ReturnType<CompositeActivities[N]>;
}

export function startsOnScript(script: Script, options: StartsOptions = {}): StartsOnScript {
  const clock = new ManualClock();
  const sent: Sent[] = [];
  const heartbeats: unknown[] = [];
  const warnings: string[] = [];
  const counts = new Map<string, number>();
  const { serverAheadMs = 0 } = options;
  const lineOf = ({ method, url }: Sent): string => `${method} ${url.pathname}`;
  const fetch: Fetch = async (url, init) => {
    const request = { ...init, url: new URL(url) };
    sent.push(request);
    const key = Object.keys(script).find((known) => lineOf(request).startsWith(known));
    if (key === undefined) throw new Error(`no script for ${lineOf(request)}`);
    const nth = counts.get(key) ?? 0;
    counts.set(key, nth + 1);
    const entry = script[key] ?? {};
    const scripted = await (typeof entry === 'function' ? entry(request, nth) : entry);
    if (scripted.error) throw scripted.error;
    const date: Record<string, string> =
      serverAheadMs === null ? {} : { Date: new Date(clock.now() + serverAheadMs).toUTCString() };
    return toAnswer({ ...scripted, headers: { ...date, ...scripted.headers } }, '2025-09-18');
  };
  const organization: Organization = {
    name: 'default',
    client: createClient({ apiKey: 'test-key-1234', fetch, clock, ...options.client }),
    allows: options.allows ?? (() => true),
    requestsPerMinute: 60,
    redactAnswer: async (_row, answer) => answer,
  };
  const { activities, waitActivities } = createActivities({
    organizations: new Map([['default', organization]]),
    setup: { waitTaskQueue: null, heartbeatTimeoutMs: 75_000, cancelTimeoutMs: 60_000 },
    notify: new Map(),
    fetch,
    logs: { reaches: new Map(), maxFileBytes: 1, maxRunBytes: 1 },
    log: { info: () => undefined, warn: (message) => void warnings.push(message) },
  });
  const all = { ...activities, ...waitActivities } as Record<string, Activity<unknown, unknown>>;
  const perform = async (name: string, request: unknown, { info, onStart }: Attempt = {}): Promise<unknown> => {
    const environment = new MockActivityEnvironment({ scheduledTimestampMs: clock.now(), ...info });
    environment.on('heartbeat', (details: unknown) => heartbeats.push(structuredClone(details)));
    onStart?.(environment);
    const activity = all[`polytomic.${name}`];
    if (!activity) throw new Error(`no activity ${name}`);
    return environment.run(activity, request);
  };
  return {
    ...{ clock, sent, heartbeats, warnings, perform: perform as StartsOnScript['perform'] },
    lines: () => sent.map(lineOf),
  };
}

/** A start of model sync `s1` whose key is certain. */
export function startItem(changes: Partial<StartItem> = {}): StartItem {
  return {
    kind: 'model',
    syncId: 's1',
    key: 'start-key-0001',
    lookFirst: false,
    windows: [],
    known: { ids: [], listed: true },
    options: {},
    activate: false,
    ...changes,
  };
}

/** A time so many milliseconds after (before, if negative) the beginning of the tests. */
export const at = (ms: number): string => new Date(startOfTest + ms).toISOString();

/** A run as the API lists it. */
export function wireRun(id: string, createdMs: number, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { id, status: 'running', created_at: at(createdMs), started_at: at(createdMs), ...fields };
}

/** Something to await that the test ends. */
export function gate<T>(): { promise: Promise<T>; open: (value: T) => void } {
  let open: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => (open = resolve));
  return { promise, open };
}
